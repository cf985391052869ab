package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session"
)

// TestActivityLines: what is known of some work is told, and no more.
func TestActivityLines(t *testing.T) {
	tests := []struct {
		a       activity
		elapsed time.Duration
		want    string
	}{
		{activity{what: "Opening the project"}, 3 * time.Second, "Opening the project (3s)"},
		{activity{what: "Reading the video", items: "frames", done: 500, total: 1200}, 2 * time.Second,
			"Reading the video: 500 of 1200 frames (250.0 a second, 3s left)"},
		{activity{what: "Reading masks", items: "masks", done: 30}, time.Second, "Reading masks: 30 masks (30.0 a second)"},
		{activity{what: "Writing png", items: "frames", done: 0, total: 9}, time.Second, "Writing png: 0 of 9 frames"},
	}
	for _, tt := range tests {
		if got := tt.a.line(tt.elapsed); got.Line != tt.want {
			t.Errorf("got  %q\nwant %q", got.Line, tt.want)
		}
	}
}

// TestSilentWorkIsTold: work that says nothing for a while is told all the
// same, what is done at once is not, and the runner's lines end it.
func TestSilentWorkIsTold(t *testing.T) {
	var quiet strings.Builder
	env := Env{Pace: time.Hour}
	p := env.progress(&quiet, false)
	for i := range 100 {
		p.doing("writing", "Writing png", "frames", i, 100)
	}
	p.stop()
	p.stop()
	if quiet.Len() != 0 {
		t.Errorf("printed at once: %q", quiet.String())
	}

	read, write := io.Pipe()
	defer read.Close()
	env.Pace = time.Millisecond
	p = env.progress(write, true)
	p.doing("saving", "Saving", "", 0, 0)
	lines := bufio.NewScanner(read)
	for range 3 { // nothing more is told, and yet the lines come
		var l progressLine
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || l.Stage != "saving" || l.Phase != 0 || l.LeftS != -1 {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
	}
	go p.event(session.Progressed{Progress: inference.Progress{Stage: inference.Starting, Left: -1}})
	for lines.Scan() && !strings.Contains(lines.Text(), "starting") {
	}
	go func() { p.stop(); write.Close() }()
	for lines.Scan() {
		t.Errorf("after the runner took over: %q", lines.Text())
	}
}

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
