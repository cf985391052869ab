package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// cancelOn cancels a context when a text is printed: what Ctrl+C does at that
// moment.
type cancelOn struct {
	mu     sync.Mutex
	buf    bytes.Buffer
	text   string
	cancel func()
}

func (c *cancelOn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.buf.Write(p)
	if strings.Contains(c.buf.String(), c.text) {
		c.cancel()
	}
	return n, err
}

// TestEveryCommandCanBeInterrupted: exit code 130, one line that says so, and
// nothing half-written.
func TestEveryCommandCanBeInterrupted(t *testing.T) {
	frames, truth, prompts := makeClip(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.masklet"), filepath.Join(dir, "out")
	if code, _, errs := runCommand(t, context.Background(), "track", "-video", frames, "-prompts", prompts, "-out", out, "-project", file); code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	before := summaryOf(t, file)
	masks := filepath.Join(out, "png")
	tests := []struct {
		at   string
		args []string
	}{
		{"Comparing masks: 1 of", []string{"eval", "-pred", masks, "-gt", truth}},
		{"Writing png: 2 of", []string{"export", "-project", file, "-out", filepath.Join(dir, "folder")}},
		{"Writing coco: 2 of", []string{"export", "-project", file, "-out", filepath.Join(dir, "masks.json"), "-format", "coco"}},
		{"Reading masks: 1 ", []string{"import", "-project", file, "-format", "png", "-in", masks}},
		{"Reading the video", []string{"track", "-video", frames, "-prompts", prompts, "-out", filepath.Join(dir, "early")}},
		{"Answering the prompts", []string{"track", "-video", frames, "-prompts", prompts, "-out", filepath.Join(dir, "prompts")}},
		{"Reading the true masks: 2 of", []string{"simulate", "-video", frames, "-gt", truth}},
		{"Clicking: 1 of", []string{"simulate", "-video", frames, "-gt", truth}},
		{"Measuring: 3 of", []string{"simulate", "-video", frames, "-gt", truth}},
		{"Measuring how fast", []string{"bench", "-video", frames}},
		{"classic: Starting", []string{"bench", "-video", frames, "-frames", "200", "-vs", "classic"}},
	}
	for _, tt := range tests {
		t.Run(tt.args[0]+" "+tt.at, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdout, errs := &cancelOn{text: tt.at, cancel: cancel}, &cancelOn{text: tt.at, cancel: cancel}
			env := testEnv(t, stdout, errs)
			env.Pace = time.Nanosecond
			code := Run(ctx, env, tt.args)
			if code != ExitInterrupted || !strings.HasSuffix(errs.buf.String(), "masklet "+tt.args[0]+": interrupted\n") {
				t.Errorf("exit %d\n%s\n%s", code, stdout.buf.String(), errs.buf.String())
			}
		})
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if n := e.Name(); n != "out" && n != "p.masklet" {
			t.Errorf("%s was left", n)
		}
	}
	if after := summaryOf(t, file); after != before {
		t.Errorf("the project changed from\n%s\nto\n%s", before, after)
	}
}

func summaryOf(t *testing.T, file string) string {
	t.Helper()
	code, out, errs := runCommand(t, context.Background(), "info", "-project", file)
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	return out
}
