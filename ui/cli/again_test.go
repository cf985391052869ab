package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
)

// edit changes a project as the window would.
func edit(t *testing.T, path string, do func(p *project.Project) []annotate.Edit) {
	t.Helper()
	p, err := project.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	p.History().Do(annotate.Change{Name: "Edit", Edits: do(p)})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTrackAgain: the same command goes on with its own project and gives the
// same masks; a project that holds anything else is not touched.
func TestTrackAgain(t *testing.T) {
	frames, _, prompts := makeClip(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.masklet"), filepath.Join(dir, "out")
	args := []string{"track", "-video", frames, "-prompts", prompts, "-project", file, "-out", out}
	var want state
	for range 2 {
		if code, _, errs := runCommand(t, context.Background(), args...); code != ExitDone {
			t.Fatalf("exit %d: %s", code, errs)
		}
		got := masksIn("out/png")(t, dir)
		if want != nil && len(got) != len(want) {
			t.Errorf("%d masks, the first run gave %d", len(got), len(want))
		}
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s differs", name)
			}
		}
		want = got
	}
	for what, more := range map[string][]string{"direction": {"-direction", "forward"}, "range": {"-end", "9"}, "setting": {"-fine"}} {
		if code, _, errs := runCommand(t, context.Background(), append(args[:len(args):len(args)], more...)...); code != ExitFailed || !strings.Contains(errs, "exists already") {
			t.Errorf("another %s: exit %d, %s", what, code, errs)
		}
	}
	edit(t, file, func(p *project.Project) []annotate.Edit {
		return []annotate.Edit{p.Document().SetPrompt(annotate.FrameKey{Object: 3, Frame: 7}, &annotate.Prompt{Points: []annotate.Point{{X: 3, Y: 4, Positive: true}}})}
	})
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := runCommand(t, context.Background(), args...); code != ExitFailed || !strings.Contains(errs, "exists already") {
		t.Errorf("a labeler's prompt: exit %d, %s", code, errs)
	}
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Error("the project was changed")
	}
}

// TestResumeStartsWhatWasOnlyPrompted: a project with prompts that was never
// tracked is tracked by -resume.
func TestResumeStartsWhatWasOnlyPrompted(t *testing.T) {
	frames, _, prompts := makeClip(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "p.masklet")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var stdout, errs strings.Builder
	env := pauseAfter(testEnv(t, &stdout, &errs), 1, cancel)
	if code := Run(ctx, env, []string{"track", "-video", frames, "-prompts", prompts, "-project", file}); code != ExitInterrupted {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	// A project in which nothing but the prompt is left.
	p, err := project.OpenReadOnly(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	prompt, _ := p.Document().Prompt(annotate.FrameKey{Object: 3, Frame: 4})
	object, _ := p.Document().Object(3)
	media := p.Media()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(dir, "fresh.masklet")
	q, err := project.Create(context.Background(), fresh, media)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	resume := []string{"track", "-resume", "-project", fresh, "-out", filepath.Join(dir, "out")}
	if code, _, errs := runCommand(t, context.Background(), resume...); code != ExitFailed || !strings.Contains(errs, "click an object first") {
		t.Errorf("without a prompt: exit %d, %s", code, errs)
	}
	edit(t, fresh, func(p *project.Project) []annotate.Edit {
		d := p.Document()
		return []annotate.Edit{d.SetObject(object), d.SetPrompt(annotate.FrameKey{Object: 3, Frame: 4}, &prompt)}
	})
	if code, _, errs := runCommand(t, context.Background(), resume...); code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if n := len(masksIn("out/png")(t, dir)); n < clipFrames {
		t.Errorf("%d masks of %d frames", n, clipFrames)
	}
}
