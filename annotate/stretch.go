package annotate

import (
	"maps"
	"slices"
)

// SetFoundCuts tells the document which frames start a new scene as far as the
// pictures were looked at, and whether tracks stop there. That is no work of the
// user: it is neither saved nor undone, and what the user says of a cut (SetCut)
// stands against it.
func (d *Document) SetFoundCuts(frames []int, stop bool) {
	d.found, d.foundStop = map[int]bool{}, stop
	for _, f := range frames {
		d.found[f] = true
	}
}

// FoundCut reports whether the pictures tell of a scene cut between a frame and the
// one before it.
func (d *Document) FoundCut(frame int) bool { return d.found[frame] }

// IsCut reports whether there is a scene cut between a frame and the one before
// it: as the user says, else as was found.
func (d *Document) IsCut(frame int) bool {
	if cut, set := d.cuts[frame]; set {
		return cut
	}
	return d.found[frame]
}

// AllCuts returns the frames that start a new scene, in order.
func (d *Document) AllCuts() []int {
	all := maps.Clone(d.found)
	if all == nil {
		all = map[int]bool{}
	}
	maps.Copy(all, d.cuts)
	maps.DeleteFunc(all, func(_ int, cut bool) bool { return !cut })
	return slices.Sorted(maps.Keys(all))
}

// Stretches returns the frames on which an object is followed without a break,
// in order: its track stops where it is absent, and at every cut at which the
// user does not say that it goes on (SetFoundCuts may say so of all that were
// found). Each stretch is tracked from its own
// keyframes.
func (d *Document) Stretches(id ObjectID) []Range {
	n := d.notes[id]
	cuts := d.AllCuts()
	if !d.foundStop {
		cuts = slices.DeleteFunc(cuts, func(f int) bool { return !d.cuts[f] })
	}
	var out []Range
	for _, r := range (Ranges{{0, d.frames - 1}}).minus(n.Absent) {
		for _, c := range cuts {
			if c > r.First && c <= r.Last && !n.GoesOn(c) {
				out = append(out, Range{r.First, c - 1})
				r.First = c
			}
		}
		out = append(out, r)
	}
	return out
}

// Stretch returns the stretch that holds an object's frame. On a frame where the
// object is absent it is that frame alone, and ok is false.
func (d *Document) Stretch(k FrameKey) (r Range, ok bool) {
	for _, r := range d.Stretches(k.Object) {
		if r.Contains(k.Frame) {
			return r, true
		}
	}
	return Range{k.Frame, k.Frame}, false
}

func (rs Ranges) minus(o Ranges) Ranges {
	for _, r := range o {
		rs = rs.Without(r)
	}
	return rs
}
