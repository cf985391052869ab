package annotate

import "fmt"

// RLEString returns the compressed run-length string of the COCO tools: each
// count, from the fourth on as the difference to the count two before it, in
// groups of five bits, low first, sign-extended, as characters from '0'.
//
// Source: pycocotools common/maskApi.c, rleToString.
func (m Mask) RLEString() string {
	out := make([]byte, 0, 2*len(m.runs))
	for i, r := range m.runs {
		x := int64(r)
		if i > 2 {
			x -= int64(m.runs[i-2])
		}
		for more := true; more; {
			c := byte(x & 0x1f)
			x >>= 5
			if c&0x10 != 0 {
				more = x != -1
			} else {
				more = x != 0
			}
			if more {
				c |= 0x20
			}
			out = append(out, c+48)
		}
	}
	return string(out)
}

// MaskFromRLEString decodes the compressed form for a mask of w by h pixels.
// Malformed strings give an error that wraps ErrMask; nothing is allocated
// beyond the length of the string.
func MaskFromRLEString(w, h int, s string) (Mask, error) {
	if err := checkSize(w, h); err != nil {
		return Mask{}, err
	}
	limit := int64(w) * int64(h)
	var runs []uint32
	sum := int64(0)
	for p := 0; p < len(s); {
		x, next, err := rleCount(s, p)
		if err != nil {
			return Mask{}, err
		}
		p = next
		if n := len(runs); n > 2 {
			x += int64(runs[n-2])
		}
		if sum += x; x < 0 || sum > limit {
			return Mask{}, fmt.Errorf("%w: count %d at byte %d of the run-length string", ErrMask, x, p)
		}
		runs = append(runs, uint32(x))
	}
	return MaskFromRuns(w, h, dropEmptyRuns(runs))
}

// rleCount reads one count that starts at byte p.
func rleCount(s string, p int) (x int64, next int, err error) {
	for shift := 0; ; shift += 5 {
		if p >= len(s) {
			return 0, p, fmt.Errorf("%w: the run-length string ends inside a count", ErrMask)
		}
		if shift > 35 {
			return 0, p, fmt.Errorf("%w: over-long count at byte %d of the run-length string", ErrMask, p)
		}
		c := int64(s[p]) - 48
		if c < 0 || c > 0x3f {
			return 0, p, fmt.Errorf("%w: character %q at byte %d of the run-length string", ErrMask, s[p], p)
		}
		p++
		x |= (c & 0x1f) << shift
		if c&0x20 == 0 {
			if c&0x10 != 0 {
				x |= -1 << (shift + 5)
			}
			return x, p, nil
		}
	}
}

// dropEmptyRuns merges the zero-length runs that some writers leave in the
// middle or at the end, so that equal masks have equal runs.
func dropEmptyRuns(runs []uint32) []uint32 {
	e := runEncoder{}
	for i, r := range runs {
		e.add(r, i%2 == 1)
	}
	return e.finish()
}
