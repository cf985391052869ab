package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/project/export/picture"
)

const setW, setH, setFrames = 96, 64, 8

// setObjects are what every sequence of a small data set shows: two squares that
// move to the right, of which the second is there from frame 2 on.
func setObjects(frame int) map[int]image.Rectangle {
	out := map[int]image.Rectangle{1: image.Rect(4+3*frame, 6, 24+3*frame, 26)}
	if frame >= 2 {
		out[2] = image.Rect(50+3*frame, 34, 70+3*frame, 54)
	}
	return out
}

// paintSet writes a frame of a small data set as a picture.
func paintSet(t *testing.T, path string, frame int) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, setW, setH))
	for y := range setH {
		for x := range setW {
			img.Set(x, y, color.RGBA{uint8(60 + (x*7+y*13)%20), 110, 70, 255})
			for id, r := range setObjects(frame) {
				if (image.Point{x, y}).In(r) {
					img.Set(x, y, color.RGBA{uint8(230 - 100*id), uint8(30 + (x-r.Min.X)*2), uint8(100 * id), 255})
				}
			}
		}
	}
	writePNG(t, path, img)
}

// indexSet writes the true masks of a frame, object = index.
func indexSet(t *testing.T, path string, frame int) {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, setW, setH), picture.Palette())
	for id, r := range setObjects(frame) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				img.SetColorIndex(x, y, uint8(id))
			}
		}
	}
	writePNG(t, path, img)
}

// makeSet makes a data set of two sequences in a layout.
func makeSet(t *testing.T, layout string) string {
	t.Helper()
	root := t.TempDir()
	frames := map[string]string{"davis": "JPEGImages/480p", "ytvos": "valid/JPEGImages", "mose": "valid/JPEGImages", "sav": "sav_val/JPEGImages_24fps"}[layout]
	truth := strings.NewReplacer("JPEGImages", "Annotations", "24fps", "6fps").Replace(frames)
	for _, seq := range []string{"alpha", "beta"} {
		for f := range setFrames {
			name := fmt.Sprintf("%05d.png", f)
			paintSet(t, filepath.Join(root, frames, seq, name), f)
			switch {
			case layout != "sav":
				indexSet(t, filepath.Join(root, truth, seq, name), f)
			case f%2 == 0: // not every frame has true masks
				for id, r := range setObjects(f) {
					mask := image.NewGray(image.Rect(0, 0, setW, setH))
					for y := r.Min.Y; y < r.Max.Y; y++ {
						for x := r.Min.X; x < r.Max.X; x++ {
							mask.SetGray(x, y, color.Gray{Y: 255})
						}
					}
					writePNG(t, filepath.Join(root, truth, seq, fmt.Sprintf("%03d", id-1), name), mask)
				}
			}
		}
	}
	if layout == "davis" {
		if err := os.MkdirAll(filepath.Join(root, "ImageSets", "2017"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "ImageSets", "2017", "val.txt"), []byte("beta\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

type setResult struct {
	Sequences, Objects, Unjudged int
	JF                           float64 `json:"JF"`
	Scores                       []struct {
		Sequence string
		Frames   int
		Objects  []struct {
			ID any
			JF float64 `json:"JF"`
		}
	}
}

func TestEvalOfDataSets(t *testing.T) {
	for layout, want := range map[string]struct {
		sequences, frames int
		folder, first     string // what is handed in for an object that comes later
	}{
		"davis": {1, setFrames - 2, "beta", "00000.png"},
		"ytvos": {2, setFrames - 1, "Annotations/alpha", "00000.png"},
		"mose":  {2, setFrames - 2, "alpha", "00000.png"},
		"sav":   {2, 2, "alpha/001", "00002.png"}, // of four true masks
	} {
		t.Run(layout, func(t *testing.T) {
			set, out := makeSet(t, layout), t.TempDir()
			code, stdout, stderr := runCommand(t, context.Background(), "eval", "-dataset", set, "-layout", layout, "-engine", "classic", "-out", out, "-json")
			if code != ExitDone {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			var got setResult
			if err := json.Unmarshal([]byte(stdout), &got); err != nil {
				t.Fatal(err)
			}
			objects := 2 * want.sequences
			if got.Sequences != want.sequences || got.Objects != objects || got.Scores[0].Frames != want.frames || len(got.Scores[0].Objects) != 2 {
				t.Errorf("%s", stdout)
			}
			if got.JF < 0.8 {
				t.Errorf("J&F %v of squares that move evenly", got.JF)
			}
			files, err := os.ReadDir(filepath.Join(out, "submission", filepath.FromSlash(want.folder)))
			if err != nil || files[0].Name() != want.first || files[len(files)-1].Name() != "00007.png" {
				t.Errorf("handed in: %v, %v", files, err)
			}
			if _, err := os.Stat(filepath.Join(out, "projects")); err == nil {
				t.Error("projects of finished sequences are left")
			}
		})
	}
}

// What is handed in for DAVIS numbers the objects, also before the second comes.
func TestSubmittedIndexes(t *testing.T) {
	set, out := makeSet(t, "mose"), t.TempDir()
	code, _, stderr := runCommand(t, context.Background(), "eval", "-dataset", set, "-layout", "mose", "-sequences", "beta", "-engine", "classic", "-out", out)
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for f, want := range map[int]map[uint8]bool{0: {0: true, 1: true}, 2: {0: true, 1: true, 2: true}} {
		file, err := os.Open(filepath.Join(out, "submission", "beta", fmt.Sprintf("%05d.png", f)))
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range img.(*image.Paletted).Pix {
			if !want[i] {
				t.Fatalf("frame %d has index %d", f, i)
			}
			delete(want, i)
			want[i] = true
		}
	}
}

// dying is an engine that ends the command on its third frame.
type dying struct {
	inference.Engine
	die func()
}

func (d dying) Open(ctx context.Context, f inference.Frames, c *inference.FeatureCache, s inference.Settings) (inference.Session, error) {
	return d.Engine.Open(ctx, dyingFrames{f, d.die}, c, s)
}

type dyingFrames struct {
	inference.Frames
	die func()
}

func (f dyingFrames) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if i == 3 {
		f.die()
	}
	return f.Frames.Frame(ctx, i)
}

func TestEvalOfADataSetGoesOn(t *testing.T) {
	set, out := makeSet(t, "mose"), t.TempDir()
	args := []string{"eval", "-dataset", set, "-layout", "mose", "-engine", "classic", "-out", out}
	ctx, cancel := context.WithCancel(context.Background())
	env := testEnv(t, io.Discard, io.Discard)
	env.OpenEngine = func(context.Context, string, inference.Settings) (inference.Engine, error) {
		return dying{classic.New(), cancel}, nil
	}
	if code := Run(ctx, env, args); code != ExitInterrupted {
		t.Fatalf("exit %d", code)
	}
	if code, _, stderr := runCommand(t, context.Background(), append(args, "-preset", "fast")...); code != ExitFailed || !strings.Contains(stderr, "another run") {
		t.Errorf("other settings: exit %d, %s", code, stderr)
	}
	code, table, stderr := runCommand(t, context.Background(), args...)
	if code != ExitDone || !strings.Contains(table, "mean") {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	whole := t.TempDir()
	args[len(args)-1] = whole
	if code, _, stderr := runCommand(t, context.Background(), args...); code != ExitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for f := range setFrames {
		name := filepath.Join("submission", "alpha", fmt.Sprintf("%05d.png", f))
		a, errA := os.ReadFile(filepath.Join(out, name))
		b, errB := os.ReadFile(filepath.Join(whole, name))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s differs from a run that was never stopped (%v, %v)", name, errA, errB)
		}
	}
}

func TestEvalOfNoDataSet(t *testing.T) {
	set := makeSet(t, "mose")
	for name, c := range map[string]struct {
		code int
		say  string
		args []string
	}{
		"no layout":      {ExitUsage, "-dataset needs -layout", []string{"-out", t.TempDir()}},
		"unknown layout": {ExitUsage, "use davis, ytvos, mose or sav", []string{"-layout", "x", "-out", t.TempDir()}},
		"both ways":      {ExitUsage, "exclude each other", []string{"-layout", "mose", "-pred", "x", "-out", t.TempDir()}},
		"other layout":   {ExitFailed, "it has no folder", []string{"-layout", "sav", "-out", t.TempDir()}},
		"no sequence":    {ExitFailed, `no sequence "gamma"`, []string{"-layout", "mose", "-sequences", "gamma", "-out", t.TempDir()}},
		"other files":    {ExitFailed, "holds other files", []string{"-layout", "mose", "-out", set}},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := runCommand(t, context.Background(), append([]string{"eval", "-dataset", set}, c.args...)...)
			if code != c.code || !strings.Contains(stderr, c.say) {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
}
