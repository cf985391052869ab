package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/project/export"
)

// TestResumedRunIsTheUninterruptedOne stops runs at several frames of both
// passes; each is resumed from its project file by a new session and must give
// the masks and confidences of a run that was never stopped.
func TestResumedRunIsTheUninterruptedOne(t *testing.T) {
	t.Run("classic", func(t *testing.T) { resumedIsUninterrupted(t, true, []int{1, 9, 15, 21}) })
	orttest.Library(t)
	root := t.TempDir()
	if code, _, errs := modelRun(t, root, "import", nanoFile(t), "-size", "64", "-name", "nano"); code != ExitDone {
		t.Fatalf("import: exit %d, %s", code, errs)
	}
	t.Setenv(modelpack.EnvModels, root)
	sam := []string{"-engine", "nano-64", "-clear-memory-around"}
	t.Run("nano SAM 2", func(t *testing.T) { resumedIsUninterrupted(t, true, []int{1, 9, 14}, sam...) })
	// The confidence of what lies between tracked frames is not kept.
	t.Run("nano SAM 2, every third frame", func(t *testing.T) {
		resumedIsUninterrupted(t, false, []int{1, 6, 12}, append(sam, "-stride", "3", "-start", "1", "-end", "14")...)
	})
}

func resumedIsUninterrupted(t *testing.T, confidence bool, stops []int, more ...string) {
	frames, _, _ := makeClip(t)
	dir := t.TempDir()
	prompts := filepath.Join(dir, "p.json")
	entry := func(f int) string {
		x, y := discAt(f)
		return fmt.Sprintf(`{"frame":%d,"points":[[%d,%d,1]]}`, f, x, y)
	}
	text := fmt.Sprintf(`{"objects":[{"id":1,"prompts":[%s,%s]},{"id":2,"prompts":[{"frame":2,"box":[100,10,150,50]}]}]}`, entry(3), entry(11))
	if err := os.WriteFile(prompts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"track", "-video", frames, "-prompts", prompts}, more...)
	whole := filepath.Join(dir, "whole")
	if code, _, errs := runCommand(t, context.Background(), append(args, "-out", whole)...); code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, after := range stops {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			dir := t.TempDir()
			file, out := filepath.Join(dir, "p.masklet"), filepath.Join(dir, "out")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var stdout, errs strings.Builder
			env := pauseAfter(testEnv(t, &stdout, &errs), after, cancel)
			if code := Run(ctx, env, append(args, "-project", file)); code != ExitInterrupted {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
			if code, _, errs := runCommand(t, context.Background(), "track", "-resume", "-project", file, "-out", out); code != ExitDone {
				t.Fatalf("resume: exit %d: %s", code, errs)
			}
			if bad := differing(masksIn("png")(t, out), masksIn("png")(t, whole)); len(bad) > 0 {
				t.Errorf("%v differ", bad)
			}
			if a, b := runObjects(t, whole), runObjects(t, out); confidence && !reflect.DeepEqual(a, b) {
				t.Errorf("run.json tells of\n%v, want\n%v", b, a)
			}
		})
	}
}

// runObjects returns what run.json says of the objects.
func runObjects(t *testing.T, dir string) []export.RunObject {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var run export.Run
	if err := json.Unmarshal(data, &run); err != nil || len(run.Objects) == 0 {
		t.Fatalf("run.json: %v, %d objects", err, len(run.Objects))
	}
	return run.Objects
}
