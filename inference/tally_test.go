package inference

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
)

// TestTally counts plans made at random: whatever the order in which the
// pieces are done, nothing runs backwards, and at the end all frames are
// finished.
func TestTally(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		r := annotate.Range{First: rng.IntN(20)}
		r.Last = r.First + rng.IntN(40)
		from := r.First + rng.IntN(r.Len())
		tally := NewTally(r, func(f int) bool { return f >= from })
		type piece struct{ frame, n int }
		var plan []piece
		left := map[int]int{}
		for range rng.IntN(120) {
			p := piece{rng.IntN(r.Last + 10), 1 + rng.IntN(3)}
			if p.frame < from && p.frame >= r.First {
				continue // engines plan nothing for frames that are not asked for
			}
			plan = append(plan, p)
			left[p.frame] += p.n
			tally.Plan(p.frame, p.n)
		}
		todo := 0
		for f := range left {
			if r.Contains(f) {
				todo++
			}
		}
		last := tally.Coverage()
		if want := r.Last - from + 1; last.Frames != want || last.Finished != want-todo || last.Worked != 0 {
			t.Fatalf("seed %d: planned %+v, want %d frames, %d of them to do", seed, last, want, todo)
		}
		rng.Shuffle(len(plan), func(i, j int) { plan[i], plan[j] = plan[j], plan[i] })
		for _, p := range plan {
			tally.Done(p.frame, p.n)
			c := tally.Coverage()
			if c.Frames != last.Frames || c.Work != last.Work || c.Finished < last.Finished || c.Worked != last.Worked+p.n {
				t.Fatalf("seed %d: %+v after %+v", seed, c, last)
			}
			last = c
		}
		if last.Finished != last.Frames || last.Worked != last.Work {
			t.Fatalf("seed %d: ended with %+v", seed, last)
		}
	}
}

// TestMeterSpreadsTheWork: the shown count follows the work, reaches the total
// with its last piece and not before, and speed and time left agree with it.
func TestMeterSpreadsTheWork(t *testing.T) {
	tests := []struct {
		c    Coverage
		done int
	}{
		{Coverage{Frames: 72, Finished: 2, Work: 140}, 2},
		{Coverage{Frames: 72, Finished: 2, Work: 140, Worked: 1}, 2},
		{Coverage{Frames: 72, Finished: 2, Work: 140, Worked: 70}, 37},
		{Coverage{Frames: 72, Finished: 71, Work: 140, Worked: 139}, 71},
		{Coverage{Frames: 72, Finished: 72, Work: 140, Worked: 140}, 72},
	}
	now := time.Unix(0, 0)
	m := newMeter(func() time.Time { return now }, 72, 2)
	for _, tt := range tests {
		now = time.Unix(0, 0).Add(time.Duration(tt.c.Worked) * 100 * time.Millisecond)
		m.reach(tt.c)
		p := m.progress(Propagating, 1)
		if p.Done != tt.done || p.Total != 72 {
			t.Errorf("%+v: shown as %d of %d, want %d", tt.c, p.Done, p.Total, tt.done)
		}
		if tt.c.Worked == 0 {
			continue
		}
		// Ten pieces a second are five frames a second.
		left := time.Duration(tt.c.Work-tt.c.Worked) * 100 * time.Millisecond
		if p.FPS < 4.99 || p.FPS > 5.01 || (p.Left-left).Abs() > time.Millisecond {
			t.Errorf("%+v: %.2f fps, %v left, want 5 and %v", tt.c, p.FPS, p.Left, left)
		}
	}
	m = newMeter(time.Now, 9, 9)
	if m.reach(Coverage{Frames: 9, Finished: 9}); m.progress(Propagating, 1).Done != 9 {
		t.Error("a run with nothing to do does not begin finished")
	}
}
