package annotate

import (
	"cmp"
	"slices"
)

// Ranges is a set of frames as ranges in order, none of which touch. It is a
// value: functions return another one and change nothing.
type Ranges []Range

// Contains reports whether frame is in the set.
func (rs Ranges) Contains(frame int) bool {
	_, ok := rs.At(frame)
	return ok
}

// At returns the range that holds frame.
func (rs Ranges) At(frame int) (Range, bool) {
	i, _ := slices.BinarySearchFunc(rs, frame, func(r Range, f int) int { return cmp.Compare(r.Last, f) })
	if i < len(rs) && rs[i].Contains(frame) {
		return rs[i], true
	}
	return Range{}, false
}

// With returns the set with the frames of r.
func (rs Ranges) With(r Range) Ranges {
	if r.Len() == 0 {
		return rs
	}
	return append(slices.Clone(rs), r).tidy()
}

// Without returns the set without the frames of r.
func (rs Ranges) Without(r Range) Ranges {
	if r.Len() == 0 {
		return rs
	}
	var out Ranges
	for _, s := range rs {
		for _, part := range []Range{{s.First, min(s.Last, r.First-1)}, {max(s.First, r.Last+1), s.Last}} {
			if part.Len() > 0 {
				out = append(out, part)
			}
		}
	}
	return out.tidy()
}

// Within returns the frames of the set that lie in r.
func (rs Ranges) Within(r Range) Ranges {
	var out Ranges
	for _, s := range rs {
		if part := (Range{max(s.First, r.First), min(s.Last, r.Last)}); part.Len() > 0 {
			out = append(out, part)
		}
	}
	return out
}

// Union returns the frames that are in either set.
func (rs Ranges) Union(o Ranges) Ranges { return slices.Concat(rs, o).tidy() }

// tidy puts ranges in order and joins those that touch; it may change rs.
func (rs Ranges) tidy() Ranges {
	slices.SortFunc(rs, func(a, b Range) int { return cmp.Compare(a.First, b.First) })
	var out Ranges
	for _, r := range rs {
		switch last := len(out) - 1; {
		case r.Len() == 0:
		case last >= 0 && r.First <= out[last].Last+1:
			out[last].Last = max(out[last].Last, r.Last)
		default:
			out = append(out, r)
		}
	}
	return out
}
