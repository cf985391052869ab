package cli

import (
	"strings"
	"testing"
	"time"
)

// TestWritingProgress: what takes long is told, what is done at once is not.
func TestWritingProgress(t *testing.T) {
	var out strings.Builder
	p := &progressPrinter{out: &out}
	p.writing("png", 0, 300)
	p.writing("png", 1, 300)
	if out.Len() != 0 {
		t.Errorf("printed at once: %q", out.String())
	}
	p.last = time.Now().Add(-lineInterval)
	p.writing("png", 119, 300)
	p.writing("png", 120, 300)
	if want := "Writing png: frame 120 of 300\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset()
	p = &progressPrinter{out: &out, asJSON: true, last: time.Now().Add(-lineInterval)}
	p.writing("coco", 9, 10)
	if s := out.String(); !strings.Contains(s, `"stage":"writing","done":10,"total":10`) {
		t.Errorf("got %s", s)
	}
}
