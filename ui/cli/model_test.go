package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/ui/engines"
)

// modelRun runs `masklet model` with its own folder of packs and returns the
// exit code and both outputs.
func modelRun(t *testing.T, root string, args ...string) (int, string, string) {
	t.Helper()
	return packRun(t, root, append([]string{"model"}, args...)...)
}

func nanoFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nano.safetensors")
	if err := ckpttest.Write(path, ckpttest.Nano()); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestModelCommands goes through the life of a pack: import, list, check,
// carry to another folder, remove.
func TestModelCommands(t *testing.T) {
	root, path := t.TempDir(), nanoFile(t)
	code, out, errs := modelRun(t, root, "import", path, "-size", "64", "-name", "nano")
	if code != ExitDone || !strings.Contains(out, "nano-64") {
		t.Fatalf("import: %d %q %q", code, out, errs)
	}
	if lines := strings.Split(out, "\n"); lines[0] != "Starting" || !strings.Contains(out, "Building graph 4 of 4") || !strings.Contains(out, "%") {
		t.Errorf("progress of the import:\n%s", out)
	}
	code, out, _ = modelRun(t, root, "list", "-json")
	var list struct {
		Installed []listedModel
		Available []modelpack.Official
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != ExitDone || len(list.Installed) != 1 || len(list.Available) != 5 {
		t.Fatalf("list: %d %v %s", code, err, out)
	}
	if m := list.Installed[0]; m.Name != "nano-64" || m.Size != 64 || m.Family != "sam2.1" || m.Bytes == 0 || m.Dir != filepath.Join(root, "nano-64") {
		t.Errorf("listed as %+v", m)
	}
	if _, out, _ = modelRun(t, root, "list"); !strings.Contains(out, "nano-64") || !strings.Contains(out, "edgetam") {
		t.Errorf("list: %s", out)
	}
	other := t.TempDir()
	if code, _, errs = modelRun(t, other, "import", filepath.Join(root, "nano-64")); code != ExitDone {
		t.Errorf("import of a folder: %d %s", code, errs)
	}
	if code, _, errs = modelRun(t, root, "remove", "nano-64"); code != ExitDone {
		t.Errorf("remove: %d %s", code, errs)
	}
	if _, out, _ = modelRun(t, root, "list"); !strings.Contains(out, "No model is installed") {
		t.Errorf("list after remove: %s", out)
	}
}

// TestModelCheck runs a frame through a real pack, and refuses one whose graph
// is another model's although every hash is right.
func TestModelCheck(t *testing.T) {
	orttest.Library(t)
	root, path := t.TempDir(), nanoFile(t)
	for _, size := range []string{"64", "128"} {
		if code, _, errs := modelRun(t, root, "import", path, "-size", size, "-name", "nano"); code != ExitDone {
			t.Fatal(errs)
		}
	}
	dir := filepath.Join(root, "nano-64")
	for _, name := range []string{"nano-64", dir} {
		if code, out, errs := modelRun(t, root, "check", name); code != ExitDone || !strings.Contains(out, "works") {
			t.Errorf("check %s: %d %s", name, code, errs)
		}
	}
	forge(t, dir, filepath.Join(root, "nano-128"))
	if code, _, errs := modelRun(t, root, "check", dir); code != ExitFailed || !strings.Contains(errs, dir) {
		t.Errorf("a pack with another's encoder: %d %s", code, errs)
	}
	if err := os.Truncate(filepath.Join(dir, "decoder.onnx"), 10); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := modelRun(t, root, "check", dir); code != ExitFailed || !strings.Contains(errs, "decoder.onnx has 10 bytes") {
		t.Errorf("a damaged pack: %d %s", code, errs)
	}
}

// TestModelToTrack goes from a checkpoint to masks: the imported pack encodes
// and propagates every frame of a clip, and two ways of storing the same
// weights give the same masks.
func TestModelToTrack(t *testing.T) {
	orttest.Library(t)
	t.Setenv(modelpack.EnvModels, t.TempDir())
	frames, _, prompts := makeClip(t)
	masks := make(map[string]string)
	for _, ext := range []string{".pt", ".safetensors"} {
		path, out := filepath.Join(t.TempDir(), "nano"+ext), t.TempDir()
		if err := ckpttest.Write(path, ckpttest.Nano()); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"model", "import", path, "-size", "128", "-name", "nano" + ext},
			{"track", "-video", frames, "-prompts", prompts, "-out", out, "-engine", "nano" + ext + "-128"},
		} {
			var stdout, errs strings.Builder
			env := testEnv(t, &stdout, &errs)
			env.OpenEngine = engines.New().Open
			if code := Run(t.Context(), env, args); code != ExitDone {
				t.Fatalf("%q: %d %s", args, code, errs.String())
			}
			if args[0] == "track" && !strings.Contains(stdout.String(), "Mask propagation completed: ") {
				t.Errorf("%s", stdout.String())
			}
		}
		files, err := filepath.Glob(filepath.Join(out, "png", "3", "*.png"))
		if err != nil || len(files) != clipFrames {
			t.Fatalf("%d masks of %d frames (%v)", len(files), clipFrames, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			masks[ext] += string(data)
		}
	}
	if masks[".pt"] != masks[".safetensors"] {
		t.Error("the masks depend on how the weights are stored")
	}
}

// forge puts the encoder of another pack into a pack and corrects the manifest.
func forge(t *testing.T, dir, from string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(from, "encoder.onnx"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "encoder.onnx"), data, 0o644)
	}
	var other, p *modelpack.Pack
	if err == nil {
		other, err = modelpack.Open(from)
	}
	manifest, rerr := os.ReadFile(filepath.Join(dir, modelpack.ManifestName))
	if err = errors.Join(err, rerr); err != nil {
		t.Fatal(err)
	}
	var m modelpack.Manifest
	if err := json.Unmarshal(manifest, &m); err != nil {
		t.Fatal(err)
	}
	for i, f := range m.Files {
		if f.Name == "encoder.onnx" {
			m.Files[i] = other.Manifest.Files[i]
		}
	}
	manifest, err = json.Marshal(m)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, modelpack.ManifestName), manifest, 0o644)
	}
	if err == nil {
		p, err = modelpack.Open(dir)
	}
	if err == nil {
		err = p.Verify(t.Context(), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestModelMistakes(t *testing.T) {
	root, path := t.TempDir(), nanoFile(t)
	page := filepath.Join(t.TempDir(), "page.pt")
	if err := os.WriteFile(page, []byte("<!DOCTYPE html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"", ExitUsage, "list, get NAME"},
		{"install x", ExitUsage, `"install"`},
		{"list x", ExitUsage, `"x"`},
		{"get", ExitUsage, "NAME"},
		{"get sam9", ExitUsage, "sam2.1-tiny"},
		{"get sam2.1-tiny -size 100", ExitUsage, "-size 100"},
		{"import", ExitUsage, "FILE"},
		{"import a b", ExitUsage, `"b"`},
		{"import a -colour red", ExitUsage, "colour"},
		{"import " + root + " -size 512", ExitUsage, "finished pack"},
		{"import /absent.pt", ExitFailed, "/absent.pt"},
		{"import " + root, ExitFailed, "manifest.json"},
		{"import " + page, ExitFailed, "web page"},
		{"import " + path + " -size 64 -name ../x", ExitFailed, "../x"},
		{"check", ExitUsage, "DIR"},
		{"check nothing", ExitFailed, "nothing"},
		{"remove nothing", ExitFailed, "nothing"},
		{"remove ..", ExitFailed, ".."},
	} {
		code, out, errs := modelRun(t, root, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("model %s: %d, %q, %q; want %d and one line with %q", c.args, code, out, errs, c.code, c.says)
		}
	}
	if code, out, _ := modelRun(t, root, "-h"); code != ExitDone || !strings.Contains(out, "masklet model import") {
		t.Errorf("-h: %d %s", code, out)
	}
}

func TestModelInterrupted(t *testing.T) {
	root := t.TempDir()
	t.Setenv(modelpack.EnvModels, root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	code := Run(ctx, testEnv(t, &out, &errs), []string{"model", "import", nanoFile(t), "-size", "64"})
	if code != ExitInterrupted {
		t.Errorf("%d %s", code, errs.String())
	}
	if entries, _ := os.ReadDir(root); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}
