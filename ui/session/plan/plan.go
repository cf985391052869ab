// Package plan says which jobs of an engine do what the user asks for: track a
// video, one direction of it, or what corrections can affect. It reads documents
// and changes nothing, so that every plan can be tested without an engine.
package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Target says what to track.
type Target struct {
	Direction inference.Direction
	// Range is what to track; nil means the in/out range of the document.
	Range *annotate.Range
	// Open says that nobody told where Range ends, so that the limit of the
	// settings holds for it as it does for a video without an in/out range.
	Open bool
}

// ErrNoPrompt: there is nothing to track from.
var ErrNoPrompt = errors.New("click an object first: its mask is what is tracked")

// Track returns the job that tracks every object with a keyframe. maxFrames
// limits it (0: no limit) unless the user told the range.
func Track(d *annotate.Document, t Target, maxFrames int) (inference.Job, error) {
	objs, keys := Guided(d)
	if len(objs) == 0 {
		return inference.Job{}, ErrNoPrompt
	}
	rng, told := d.Range(), d.RangeSet()
	if t.Range != nil {
		rng, told = *t.Range, !t.Open
	}
	if maxFrames > 0 && !told {
		rng = capRange(rng, keys[0], keys[len(keys)-1], t.Direction, maxFrames)
	}
	return inference.Job{
		Encode:    EncodeOrder(rng, keys, t.Direction),
		Propagate: &inference.PropagateRequest{Objects: objs, Range: rng, Direction: t.Direction},
	}, nil
}

// Reach returns the error that says so if a run would reach no other frames
// than those that it starts from.
func Reach(d *annotate.Document, j inference.Job) error {
	_, keys := Guided(d)
	rng := j.Propagate.Range
	switch first, last := keys[0], keys[len(keys)-1]; {
	case rng.Len() == 1 && first == rng.First && last == first:
		return fmt.Errorf("frame %d is all there is, and it needs no tracking", first)
	case j.Propagate.Direction == inference.Forward && first >= rng.Last:
		return fmt.Errorf("no frame comes after frame %d", first)
	case j.Propagate.Direction == inference.Backward && last <= rng.First:
		return fmt.Errorf("no frame comes before frame %d", last)
	}
	return nil
}

// Guided returns the objects that have something to track from, and the frames
// of that.
func Guided(d *annotate.Document) (objs []annotate.ObjectID, keys []int) {
	for _, o := range d.Objects() {
		if ks := Guides(d, o.ID); len(ks) > 0 {
			objs = append(objs, o.ID)
			keys = append(keys, ks...)
		}
	}
	slices.Sort(keys)
	return objs, slices.Compact(keys)
}

// Guides returns the frames of an object that tracking starts from.
func Guides(d *annotate.Document, id annotate.ObjectID) []int {
	ks := append(d.Keyframes(id), d.ProtectedFrames(id)...)
	slices.Sort(ks)
	return slices.Compact(ks)
}

// capRange returns at most n frames of r: forward from the first keyframe, or
// backward from the last.
func capRange(r annotate.Range, first, last int, dir inference.Direction, n int) annotate.Range {
	if r.Len() <= n {
		return r
	}
	if dir == inference.Backward {
		end := min(max(last, r.First), r.Last)
		return annotate.Range{First: max(r.First, end-n+1), Last: end}
	}
	start := min(max(first, r.First), r.Last)
	start = max(r.First, min(start, r.Last-n+1))
	return annotate.Range{First: start, Last: start + n - 1}
}

// EncodeOrder lists the frames that Phase 1 makes ready: the keyframes, then
// what lies in the direction of tracking, in the order in which Phase 2 needs it.
func EncodeOrder(r annotate.Range, keys []int, dir inference.Direction) []int {
	out := slices.Clone(keys)
	add := func(f int) {
		if _, key := slices.BinarySearch(keys, f); !key {
			out = append(out, f)
		}
	}
	first, last := keys[0], keys[len(keys)-1]
	if dir != inference.Backward {
		for f := max(r.First, first); f <= r.Last; f++ {
			add(f)
		}
	}
	switch dir {
	case inference.Backward:
		for f := min(r.Last, last); f >= r.First; f-- {
			add(f)
		}
	case inference.Both:
		for f := min(r.Last, first-1); f >= r.First; f-- {
			add(f)
		}
	}
	return out
}

// Fixes returns the jobs that track again what corrections on some frames can affect, one
// for each stretch of frames. Objects whose stretches are the same share a job.
func Fixes(d *annotate.Document, fixes map[annotate.FrameKey]annotate.Prompt) []inference.Job {
	stretches := map[annotate.ObjectID][]annotate.Range{}
	for k := range fixes {
		if len(Guides(d, k.Object)) > 0 {
			stretches[k.Object] = append(stretches[k.Object], annotate.AffectedRange(d, k.Object, k.Frame))
		}
	}
	byRange := map[annotate.Range][]annotate.ObjectID{}
	for id, rs := range stretches {
		for _, r := range joined(rs) {
			byRange[r] = append(byRange[r], id)
		}
	}
	var out []inference.Job
	for r, objs := range byRange {
		slices.Sort(objs)
		var keys []int
		for _, id := range objs {
			keys = append(keys, nearGuides(Guides(d, id), r)...)
		}
		slices.Sort(keys)
		out = append(out, inference.Job{
			Encode:    rangeAround(r, slices.Compact(keys)),
			Propagate: &inference.PropagateRequest{Objects: objs, Range: r, Direction: inference.Both},
		})
	}
	slices.SortFunc(out, func(a, b inference.Job) int {
		ra, rb := a.Propagate.Range, b.Propagate.Range
		if ra.First != rb.First {
			return ra.First - rb.First
		}
		return ra.Last - rb.Last
	})
	return out
}

// joined returns the ranges with those joined that overlap or touch, so that no
// frame is tracked twice.
func joined(rs []annotate.Range) []annotate.Range {
	slices.SortFunc(rs, func(a, b annotate.Range) int { return a.First - b.First })
	var out []annotate.Range
	for _, r := range rs {
		if n := len(out); n > 0 && r.First <= out[n-1].Last+1 {
			out[n-1].Last = max(out[n-1].Last, r.Last)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// nearGuides returns the guides in a range and the nearest on either side.
func nearGuides(keys []int, r annotate.Range) []int {
	lo, _ := slices.BinarySearch(keys, r.First)
	hi, _ := slices.BinarySearch(keys, r.Last+1)
	return keys[max(0, lo-1):min(len(keys), hi+1)]
}

func rangeAround(r annotate.Range, keys []int) []int {
	out := slices.Clone(keys)
	for f := r.First; f <= r.Last; f++ {
		if _, key := slices.BinarySearch(keys, f); !key {
			out = append(out, f)
		}
	}
	return out
}
