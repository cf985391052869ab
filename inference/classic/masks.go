package classic

import (
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// shrink returns a mask at working size: 1 where at least half of the area is
// on, 0 elsewhere.
func shrink(m annotate.Mask, w, h int) (vision.Gray, error) {
	b := m.Bitmap()
	return vision.ShrinkMask(vision.Gray{W: b.W, H: b.H, Pix: b.Pix}, w, h)
}

// working returns a known mask at working size, as 0 and 1.
func (s *Session) working(k known) (vision.Gray, error) {
	return shrink(k.mask, s.store.w, s.store.h)
}

// grayOf returns a working mask as 0 and 1.
func grayOf(m annotate.Mask) vision.Gray {
	b := m.Bitmap()
	for i, v := range b.Pix {
		b.Pix[i] = v & 1
	}
	return vision.Gray{W: b.W, H: b.H, Pix: b.Pix}
}

// placed returns the mask of a w by h frame whose part r holds the given
// pixels (row-major, 0 or not) and that is off elsewhere. Its cost is that of
// the part, not of the frame.
func placed(pix []uint8, r image.Rectangle, w, h int) (annotate.Mask, error) {
	if r.Empty() {
		return annotate.EmptyMask(w, h), nil
	}
	part := annotate.MaskFromBitmap(&annotate.Bitmap{W: r.Dx(), H: r.Dy(), Pix: pix})
	var runs []uint32
	at, end := 0, 0 // in the part; where the last run of the frame ended
	for i, n := range part.Runs() {
		for stop := at + int(n); at < stop; {
			x, y := at/r.Dy(), at%r.Dy()
			k := min(stop-at, r.Dy()-y)
			at += k
			if i%2 == 0 {
				continue
			}
			from := (r.Min.X+x)*h + r.Min.Y + y
			if from == end && len(runs) > 0 {
				runs[len(runs)-1] += uint32(k)
			} else {
				runs = append(runs, uint32(from-end), uint32(k))
			}
			end = from + k
		}
	}
	if end < w*h || len(runs) == 0 {
		runs = append(runs, uint32(w*h-end))
	}
	return annotate.MaskFromRuns(w, h, runs)
}
