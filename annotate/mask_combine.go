package annotate

import "fmt"

// Intersect returns the pixels that are on in both a and b, which must have one
// size.
func Intersect(a, b Mask) (Mask, error) {
	return combine(a, b, func(x, y bool) bool { return x && y })
}

// Subtract returns the pixels that are on in a and off in b, which must have one
// size.
func Subtract(a, b Mask) (Mask, error) {
	return combine(a, b, func(x, y bool) bool { return x && !y })
}

// Union returns the pixels that are on in a or b, which must have one size.
func Union(a, b Mask) (Mask, error) {
	return combine(a, b, func(x, y bool) bool { return x || y })
}

// IoU returns the intersection over union of two masks of one size, in [0, 1].
// Two empty masks agree: their IoU is 1 (as in the DAVIS evaluation).
func IoU(a, b Mask) (float64, error) {
	both, either := 0, 0
	err := walk(a, b, func(n uint32, x, y bool) {
		if x && y {
			both += int(n)
		}
		if x || y {
			either += int(n)
		}
	})
	if err != nil {
		return 0, err
	}
	if either == 0 {
		return 1, nil
	}
	return float64(both) / float64(either), nil
}

func combine(a, b Mask, op func(x, y bool) bool) (Mask, error) {
	e := runEncoder{}
	if err := walk(a, b, func(n uint32, x, y bool) { e.add(n, op(x, y)) }); err != nil {
		return Mask{}, err
	}
	return Mask{w: a.w, h: a.h, runs: e.finish()}, nil
}

// walk calls f for each maximal stretch of n pixels over which neither mask
// changes, in O(runs of a + runs of b).
func walk(a, b Mask, f func(n uint32, x, y bool)) error {
	if a.w != b.w || a.h != b.h {
		return fmt.Errorf("%w: sizes %dx%d and %dx%d differ", ErrMask, a.w, a.h, b.w, b.h)
	}
	var i, j int
	var ra, rb uint32
	if len(a.runs) > 0 {
		ra, rb = a.runs[0], b.runs[0]
	}
	for i < len(a.runs) && j < len(b.runs) {
		n := min(ra, rb)
		if n > 0 {
			f(n, i%2 == 1, j%2 == 1)
		}
		if ra -= n; ra == 0 {
			if i++; i < len(a.runs) {
				ra = a.runs[i]
			}
		}
		if rb -= n; rb == 0 {
			if j++; j < len(b.runs) {
				rb = b.runs[j]
			}
		}
	}
	return nil
}
