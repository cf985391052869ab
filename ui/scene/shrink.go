package scene

import (
	"image"

	"github.com/masklet/masklet/annotate"
)

// Within returns the size of a picture of w by h pixels that is scaled down,
// if need be, until neither side is longer than limit. 0 is no limit.
func Within(w, h, limit int) (int, int) {
	long := max(w, h)
	if limit <= 0 || long <= limit {
		return w, h
	}
	scaled := func(n int) int { return max(1, (n*limit+long/2)/long) }
	return scaled(w), scaled(h)
}

// Shrink returns img scaled down until neither side is longer than limit, each
// pixel the mean of those it stands for; img itself if it is small enough.
func Shrink(img *image.RGBA, limit int) *image.RGBA {
	if img == nil {
		return nil
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	ow, oh := Within(w, h, limit)
	if ow == w && oh == h {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		y0, y1 := part(y, h, oh)
		row := out.Pix[y*out.Stride:]
		for x := range ow {
			x0, x1 := part(x, w, ow)
			mean(row[4*x:4*x+4:4*x+4], img, x0, x1, y0, y1)
		}
	}
	return out
}

// part returns which pixels of n the i-th of m stands for.
func part(i, n, m int) (from, to int) {
	from = i * n / m
	return from, max(from+1, (i+1)*n/m)
}

func mean(dst []uint8, img *image.RGBA, x0, x1, y0, y1 int) {
	var sum [4]int
	for y := y0; y < y1; y++ {
		row := img.Pix[y*img.Stride+4*x0 : y*img.Stride+4*x1]
		for ; len(row) >= 4; row = row[4:] {
			for c := range sum {
				sum[c] += int(row[c])
			}
		}
	}
	n := (x1 - x0) * (y1 - y0)
	for c := range sum {
		dst[c] = uint8((sum[c] + n/2) / n)
	}
}

// shrinkMask returns the mask at a smaller size, and the rectangle outside of
// which it is empty: each pixel is the middle one of those it stands for.
func shrinkMask(b *annotate.Bitmap, w, h int) (*annotate.Bitmap, image.Rectangle) {
	out := annotate.NewBitmap(w, h)
	area := image.Rectangle{}
	for y := range h {
		row := b.Pix[(2*y+1)*b.H/(2*h)*b.W:]
		first, last := w, -1
		for x := range w {
			if v := row[(2*x+1)*b.W/(2*w)]; v != 0 {
				out.Pix[y*w+x] = v
				first, last = min(first, x), x
			}
		}
		if last >= 0 {
			area = area.Union(image.Rect(first, y, last+1, y+1))
		}
	}
	return out, area
}
