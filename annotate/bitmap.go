package annotate

import "fmt"

// Bitmap is a dense binary mask: row-major, one byte per pixel, 0 outside the
// object and 255 on it. Its length is W*H. Writers may use any non-zero value
// for "on"; readers must treat it so.
type Bitmap struct {
	W, H int
	Pix  []uint8
}

// NewBitmap returns an empty bitmap of w by h pixels.
func NewBitmap(w, h int) *Bitmap {
	return &Bitmap{W: w, H: h, Pix: make([]uint8, w*h)}
}

// At reports whether pixel (x, y) is on; pixels outside the bitmap are off.
func (b *Bitmap) At(x, y int) bool {
	return x >= 0 && y >= 0 && x < b.W && y < b.H && b.Pix[y*b.W+x] != 0
}

// Set switches pixel (x, y) on or off; pixels outside the bitmap are ignored.
func (b *Bitmap) Set(x, y int, on bool) {
	if x < 0 || y < 0 || x >= b.W || y >= b.H {
		return
	}
	v := uint8(0)
	if on {
		v = 255
	}
	b.Pix[y*b.W+x] = v
}

// Validate reports an error if the size is not positive or Pix has another length.
func (b *Bitmap) Validate() error {
	if b == nil {
		return fmt.Errorf("%w: no bitmap", ErrMask)
	}
	if err := checkSize(b.W, b.H); err != nil {
		return err
	}
	if len(b.Pix) != b.W*b.H {
		return fmt.Errorf("%w: %d bytes for %dx%d pixels", ErrMask, len(b.Pix), b.W, b.H)
	}
	return nil
}
