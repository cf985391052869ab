package cli

import (
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/ui/engines"
)

// packRun runs a command with the packs in root and the real engines.
func packRun(t *testing.T, root string, args ...string) (int, string, string) {
	t.Helper()
	t.Setenv(modelpack.EnvModels, root)
	t.Cleanup(xdg.Reload)
	t.Setenv("XDG_DATA_HOME", filepath.Join(root, "none"))
	xdg.Reload()
	var out, errs strings.Builder
	env := testEnv(t, &out, &errs)
	env.OpenEngine = engines.New().Open
	return Run(t.Context(), env, args), out.String(), errs.String()
}

// runRecord is what the tests read of run.json.
type runRecord struct {
	Engine   string
	Settings map[string]string
	Phases   []struct{ Frames int }
	Objects  []struct {
		Frames     []int
		Confidence []float64
	}
}

func readRun(t *testing.T, dir string) (r runRecord) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Two packs of one model stand side by side and differ in their input size
// alone; each is chosen by its name, the model's name alone is refused.
func TestInputSizeIsChosenByPack(t *testing.T) {
	orttest.Library(t)
	root, file := t.TempDir(), nanoFile(t)
	for _, size := range []string{"64", "96"} {
		if code, _, errs := modelRun(t, root, "import", file, "-size", size, "-name", "nano"); code != ExitDone {
			t.Fatalf("import at %s: exit %d, %s", size, code, errs)
		}
	}
	frames, _, prompts := makeClip(t)
	track := func(engine string, more ...string) (int, string, string, string) {
		dir := filepath.Join(t.TempDir(), "out")
		code, out, errs := packRun(t, root, append([]string{"track", "-video", frames, "-prompts", prompts, "-out", dir, "-engine", engine}, more...)...)
		return code, out, errs, dir
	}
	for _, engine := range []string{"nano-64", "nano-96"} {
		code, _, errs, dir := track(engine)
		if code != ExitDone {
			t.Fatalf("%s: exit %d, %s", engine, code, errs)
		}
		if r := readRun(t, dir); r.Engine != engine || r.Phases[0].Frames != clipFrames-1 || len(r.Objects[0].Frames) != clipFrames {
			t.Errorf("%s: recorded as %+v", engine, r)
		}
	}
	code, _, errs, _ := track("nano")
	if code != ExitFailed || !strings.Contains(errs, `"nano" could be nano-64 or nano-96`) || strings.Count(errs, "\n") != 1 {
		t.Errorf("the name of two packs: exit %d, %q", code, errs)
	}
}

// With a stride the whole way (pack, graphs, optical flow, outputs) encodes the
// tracked frames only and still gives every frame of the range a mask.
func TestTrackWithStride(t *testing.T) {
	orttest.Library(t)
	root := t.TempDir()
	if code, _, errs := modelRun(t, root, "import", nanoFile(t), "-size", "64", "-name", "nano"); code != ExitDone {
		t.Fatalf("import: exit %d, %s", code, errs)
	}
	frames, _, prompts := makeClip(t)
	dir, project := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "p.masklet")
	code, out, errs := packRun(t, root, "track", "-video", frames, "-prompts", prompts, "-out", dir, "-engine", "nano-64",
		"-stride", "5", "-clear-memory-around", "-project", project)
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	// 0, 5, 10, 15 and the keyframe 4.
	for _, line := range []string{
		"Starting mask propagation (16 frames, 1 objects)",
		"Phase 1: Encoding 5 frames with image encoder (",
		"Mask propagation completed: 16 frames in ",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("the progress lacks %q:\n%s", line, out)
		}
	}
	r := readRun(t, dir)
	if r.Phases[0].Frames != 4 || r.Phases[1].Frames != clipFrames || len(r.Objects[0].Frames) != clipFrames {
		t.Errorf("recorded as %+v; the keyframe was encoded for its prompt", r)
	}
	if r.Settings["stride"] != "5" || r.Settings["clear_memory_around"] != "true" {
		t.Errorf("settings %v", r.Settings)
	}
	for f := range clipFrames {
		name := filepath.Join(dir, "png", "3", fmt.Sprintf("frame%d.png", f))
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(file)
		file.Close()
		if err != nil || img.Bounds().Dx() != clipW || img.Bounds().Dy() != clipH {
			t.Errorf("%s: %v", name, err)
		}
	}
	code, out, errs = packRun(t, root, "info", "-project", project, "-json")
	if code != ExitDone || !strings.Contains(out, `"warped": 11`) || !strings.Contains(out, `"tracked": 4`) {
		t.Errorf("the project's summary: exit %d, %s %s", code, out, errs)
	}
}

func TestStrideRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	for args, says := range map[string]string{
		"-stride 3":                                 "SAM 2 engines, which builtin is not",
		"-engine classic -stride 2":                 "SAM 2 engines, which classic is not",
		"-engine nano -stride 0":                    "-stride 0 is not from 1 to 30",
		"-engine nano -stride 31":                   "-stride 31 is not from",
		"-engine nano -stride 2 -strict-parity":     "the reference tracks every frame",
		"-engine nano -stride -4":                   "-stride -4",
		"-engine nano -clear-memory-around=perhaps": "clear-memory-around",
	} {
		code, _, errs := packRun(t, t.TempDir(), append([]string{"track", "-video", "v", "-prompts", "p", "-out", "o"}, strings.Fields(args)...)...)
		if code != ExitUsage || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d, %q", args, code, errs)
		}
	}
}

// Each provider of ONNX Runtime is tried on a pack; the CPU, which the others are
// compared with, always answers. An engine without graphs has no providers.
func TestBenchOfProviders(t *testing.T) {
	orttest.Library(t)
	root := t.TempDir()
	if code, _, errs := packRun(t, root, "model", "import", nanoFile(t), "-size", "64"); code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	code, out, errs := packRun(t, root, "bench", "-providers", "-engine", "nano-64", "-json")
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var r providerReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Providers) != len(ort.Providers()) || r.Providers[0].Provider != "cpu" || r.Providers[0].Error != "" || r.Fastest == "" {
		t.Errorf("got %+v", r)
	}
	if code, out, _ = packRun(t, root, "bench", "-providers", "-engine", "nano-64"); code != ExitDone || !strings.Contains(out, "answers as the CPU does") {
		t.Errorf("exit %d: %s", code, out)
	}
	if code, _, errs = packRun(t, root, "bench", "-providers", "-engine", "classic"); code != ExitUsage || !strings.Contains(errs, "classic is none") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
