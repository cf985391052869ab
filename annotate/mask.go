package annotate

import (
	"errors"
	"fmt"
	"image"
	"slices"
)

// ErrMask is wrapped by every error about a mask that is not well formed.
var ErrMask = errors.New("bad mask")

// MaxSide is the longest side of a frame or mask in pixels.
const MaxSide = 1 << 15

// Mask is an immutable binary mask, stored as the run lengths of the COCO
// tools: pixels in column-major order (down each column, then the next), the
// first run counts zeros and may be 0, runs then alternate. The zero Mask has
// no size and no pixels. Memory is 4 bytes a run, independent of the area.
//
// Source: pycocotools common/maskApi.h (data structure "RLE").
type Mask struct {
	w, h int
	runs []uint32
}

// EmptyMask returns a mask of w by h pixels, all off.
func EmptyMask(w, h int) Mask { return Mask{w: w, h: h, runs: []uint32{uint32(w * h)}} }

// FullMask returns a mask of w by h pixels, all on.
func FullMask(w, h int) Mask { return Mask{w: w, h: h, runs: []uint32{0, uint32(w * h)}} }

// MaskFromRuns makes a mask from column-major run lengths. The runs must sum to
// w*h; only the first may be zero. The slice is copied.
func MaskFromRuns(w, h int, runs []uint32) (Mask, error) {
	if err := checkSize(w, h); err != nil {
		return Mask{}, err
	}
	sum := uint64(0)
	for i, r := range runs {
		if r == 0 && i > 0 {
			return Mask{}, fmt.Errorf("%w: run %d is empty", ErrMask, i)
		}
		sum += uint64(r)
	}
	if sum != uint64(w)*uint64(h) {
		return Mask{}, fmt.Errorf("%w: runs cover %d pixels of %dx%d", ErrMask, sum, w, h)
	}
	return Mask{w: w, h: h, runs: slices.Clone(runs)}, nil
}

// MaskFromBitmap encodes a bitmap. It panics if the bitmap is not valid, which
// is an error of the program, not of its input.
func MaskFromBitmap(b *Bitmap) Mask {
	if err := b.Validate(); err != nil {
		panic(err)
	}
	e := runEncoder{}
	// Eight columns at a time keep the strided reads inside the cache lines
	// that the first of them fetched.
	const block = 8
	var cols [block][]uint8
	for x0 := 0; x0 < b.W; x0 += block {
		n := min(block, b.W-x0)
		for i := range n {
			if cols[i] == nil {
				cols[i] = make([]uint8, b.H)
			}
		}
		for y := range b.H {
			row := b.Pix[y*b.W+x0 : y*b.W+x0+n]
			for i, v := range row {
				cols[i][y] = v
			}
		}
		for i := range n {
			e.column(cols[i])
		}
	}
	return Mask{w: b.W, h: b.H, runs: e.finish()}
}

// runEncoder collects runs; on is the value of the run being counted.
type runEncoder struct {
	runs []uint32
	n    uint32
	on   bool
}

func (e *runEncoder) column(col []uint8) {
	for _, v := range col {
		if (v != 0) != e.on {
			e.runs = append(e.runs, e.n)
			e.n, e.on = 0, !e.on
		}
		e.n++
	}
}

// add appends n pixels of one value.
func (e *runEncoder) add(n uint32, on bool) {
	if n == 0 {
		return
	}
	if on != e.on {
		e.runs = append(e.runs, e.n)
		e.n, e.on = 0, on
	}
	e.n += n
}

func (e *runEncoder) finish() []uint32 {
	return slices.Clip(append(e.runs, e.n))
}

// Size returns width and height in pixels.
func (m Mask) Size() (w, h int) { return m.w, m.h }

// IsZero reports whether m is the zero Mask, which has no size.
func (m Mask) IsZero() bool { return m.w == 0 }

// Runs returns the column-major run lengths. The caller must not change them.
func (m Mask) Runs() []uint32 { return m.runs }

// Empty reports whether no pixel is on.
func (m Mask) Empty() bool { return len(m.runs) < 2 }

// Area returns the number of pixels that are on.
func (m Mask) Area() int {
	n := 0
	for i := 1; i < len(m.runs); i += 2 {
		n += int(m.runs[i])
	}
	return n
}

// At reports whether pixel (x, y) is on; pixels outside the mask are off.
// It takes time linear in the number of runs.
func (m Mask) At(x, y int) bool {
	if x < 0 || y < 0 || x >= m.w || y >= m.h {
		return false
	}
	at := uint64(x)*uint64(m.h) + uint64(y)
	end := uint64(0)
	for i, r := range m.runs {
		if end += uint64(r); at < end {
			return i%2 == 1
		}
	}
	return false
}

// Equal reports whether both masks have the same size and pixels.
func (m Mask) Equal(o Mask) bool {
	return m.w == o.w && m.h == o.h && slices.Equal(m.runs, o.runs)
}

// Bitmap decodes the mask into a new bitmap.
func (m Mask) Bitmap() *Bitmap {
	b := NewBitmap(m.w, m.h)
	m.each(func(x, y0, y1 int) {
		for i := y0*m.w + x; i < y1*m.w+x; i += m.w {
			b.Pix[i] = 255
		}
	})
	return b
}

// Bounds returns the smallest rectangle that holds every pixel that is on; it
// is empty for an empty mask.
func (m Mask) Bounds() image.Rectangle {
	r := image.Rectangle{}
	m.each(func(x, y0, y1 int) {
		r = r.Union(image.Rect(x, y0, x+1, y1))
	})
	return r
}

// Centroid returns the mean position of the pixel centres that are on; ok is
// false for an empty mask.
func (m Mask) Centroid() (x, y float64, ok bool) {
	var sx, sy, n float64
	m.each(func(cx, y0, y1 int) {
		k := float64(y1 - y0)
		sx += k * (float64(cx) + 0.5)
		sy += k * float64(y0+y1) / 2
		n += k
	})
	if n == 0 {
		return 0, 0, false
	}
	return sx / n, sy / n, true
}

// each calls f for every vertical stretch of pixels that are on: column x,
// rows y0 (inclusive) to y1 (exclusive), in column-major order.
func (m Mask) each(f func(x, y0, y1 int)) {
	at := 0
	for i, r := range m.runs {
		end := at + int(r)
		if i%2 == 1 {
			for at < end {
				x, y := at/m.h, at%m.h
				n := min(end-at, m.h-y)
				f(x, y, y+n)
				at += n
			}
		}
		at = end
	}
}

func checkSize(w, h int) error {
	if w < 1 || h < 1 || w > MaxSide || h > MaxSide {
		return fmt.Errorf("%w: size %dx%d", ErrMask, w, h)
	}
	return nil
}
