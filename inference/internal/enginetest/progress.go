// Package enginetest checks engines against what the window and the command
// line rely on. It exists so that every engine is held to the same promises by
// the same code; it is used by tests alone.
package enginetest

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Case is a propagation to be checked.
type Case struct {
	// Open returns a fresh session with all prompts made.
	Open func() inference.Session
	// Video is the number of frames of the video.
	Video int
	// Request is what Phase 2 is asked for.
	Request inference.PropagateRequest
	// Frames is how many frames the request is about: those of its range on the
	// asked side of some object's keyframes, the keyframes included.
	Frames int
	// StopAfter is the number of frames with masks after which a second run is
	// stopped.
	StopAfter int
}

// Progress checks that the progress of a propagation counts the frames of its
// range: one total throughout, never backwards, never above, all of them at the
// end; and that a stopped run names the frames that are finished.
func Progress(t *testing.T, c Case) {
	t.Helper()
	coming := stepByStep(t, c)
	whole(t, c)
	stopped(t, c, coming)
}

// stepByStep runs the propagation and returns how many masks each frame gets.
func stepByStep(t *testing.T, c Case) map[int]int {
	t.Helper()
	s := c.Open()
	defer s.Close()
	p, err := s.Propagate(c.Request)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	counts := []inference.Coverage{p.Coverage()}
	var results []inference.FrameResults
	coming := map[int]int{}
	for {
		r, err := p.Next(context.Background())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		coming[r.Frame] += len(r.Results)
		results, counts = append(results, r), append(counts, p.Coverage())
	}
	left := map[int]int{}
	for f, n := range coming {
		left[f] = n
	}
	for i, n := range counts {
		if i > 0 {
			left[results[i-1].Frame] -= len(results[i-1].Results)
		}
		if want := c.Frames - open(left); n.Frames != c.Frames || n.Finished != want {
			t.Errorf("%+v: after %d steps %+v, want %d of %d frames finished", c.Request, i, n, want, c.Frames)
		}
		if i > 0 && (n.Work != counts[0].Work || n.Worked <= counts[i-1].Worked) {
			t.Errorf("%+v: %+v after %+v", c.Request, n, counts[i-1])
		}
	}
	if n := p.Coverage(); n.Finished != n.Frames || n.Worked != n.Work {
		t.Errorf("%+v: ended with %+v", c.Request, n)
	}
	return coming
}

// open returns the number of frames that still get a mask.
func open(left map[int]int) int {
	n := 0
	for _, k := range left {
		if k > 0 {
			n++
		}
	}
	return n
}

// whole runs the propagation as the program does and looks at what is shown.
func whole(t *testing.T, c Case) {
	t.Helper()
	events := run(c, func(inference.Event, func()) {})
	last := -1
	for _, e := range events {
		switch e := e.(type) {
		case inference.ProgressEvent:
			p := e.Progress
			if p.Stage != inference.Encoding && p.Stage != inference.Encoded {
				if p.Total != c.Frames || p.Done < last || p.Done > p.Total {
					t.Errorf("%+v: shown %q after %d, want %d in all", c.Request, p.Line(), last, c.Frames)
				}
				last = p.Done
			}
		case inference.JobEnded:
			if e.Err != nil || e.Stats.Finished != c.Frames || e.Stats.Frames != c.Frames {
				t.Errorf("%+v: ended with %+v", c.Request, e)
			}
		}
	}
	if last != c.Frames {
		t.Errorf("%+v: the last count is %d of %d", c.Request, last, c.Frames)
	}
}

// stopped stops the run and compares what it says with what came.
func stopped(t *testing.T, c Case, coming map[int]int) {
	t.Helper()
	tracked := 0
	events := run(c, func(e inference.Event, stop func()) {
		if f, ok := e.(inference.FrameTracked); ok && len(f.Results) > 0 {
			if tracked++; tracked == c.StopAfter {
				stop()
			}
		}
	})
	for _, e := range events {
		switch e := e.(type) {
		case inference.FrameTracked:
			coming[e.Frame] -= len(e.Results)
		case inference.ProgressEvent:
			p := e.Progress
			if want := c.Frames - open(coming); p.Stage == inference.Stopped && (p.Done != want || p.Total != c.Frames) {
				t.Errorf("%+v: %q, want %d", c.Request, p.Line(), want)
			}
		}
	}
}

// run executes a job to its end and returns all events. on may stop the job.
func run(c Case, on func(e inference.Event, stop func())) []inference.Event {
	s := c.Open()
	defer s.Close()
	var mu sync.Mutex
	var events []inference.Event
	ended := make(chan struct{})
	var r *inference.Runner
	made := make(chan struct{})
	r = inference.NewRunner(s, c.Video, func(e inference.Event) {
		<-made
		on(e, r.Stop)
		mu.Lock()
		events = append(events, e)
		mu.Unlock()
		if _, ok := e.(inference.JobEnded); ok {
			close(ended)
		}
	})
	close(made)
	defer r.Close()
	req := c.Request
	job := inference.Job{Propagate: &req}
	for f := req.Range.First; f <= req.Range.Last; f++ {
		job.Encode = append(job.Encode, f)
	}
	if _, err := r.Track(job); err != nil {
		return []inference.Event{inference.JobEnded{Err: err}}
	}
	<-ended
	mu.Lock()
	defer mu.Unlock()
	return events
}

// Covered returns how many frames a request is about whose objects have
// keyframes from first to last.
func Covered(r annotate.Range, d inference.Direction, first, last int) int {
	n := 0
	for f := r.First; f <= r.Last; f++ {
		if d == inference.Both || d == inference.Forward && f >= first || d == inference.Backward && f <= last {
			n++
		}
	}
	return n
}
