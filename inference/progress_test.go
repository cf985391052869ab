package inference

import (
	"testing"
	"time"
)

func TestProgressLines(t *testing.T) {
	s := time.Second
	tests := []struct {
		p    Progress
		want string
	}{
		{Progress{Stage: Starting, Total: 251, Objects: 1}, "Starting mask propagation (251 frames, 1 objects)"},
		{Progress{Stage: Encoding, Done: 37, Total: 251, FPS: 8.1, Left: 26 * s}, "Phase 1: Encoding 251 frames with image encoder (37/251, 8.1 fps, 26s left)"},
		{Progress{Stage: Encoding, Total: 251, Left: -1}, "Phase 1: Encoding 251 frames with image encoder (0/251)"},
		{Progress{Stage: Encoded, Elapsed: 31300 * time.Millisecond, Objects: 1}, "Phase 1 complete: Frame encoding finished in 31.3s. Starting Phase 2: Mask propagation"},
		{Progress{Stage: Encoded, Elapsed: 2 * s}, "Phase 1 complete: Frame encoding finished in 2.0s"},
		{Progress{Stage: Propagating, Done: 50, Total: 251, FPS: 2.4, Left: 84 * s}, "Propagation progress: 50/251 frames (2.4 fps, 84s left)"},
		{Progress{Stage: Propagating, Total: 251, Left: -1}, "Propagation progress: 0/251 frames"},
		{Progress{Stage: Completed, Done: 251, Elapsed: 133200 * time.Millisecond, FPS: 1.884}, "Mask propagation completed: 251 frames in 133.2s (1.9 fps)"},
		{Progress{Stage: Stopped, Done: 7, Total: 9}, "Mask propagation stopped: 7/9 frames finished and kept"},
	}
	for _, tt := range tests {
		if got := tt.p.Line(); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

func TestMeterFollowsTheRecentSpeed(t *testing.T) {
	now := time.Unix(0, 0)
	m := newMeter(func() time.Time { return now }, 1000, 100)
	if p := m.progress(Encoding, 1); p.Done != 100 || p.FPS != 0 || p.Left >= 0 {
		t.Errorf("before the first frame: %+v", p)
	}
	step := func(n int, d time.Duration) {
		for range n {
			now = now.Add(d)
			m.tick()
		}
	}
	step(100, 100*time.Millisecond)
	if p := m.progress(Encoding, 1); p.Done != 200 || p.FPS < 9.9 || p.FPS > 10.1 || p.Left.Round(time.Second) != 80*time.Second {
		t.Errorf("at 10 frames per second: %+v", p)
	}
	// The machine becomes ten times slower: within the window the display
	// follows, though the average would not.
	step(30, time.Second)
	p := m.progress(Encoding, 1)
	if p.FPS < 0.9 || p.FPS > 1.1 {
		t.Errorf("after the change: %+v", p)
	}
	// Time passes inside a long frame: the time left keeps falling.
	now = now.Add(5 * time.Second)
	if q := m.progress(Encoding, 1); q.Left != p.Left-5*time.Second {
		t.Errorf("time left %v after %v", q.Left, p.Left)
	}
	if a := m.average(p, m.start); a.FPS < 2.8 || a.FPS > 2.9 { // 130 frames in 45 s
		t.Errorf("average %v", a.FPS)
	}
}
