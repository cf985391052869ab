package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/masklet/masklet/annotate"
)

// Counter is a video that is read to its end in the background, while it is
// looked at and labeled. *media.Video is one.
type Counter interface {
	// Reach returns how many frames can be asked for, and whether they are all.
	Reach() (frames int, final bool)
	// Index reads the video to its end.
	Index(ctx context.Context, progress func(done, total int)) error
	// Hold stops the reading, or lets it go on.
	Hold(on bool)
	// Recount returns for each number that a frame had the one that it has now
	// that all are known; nil if all keep theirs.
	Recount() []int
	// Shortfall says what is missing of a video that was cut off, "" if nothing is.
	Shortfall() string
	// Timestamps returns when the frames are shown, in seconds.
	Timestamps() []float64
}

// Count is how far the reading of a video is.
type Count struct {
	On          bool // it goes on
	Done, Total int  // frames that were read, of so many that are expected
	Err         error
}

// Line says how far the video was read, "" when all of it is.
func (n Count) Line() string {
	switch {
	case n.Err != nil:
		return fmt.Sprintf("read up to frame %d", n.Done-1)
	case n.On && n.Total > n.Done:
		return fmt.Sprintf("reading: %d of %d frames", n.Done, n.Total)
	case n.On:
		return fmt.Sprintf("reading: %d frames", n.Done)
	}
	return ""
}

// reading is the reading of a session's video to its end.
type reading struct {
	s     *Session
	count Count
}

// Count returns how far the reading of the video is.
func (r *reading) Count() Count { return r.count }

// countEvery is how often progress of the reading is told.
const countEvery = 250 * time.Millisecond

// startCounting reads the video to its end in the background.
func (r *reading) startCounting() {
	s := r.s
	c := s.Counter
	if c == nil {
		return
	}
	r.count = Count{On: true, Total: s.doc.Frames()}
	s.Go(func() {
		var last time.Time
		err := c.Index(s.ctx, func(done, total int) {
			if now := time.Now(); now.Sub(last) >= countEvery {
				last = now
				s.Post(func() { r.counting(done, total) })
			}
		})
		s.Post(func() { r.counted(err) })
	})
}

// counting takes note of frames that were read. Where the container does not list
// them, these are all that can be worked on.
func (r *reading) counting(done, total int) {
	s := r.s
	r.count.Done, r.count.Total = done, max(done, total)
	grown := false
	if n, _ := s.Counter.Reach(); n > s.doc.Frames() {
		s.Store.Recount(n, nil, false)
		grown = true
	}
	s.notify(Counted{Grown: grown})
}

// counted ends the counting. Frames that got other numbers take along what lies
// on them.
func (r *reading) counted(err error) {
	s := r.s
	r.count.On = false
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			r.count.Err = err
			s.failed("Read the video to its end", err)
			s.notify(Counted{})
		}
		return
	}
	before := s.doc.Frames()
	moved := s.Counter.Recount()
	if moved != nil {
		s.stopAndForget()
	}
	Recount(s.Store, s.Counter, moved)
	if moved != nil {
		r.follow(moved)
	}
	if moved != nil || s.engine.frames != s.Video.Len() {
		s.engine.stale = true
		r.refresh()
	}
	s.notify(Counted{Grown: true, Moved: moved, Notice: r.countNotice(before, moved)})
}

// Recount stores the frames that a video has now that all are known.
func Recount(st Store, c Counter, moved []int) {
	frames, _ := c.Reach()
	doc := st.Document()
	if doc.Recount(max(frames, doc.Frames())); moved != nil {
		st.History().Do(annotate.Change{Name: "Count frames", Edits: doc.Renumber(moved)})
	}
	st.Recount(frames, c.Timestamps(), moved != nil)
}

// follow takes what waits on frames to the numbers that these have now.
func (r *reading) follow(moved []int) {
	s := r.s
	if f := s.splits.finder; f != nil {
		f.Renumber(moved)
		s.splits.saw()
	}
	to := func(k annotate.FrameKey) annotate.FrameKey {
		if k.Frame < len(moved) {
			k.Frame = moved[k.Frame]
		}
		return k
	}
	waits := maps.Clone(s.prompts.pending)
	clear(s.prompts.pending)
	for k, p := range waits {
		s.prompts.pending[to(k)] = p
	}
	due := Fixes{}
	for k, p := range s.fixes.due {
		due[to(k)] = p
	}
	s.fixes.due, s.fixes.taken = due, map[int64]Fixes{}
}

// refresh starts an engine anew that knows another number of frames, once it has
// nothing to do.
func (r *reading) refresh() {
	s := r.s
	if s.engine.stale && s.job.over && (s.engine.live != nil || s.engine.starts) {
		s.engine.stale = false
		s.UseEngine(s.engine.name, s.engine.settings)
	}
}

// holdCounting lets work of the user's go before the reading of the video.
func (r *reading) holdCounting() {
	s := r.s
	if r.count.On {
		s.Counter.Hold(!s.job.over || s.Pending())
	}
}

// countNotice says what the reading of a video found to be other than it was
// thought, "" if nothing is.
func (r *reading) countNotice(before int, moved []int) string {
	s := r.s
	now := s.doc.Frames()
	for i, to := range moved {
		if i != to {
			return fmt.Sprintf("The video has %d frames, not %d: those from frame %d on have other numbers now, and all work stays on its pictures", now, before, i)
		}
	}
	return s.Counter.Shortfall()
}
