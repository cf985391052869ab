package cli

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestVerbose(t *testing.T) {
	for line, want := range map[string]bool{
		"version": false, "-v version": true, "version -v": true, "version -verbose": true, "eval --verbose -pred none -gt none": true,
	} {
		got := false
		env := Env{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Verbose: func() { got = true }}
		Run(context.Background(), env, strings.Fields(line))
		if got != want {
			t.Errorf("masklet %s: verbose is %t", line, got)
		}
	}
}

func TestFailureIsLogged(t *testing.T) {
	var log bytes.Buffer
	env := Env{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	if code := Run(context.Background(), env, []string{"eval", "-pred", "none", "-gt", "none"}); code == ExitDone {
		t.Fatal("there is nothing to evaluate")
	}
	if !strings.Contains(log.String(), "masklet eval") || !strings.Contains(log.String(), "none") {
		t.Errorf("the log is %q", log.String())
	}
}

// A run's log tells what it works with and how fast both phases were.
func TestRunIsLogged(t *testing.T) {
	frames, _, prompts := makeClip(t)
	var log, out, errs strings.Builder
	env := testEnv(t, &out, &errs)
	env.Log = slog.New(slog.NewTextHandler(&log, nil))
	args := []string{"track", "-video", frames, "-prompts", prompts, "-out", t.TempDir(), "-engine", "classic", "-threads", "1", "-end", "7"}
	if code := Run(context.Background(), env, args); code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	for _, want := range []string{ // of the 8 frames, the click has done one
		`msg="run begins"`, "engine=classic", "objects=1", "settings.memory_frames=7", "settings.pointers=16", "settings.fill_holes=true",
		"settings.provider=cpu", "settings.threads=1", "settings.half_cache=false",
		`msg="run ends"`, "error=<nil>", "phase1.frames=7", "phase1.seconds=", "phase1.fps=", "phase2.frames=7", "phase2.fps=", "total.seconds=", "total.fps=",
	} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("%q is not in the log once:\n%s", want, log.String())
		}
	}
}
