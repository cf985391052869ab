package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/ui/measure"
	"github.com/masklet/masklet/ui/progress"
)

const (
	clipW, clipH = 160, 120
	clipFrames   = 16
)

// discAt is where the clip's object is on a frame: a disc of radius 20.
func discAt(frame int) (x, y int) { return 40 + 5*frame, 60 }

// makeClip writes a folder of frames in which a textured disc moves over a
// textured ground, with true masks and a prompt file, and returns the paths.
func makeClip(t *testing.T) (frames, truth, prompts string) {
	t.Helper()
	dir := t.TempDir()
	frames, truth = filepath.Join(dir, "frames"), filepath.Join(dir, "truth")
	rng := rand.New(rand.NewPCG(1, 2))
	ground, skin := noise(rng, clipW, clipH), noise(rng, 64, 64)
	for f := range clipFrames {
		img := image.NewRGBA(image.Rect(0, 0, clipW, clipH))
		mask := image.NewGray(img.Rect)
		cx, cy := discAt(f)
		for y := range clipH {
			for x := range clipW {
				n := ground[y*clipW+x]
				c := color.RGBA{40 + n/4, 90 + n/4, 60 + n/8, 255}
				if dx, dy := x-cx, y-cy; dx*dx+dy*dy < 400 {
					n = skin[(dy+32)*64+dx+32]
					c = color.RGBA{180 + n/4, 60 + n/8, 40 + n/4, 255}
					mask.SetGray(x, y, color.Gray{Y: 255})
				}
				img.SetRGBA(x, y, c)
			}
		}
		writePNG(t, filepath.Join(frames, fmt.Sprintf("frame%d.png", f)), img)
		writePNG(t, filepath.Join(truth, fmt.Sprintf("%05d.png", f)), mask)
	}
	prompts = filepath.Join(dir, "p.json")
	x, y := discAt(4)
	text := fmt.Sprintf(`{"objects":[{"id":3,"label":"disc","prompts":[{"frame":4,"points":[[%d,%d,1]]}]}]}`, x, y)
	if err := os.WriteFile(prompts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return frames, truth, prompts
}

// noise returns w*h random bytes, a little smoothed.
func noise(rng *rand.Rand, w, h int) []uint8 {
	raw, out := make([]int, w*h), make([]uint8, w*h)
	for i := range raw {
		raw[i] = rng.IntN(256)
	}
	for i := range out {
		out[i] = uint8((raw[i] + raw[(i+1)%len(raw)] + raw[(i+w)%len(raw)] + raw[(i+w+1)%len(raw)]) / 4)
	}
	return out
}

func TestTrackFollowsTheObjectBothWays(t *testing.T) {
	frames, truth, prompts := makeClip(t)
	out := filepath.Join(t.TempDir(), "out")
	code, stdout, errs := runCommand(t, context.Background(), "track", "-video", frames, "-prompts", prompts, "-out", out, "-format", "png,davis,coco")
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, line := range []string{
		"Starting mask propagation (16 frames, 1 objects)",
		"Phase 1: Encoding 16 frames with image encoder",
		"Starting Phase 2: Mask propagation",
		"Propagation progress: 1/16 frames",
		"Mask propagation completed: 16 frames in ",
	} {
		if !strings.Contains(stdout, line) {
			t.Errorf("the progress lacks %q:\n%s", line, stdout)
		}
	}
	code, evaluated, errs := runCommand(t, context.Background(), "eval", "-pred", filepath.Join(out, "png"), "-gt", truth, "-json", "-all")
	var e struct{ J, F float64 }
	if err := json.Unmarshal([]byte(evaluated), &e); err != nil || code != ExitDone {
		t.Fatalf("eval: exit %d, %v, %s", code, err, errs)
	}
	if e.J < 0.85 || strings.Contains(errs, "missing") {
		t.Errorf("J is %.3f %s", e.J, errs)
	}
	var run struct {
		Completed bool `json:"completed"`
		Video     struct {
			Frames     int       `json:"frames"`
			Timestamps []float64 `json:"timestamps"`
		} `json:"video"`
		Phases  []struct{ Frames int } `json:"phases"`
		Objects []struct {
			ID         int
			Label      string
			Confidence []float64
		} `json:"objects"`
	}
	data, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &run)
	}
	if err != nil || !run.Completed || run.Video.Frames != clipFrames || len(run.Video.Timestamps) != clipFrames ||
		len(run.Objects) != 1 || run.Objects[0].ID != 3 || run.Objects[0].Label != "disc" || len(run.Objects[0].Confidence) != clipFrames ||
		len(run.Phases) != 2 || run.Phases[1].Frames != clipFrames {
		t.Errorf("run.json: %v, %+v", err, run)
	}
	for _, name := range []string{"coco.json", "davis/frame15.png", "png/3/frame0.png"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestInterruptedRunKeepsItsFramesAndIsResumed(t *testing.T) {
	frames, truth, prompts := makeClip(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, "clip.masklet"), filepath.Join(dir, "out")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stdout, errs strings.Builder
	code := Run(ctx, pauseAfter(testEnv(t, &stdout, &errs), 5, cancel), []string{"track", "-video", frames, "-prompts", prompts, "-out", out, "-project", file})
	if code != ExitInterrupted || !strings.Contains(errs.String(), "interrupted") {
		t.Fatalf("exit %d, %q", code, errs.String())
	}
	kept, err := os.ReadDir(filepath.Join(out, "png", "3"))
	if err != nil || len(kept) != 6 { // five and the keyframe
		t.Fatalf("%d frames were kept, %v", len(kept), err)
	}
	if want := "Mask propagation stopped: 6/16 frames finished and kept\n"; !strings.Contains(stdout.String(), want) {
		t.Errorf("the progress lacks %q:\n%s", want, stdout.String())
	}
	code, resumed, msg := runCommand(t, context.Background(), "track", "-resume", "-project", file, "-out", out)
	if code != ExitDone {
		t.Fatalf("resume: exit %d: %s", code, msg)
	}
	for _, line := range []string{"Starting mask propagation (16 frames, 1 objects)", "Propagation progress: 6/16 frames\n", "Mask propagation completed: 16 frames in "} {
		if !strings.Contains(resumed, line) {
			t.Errorf("the progress of the resumed run lacks %q:\n%s", line, resumed)
		}
	}
	code, evaluated, _ := runCommand(t, context.Background(), "eval", "-pred", filepath.Join(out, "png"), "-gt", truth, "-json", "-all")
	var e struct {
		J       float64
		Missing int `json:"missing"`
	}
	if err := json.Unmarshal([]byte(evaluated), &e); err != nil || code != ExitDone || e.Missing != 0 || e.J < 0.85 {
		t.Errorf("after the resume: %v, %+v", err, e)
	}
	if code, _, msg := runCommand(t, context.Background(), "track", "-resume", "-project", file, "-out", out); code != ExitFailed || !strings.Contains(msg, "no stopped run") {
		t.Errorf("resuming a finished run: exit %d, %q", code, msg)
	}

	// The project alone gives the same files.
	again := filepath.Join(dir, "again")
	if code, _, msg := runCommand(t, context.Background(), "export", "-project", file, "-out", again); code != ExitDone {
		t.Fatalf("export: exit %d: %s", code, msg)
	}
	for f := range clipFrames {
		name := filepath.Join("png", "3", fmt.Sprintf("frame%d.png", f))
		a, errA := readMask(filepath.Join(out, name))
		b, errB := readMask(filepath.Join(again, name))
		if errA != nil || errB != nil || !a.Equal(b) {
			t.Errorf("%s differs between track and export: %v, %v", name, errA, errB)
		}
	}
	single := filepath.Join(dir, "masks.json")
	if code, _, msg := runCommand(t, context.Background(), "export", "-project", file, "-format", "coco", "-out", single); code != ExitDone {
		t.Fatalf("export to a file: exit %d: %s", code, msg)
	}
	if data, err := os.ReadFile(single); err != nil || !json.Valid(data) {
		t.Errorf("the COCO file: %v", err)
	}
	code, info, msg := runCommand(t, context.Background(), "info", "-project", file)
	if code != ExitDone || !json.Valid([]byte(info)) || !strings.Contains(info, `"disc"`) {
		t.Errorf("info: exit %d, %s%s", code, info, msg)
	}
}

func TestTrackRefusesBadInput(t *testing.T) {
	frames, _, prompts := makeClip(t)
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	file := filepath.Join(dir, "blocked")
	empty := filepath.Join(dir, "empty")
	for _, path := range []string{text, file} {
		if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no such video", []string{"-video", filepath.Join(dir, "none.mp4"), "-prompts", prompts, "-out", out}, ExitFailed, "none.mp4"},
		{"not a video", []string{"-video", text, "-prompts", prompts, "-out", out}, ExitFailed, "notes.txt"},
		{"empty folder", []string{"-video", empty, "-prompts", prompts, "-out", out}, ExitFailed, "empty"},
		{"no such prompts", []string{"-video", frames, "-prompts", filepath.Join(dir, "none.json"), "-out", out}, ExitFailed, "none.json"},
		{"prompts not JSON", []string{"-video", frames, "-prompts", text, "-out", out}, ExitFailed, "notes.txt"},
		{"output is a file", []string{"-video", frames, "-prompts", prompts, "-out", file}, ExitFailed, "blocked"},
		{"start beyond the end", []string{"-video", frames, "-prompts", prompts, "-out", out, "-start", "99"}, ExitUsage, "-start 99"},
		{"end beyond the end", []string{"-video", frames, "-prompts", prompts, "-out", out, "-end", "16"}, ExitUsage, "-end 16"},
		{"end before start", []string{"-video", frames, "-prompts", prompts, "-out", out, "-start", "5", "-end", "4"}, ExitUsage, "-end 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errs := runCommand(t, context.Background(), append([]string{"track"}, tt.args...)...)
			if code != tt.code || !strings.Contains(errs, tt.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, %q", code, errs)
			}
		})
	}
	if left, err := os.ReadDir(out); err == nil && len(left) > 0 {
		t.Errorf("a refused run left %v", left)
	}
}

func TestProgressAsJSON(t *testing.T) {
	frames, _, prompts := makeClip(t)
	code, stdout, errs := runCommand(t, context.Background(), "track", "-video", frames, "-prompts", prompts, "-out", t.TempDir(), "-progress", "json", "-start", "2", "-end", "8")
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var stages []string
	for _, line := range strings.Split(strings.TrimSpace(stdout), "\n") {
		var p progress.Line
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if p.Line == "" || p.Done > p.Total {
			t.Errorf("line %+v", p)
		}
		if len(stages) == 0 || stages[len(stages)-1] != p.Stage {
			stages = append(stages, p.Stage)
		}
	}
	if got := strings.Join(stages, " "); got != "starting encoding encoded propagating completed" {
		t.Errorf("stages %q", got)
	}
}

func TestSimulatedAnnotatorImproves(t *testing.T) {
	frames, truth, _ := makeClip(t)
	for _, mode := range []string{"offline", "online"} {
		code, out, errs := runCommand(t, context.Background(), "simulate", "-video", frames, "-gt", truth, "-mode", mode, "-rounds", "2", "-json")
		var got struct{ Rounds []measure.Round }
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != ExitDone || len(got.Rounds) == 0 {
			t.Fatalf("%s: exit %d, %v, %s", mode, code, err, errs)
		}
		last := got.Rounds[len(got.Rounds)-1]
		if last.J < 0.85 || last.Clicks < 1 || last.Seconds <= 0 || last.J < got.Rounds[0].J-0.02 {
			t.Errorf("%s: %+v", mode, got.Rounds)
		}
	}
}

func TestBenchReportsEveryFigure(t *testing.T) {
	frames, _, _ := makeClip(t)
	code, out, errs := runCommand(t, context.Background(), "bench", "-video", frames, "-frames", "24", "-objects", "2", "-json")
	var r measure.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != ExitDone {
		t.Fatalf("exit %d, %v, %s", code, err, errs)
	}
	if r.Engine != "classic" || r.Frames != 24 || r.Objects != 2 || r.Phase1.Seconds <= 0 || r.Phase2.FPS <= 0 ||
		r.ClickMS <= 0 || r.FlowMS <= 0 || r.Threads < 1 {
		t.Errorf("report %+v", r)
	}
}

func TestBenchComparesEnginesInOneRun(t *testing.T) {
	frames, _, _ := makeClip(t)
	code, out, errs := runCommand(t, context.Background(), "bench", "-video", frames, "-frames", "6", "-vs", "classic", "-pairs", "2", "-json")
	var c measure.Comparison
	if err := json.Unmarshal([]byte(out), &c); err != nil || code != ExitDone {
		t.Fatalf("exit %d, %v, %s", code, err, errs)
	}
	if c.A.Frames != 6 || c.B.Frames != 6 || c.Pairs != 2 || c.Ratio.Phase1CPU <= 0 || c.Ratio.PeakRSS <= 0 {
		t.Errorf("comparison %+v", c)
	}
}

// TestTrackLeavesOtherFilesAlone and says so before the work.
func TestTrackLeavesOtherFilesAlone(t *testing.T) {
	frames, _, prompts := makeClip(t)
	for _, format := range []string{"png", "davis"} {
		out := t.TempDir()
		other := filepath.Join(out, format, "notes.txt")
		if err := os.MkdirAll(filepath.Dir(other), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(other, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		code, stdout, errs := runCommand(t, context.Background(), "track", "-video", frames, "-prompts", prompts, "-out", out, "-format", format)
		if code != ExitFailed || !strings.Contains(errs, "notes.txt") || stdout != "" {
			t.Errorf("%s: exit %d, %s\n%s", format, code, errs, stdout)
		}
		if text, err := os.ReadFile(other); err != nil || string(text) != "mine" {
			t.Errorf("%s: the file is %q, %v", format, text, err)
		}
	}
}

// TestTrackRefusals: what cannot be met is said in one line before the work,
// and an output folder that was made for it is gone again.
func TestTrackRefusals(t *testing.T) {
	frames, _, prompts := makeClip(t)
	high := filepath.Join(t.TempDir(), "high.json")
	if err := os.WriteFile(high, []byte(`{"objects":[{"id":300,"prompts":[{"frame":0,"box":[5,5,20,20]}]}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"negative end":           {[]string{"-prompts", prompts, "-end", "-3"}, ExitUsage, "-end -3 is negative"},
		"end before start":       {[]string{"-prompts", prompts, "-start", "5", "-end", "2"}, ExitUsage, "-end 2 lies before -start 5"},
		"end beyond":             {[]string{"-prompts", prompts, "-end", "16"}, ExitUsage, "-end 16 is beyond the last frame 15"},
		"memory frames":          {[]string{"-prompts", prompts, "-memory-frames", "8"}, ExitUsage, "track: -memory-frames 8 is not from 1 to 7"},
		"provider":               {[]string{"-prompts", prompts, "-provider", "xyz"}, ExitUsage, `-provider "xyz"`},
		"no prompts":             {[]string{"-prompts", "nosuch.json"}, ExitFailed, "nosuch.json"},
		"ID beyond the palette":  {[]string{"-prompts", high, "-format", "png,davis"}, ExitFailed, "object id 300: the format davis"},
		"project exists":         {[]string{"-prompts", prompts, "-project", prompts}, ExitFailed, prompts + " exists already"},
		"project is a folder":    {[]string{"-prompts", prompts, "-project", frames}, ExitFailed, frames + " is a folder"},
		"project without folder": {[]string{"-prompts", prompts, "-project", "nosuch/p.masklet"}, ExitFailed, "nosuch/p.masklet cannot be written"},
		"prompts are a folder":   {[]string{"-prompts", frames}, ExitFailed, frames + " is a folder"},
		"video is a prompt file": {[]string{"-prompts", prompts, "-video", prompts}, ExitFailed, prompts},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			args := append([]string{"track", "-out", out}, tt.args...)
			if !slices.Contains(tt.args, "-video") {
				args = append(args, "-video", frames)
			}
			code, stdout, errs := runCommand(t, context.Background(), args...)
			if code != tt.code || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tt.says) {
				t.Errorf("exit %d, want %d and %q:\n%s", code, tt.code, tt.says, errs)
			}
			if strings.Contains(stdout, "Phase 1") {
				t.Errorf("work was begun:\n%s", stdout)
			}
			if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s is left: %v", out, err)
			}
		})
	}
}

func TestSoakPrintsMemoryOverFrames(t *testing.T) {
	code, out, errs := runCommand(t, context.Background(), "bench", "-soak", "-frames", "8", "-json")
	var r measure.SoakReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != ExitDone {
		t.Fatalf("exit %d, %v, %s", code, err, errs)
	}
	last := r.Samples[len(r.Samples)-1]
	if r.Engine != "classic" || r.Frames != 8 || r.Width != 854 || last.Phase != 2 || last.Done != 8 || last.RSSMB <= 0 || r.PeakMB < last.RSSMB {
		t.Errorf("report %+v", r)
	}
}
