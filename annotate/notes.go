package annotate

import (
	"fmt"
	"slices"
)

// Notes is what the user says about one object beside its prompts and masks. It
// is a value: nobody changes its slices after it was made.
type Notes struct {
	// Absent are the frames on which the object is not in the picture (CVAT:
	// outside): it has no mask there and is not looked for.
	Absent Ranges
	// Occluded are the frames on which something hides a part of it. Its mask is
	// what can be seen.
	Occluded Ranges
	// Through are frames at whose scene cut the object's track goes on, in
	// order. At every other cut it stops.
	Through []int
	// Attributes are in order: by key, whole objects first, then by frame.
	Attributes []Attribute
}

// Empty reports whether the notes say nothing.
func (n Notes) Empty() bool {
	return len(n.Absent)+len(n.Occluded)+len(n.Through)+len(n.Attributes) == 0
}

// GoesOn reports whether the object's track goes on at a cut before frame.
func (n Notes) GoesOn(frame int) bool {
	_, ok := slices.BinarySearch(n.Through, frame)
	return ok
}

// WithThrough returns the notes with the track going on, or not, at a cut before
// frame.
func (n Notes) WithThrough(frame int, on bool) Notes {
	i, has := slices.BinarySearch(n.Through, frame)
	switch {
	case on && !has:
		n.Through = slices.Insert(slices.Clone(n.Through), i, frame)
	case !on && has:
		n.Through = slices.Delete(slices.Clone(n.Through), i, i+1)
	}
	return n
}

// Within returns what the notes say of the frames of r; attributes of the whole
// object stay.
func (n Notes) Within(r Range) Notes {
	out := Notes{Absent: n.Absent.Within(r), Occluded: n.Occluded.Within(r)}
	for _, f := range n.Through {
		if r.Contains(f) {
			out.Through = append(out.Through, f)
		}
	}
	for _, a := range n.Attributes {
		if a.Frames == nil {
			out.Attributes = append(out.Attributes, a)
			continue
		}
		for _, part := range (Ranges{*a.Frames}).Within(r) {
			out.Attributes = append(out.Attributes, Attribute{a.Key, a.Value, &part})
		}
	}
	return out
}

// Validate reports what cannot be in a video of that many frames, as an error
// that wraps ErrContents.
func (n Notes) Validate(frames int) error {
	inside := func(what string, r Range) error {
		if r.First < 0 || r.Last >= frames || r.Len() == 0 {
			return fmt.Errorf("%w: %s on frames %d to %d of %d", ErrContents, what, r.First, r.Last, frames)
		}
		return nil
	}
	for what, rs := range map[string]Ranges{"absent": n.Absent, "occluded": n.Occluded} {
		for _, r := range rs {
			if err := inside(what, r); err != nil {
				return err
			}
		}
	}
	for _, f := range n.Through {
		if err := inside("a cut", Range{f, f}); err != nil {
			return err
		}
	}
	if len(n.Attributes) > MaxAttributes {
		return fmt.Errorf("%w: an object has %d attributes, at most %d are kept", ErrContents, len(n.Attributes), MaxAttributes)
	}
	for _, a := range n.Attributes {
		if err := a.Validate(); err != nil {
			return err
		}
		if a.Frames != nil {
			if err := inside("attribute "+a.Key, *a.Frames); err != nil {
				return err
			}
		}
	}
	return nil
}

// storable returns what can be kept of the notes in a video of that many frames.
func (n Notes) storable(frames int) Notes {
	n = n.Within(Range{0, frames - 1})
	n.Attributes = slices.DeleteFunc(n.Attributes, func(a Attribute) bool { return a.Validate() != nil })
	n = n.Tidy()
	n.Attributes = n.Attributes[:min(len(n.Attributes), MaxAttributes)]
	return n
}

// Tidy returns the notes in the one form that says the same: sets of frames that
// do not touch, no frame twice, attributes that do not overlap (of two, the
// later one holds).
func (n Notes) Tidy() Notes {
	out := Notes{Absent: slices.Clone(n.Absent).tidy(), Occluded: slices.Clone(n.Occluded).tidy()}
	if len(n.Through) > 0 {
		out.Through = slices.Compact(slices.Sorted(slices.Values(n.Through)))
	}
	out.Attributes = tidyAttributes(n.Attributes)
	return out
}
