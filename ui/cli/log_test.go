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
