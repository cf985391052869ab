package progress

import (
	"bufio"
	"encoding/json"
	"io"
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
	p := New(&quiet, false, time.Hour)
	for i := range 100 {
		p.Doing("writing", "Writing png", "frames", i, 100)
	}
	p.Stop()
	p.Stop()
	if quiet.Len() != 0 {
		t.Errorf("printed at once: %q", quiet.String())
	}

	read, write := io.Pipe()
	defer read.Close()
	p = New(write, true, time.Millisecond)
	p.Doing("saving", "Saving", "", 0, 0)
	lines := bufio.NewScanner(read)
	for range 3 { // nothing more is told, and yet the lines come
		var l Line
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || l.Stage != "saving" || l.Phase != 0 || l.LeftS != -1 {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
	}
	go p.Event(session.Progressed{Progress: inference.Progress{Stage: inference.Starting, Left: -1}})
	for lines.Scan() && !strings.Contains(lines.Text(), "starting") {
	}
	go func() { p.Stop(); write.Close() }()
	for lines.Scan() {
		t.Errorf("after the runner took over: %q", lines.Text())
	}
}
