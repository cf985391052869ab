package annotate

import (
	"maps"
	"slices"
)

// Recount sets the number of frames of the video, where it turned out to be
// another than was thought. It is no change that could be undone: nothing may
// lie on a frame beyond the end (see Renumber).
func (d *Document) Recount(frames int) {
	d.frames = frames
	d.revision++
}

// Renumber returns the edits that take everything to the number that its frame
// has now: moved[i] is that of frame i. Where two frames become one, the later
// one's prompt and mask stay.
func (d *Document) Renumber(moved []int) (out []Edit) {
	to := func(f int) int {
		if f < 0 || f >= len(moved) {
			return f
		}
		return moved[f]
	}
	prompts, protected := map[FrameKey]FrameKey{}, map[FrameKey]bool{} // from where each comes
	for _, k := range slices.SortedFunc(maps.Keys(d.prompts), FrameKey.compare) {
		prompts[FrameKey{k.Object, to(k.Frame)}] = k
	}
	for k := range d.protected {
		protected[FrameKey{k.Object, to(k.Frame)}] = true
	}
	for k := range both(d.prompts, prompts) {
		if from, ok := prompts[k]; !ok {
			out = append(out, d.SetPrompt(k, nil))
		} else if from != k {
			out = append(out, d.SetPrompt(k, get(d.prompts, from)))
		}
	}
	for id, frames := range d.results {
		results := map[int]int{}
		for _, f := range slices.Sorted(maps.Keys(frames)) {
			results[to(f)] = f
		}
		for f := range both(frames, results) {
			if from, ok := results[f]; !ok {
				out = append(out, d.SetResult(FrameKey{id, f}, nil))
			} else if from != f {
				out = append(out, d.SetResult(FrameKey{id, f}, get(frames, from)))
			}
		}
	}
	for k := range both(d.protected, protected) {
		if d.protected[k] != protected[k] {
			out = append(out, d.SetProtected(k, protected[k]))
		}
	}
	for id, n := range d.notes {
		out = append(out, d.SetNotes(id, n.renumbered(to)))
	}
	cuts := map[int]*bool{}
	for _, f := range slices.Sorted(maps.Keys(d.cuts)) {
		cuts[to(f)] = get(d.cuts, f)
	}
	for f := range both(d.cuts, cuts) {
		out = append(out, d.SetCut(f, cuts[f]))
	}
	if r := d.rng; r != nil {
		out = append(out, d.SetRange(&Range{to(r.First), to(r.Last)}))
	}
	return out
}

// renumbered returns the notes for frames that got other numbers, whose order is
// the same.
func (n Notes) renumbered(to func(int) int) Notes {
	ranges := func(rs Ranges) (out Ranges) {
		for _, r := range rs {
			out = out.With(Range{to(r.First), to(r.Last)})
		}
		return out
	}
	out := Notes{Absent: ranges(n.Absent), Occluded: ranges(n.Occluded)}
	for _, f := range n.Through {
		out = out.WithThrough(to(f), true)
	}
	for _, a := range n.Attributes {
		if a.Frames != nil {
			a.Frames = &Range{to(a.Frames.First), to(a.Frames.Last)}
		}
		out.Attributes = append(out.Attributes, a)
	}
	return out
}

// both returns the keys of either map.
func both[K comparable, A, B any](a map[K]A, b map[K]B) map[K]bool {
	out := make(map[K]bool, len(a)+len(b))
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

// Forget drops what could be undone and redone.
func (h *History) Forget() { h.done, h.undone = nil, nil }
