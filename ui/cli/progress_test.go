package cli

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestEveryCommandSpeaks: with no patience at all, each command that can take
// long says what it does, on the stream that does not hold its result.
func TestEveryCommandSpeaks(t *testing.T) {
	frames, truth, prompts := makeClip(t)
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.masklet"), filepath.Join(dir, "out")
	phases := []string{"Phase 1: Encoding ", "Phase 1 complete: ", "Propagation progress: ", "Mask propagation completed: "}
	tests := []struct {
		args   []string
		stdout bool // the progress belongs there
		says   []string
	}{
		{[]string{"track", "-video", frames, "-prompts", prompts, "-out", out, "-project", file}, true,
			append([]string{"Reading the video: ", "Answering the prompts: ", "Writing png: "}, phases...)},
		{[]string{"export", "-project", file, "-out", out + "2", "-format", "png,coco"}, true, []string{"Writing png: ", "Writing coco: "}},
		{[]string{"import", "-project", file, "-format", "png", "-in", filepath.Join(out, "png")}, true, []string{"Reading masks: "}},
		{[]string{"eval", "-pred", filepath.Join(out, "png"), "-gt", truth, "-json"}, false, []string{"Comparing masks: 14 of 14 masks"}},
		{[]string{"simulate", "-video", frames, "-gt", truth, "-rounds", "2", "-json"}, false,
			append([]string{"Reading the true masks: ", "Object 1 of 1, prompted frame 1 of at most 2: frame 0", "Measuring: "}, phases...)},
		{[]string{"bench", "-video", frames, "-frames", "6", "-json"}, false,
			append([]string{"Measuring how fast frames decode", "Measuring clicks"}, phases...)},
		{[]string{"bench", "-video", frames, "-frames", "6", "-vs", "classic", "-json"}, false, []string{"classic: Phase 1 complete: "}},
	}
	for _, tt := range tests {
		t.Run(tt.args[0], func(t *testing.T) {
			var stdout, errs strings.Builder
			env := testEnv(t, &stdout, &errs)
			env.Pace = time.Nanosecond
			if code := Run(context.Background(), env, tt.args); code != ExitDone {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
			said := errs.String()
			if tt.stdout {
				said = stdout.String()
			} else if !json.Valid([]byte(stdout.String())) {
				t.Errorf("the result is not clean:\n%s", stdout.String())
			}
			for _, want := range tt.says {
				if !strings.Contains(said, want) {
					t.Errorf("nothing of %q in\n%s", want, said)
				}
			}
		})
	}
}
