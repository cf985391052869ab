package click

import (
	"fmt"
	"image"
	"math"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// obey gives every click its label: a small disc where the mask had it wrong,
// and in any case its own pixel. Later clicks win.
func obey(b *annotate.Bitmap, pts []annotate.Point) {
	radius := max(1, float64(min(b.W, b.H))/160)
	for _, p := range pts {
		if b.At(int(p.X), int(p.Y)) != p.Positive {
			disc(b.W, b.H, p.X, p.Y, radius, func(i int) {
				b.Pix[i] = 0
				if p.Positive {
					b.Pix[i] = 255
				}
			})
		}
	}
	for _, p := range pts {
		b.Set(int(p.X), int(p.Y), p.Positive)
	}
}

// disc calls f for every pixel whose centre lies within radius of (x, y).
func disc(w, h int, x, y, radius float64, f func(i int)) {
	r := image.Rect(int(x-radius)-1, int(y-radius)-1, int(x+radius)+2, int(y+radius)+2).Intersect(image.Rect(0, 0, w, h))
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			if math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y) <= radius {
				f(py*w + px)
			}
		}
	}
}

// promptKey names a prompt exactly.
func promptKey(box *annotate.Box, pts []annotate.Point) string {
	var b strings.Builder
	if box != nil {
		fmt.Fprintf(&b, "%x,%x,%x,%x", box.X0, box.Y0, box.X1, box.Y1)
	}
	for _, p := range pts {
		fmt.Fprintf(&b, ";%x,%x,%t", p.X, p.Y, p.Positive)
	}
	return b.String()
}
