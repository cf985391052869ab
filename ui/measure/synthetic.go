package measure

import (
	"context"
	"fmt"
	"image"

	"github.com/masklet/masklet/ui/session"
)

// synthetic is a video of any length that is drawn rather than decoded: a
// textured square that circles over a texture of another kind.
type synthetic struct {
	w, h, frames int
}

// Synthetic returns a drawn clip of w by h pixels.
func Synthetic(w, h, frames int) session.Video { return synthetic{w, h, frames} }

func (v synthetic) Len() int                             { return v.frames }
func (v synthetic) Size() (w, h int)                     { return v.w, v.h }
func (v synthetic) Hash() string                         { return fmt.Sprintf("synthetic-%dx%d-%d", v.w, v.h, v.frames) }
func (v synthetic) Timestamp(i int) float64              { return float64(i) / 25 }
func (v synthetic) Nearest(int) (*image.RGBA, int, bool) { return nil, 0, false }
func (v synthetic) Playhead(int)                         {}
func (v synthetic) Close() error                         { return nil }

// Frame implements inference.Frames.
func (v synthetic) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, v.w, v.h))
	side := v.h / 3
	x0, y0 := (v.w-side)/2+wave(i, v.w/4), (v.h-side)/2+wave(i+37, v.h/8)
	for y := range v.h {
		row := img.Pix[y*img.Stride:]
		for x := range v.w {
			c := [3]uint8{uint8(60 + (x*5^y*3)&31), uint8(90 + (x+y)&31), uint8(50 + y&15)}
			if dx, dy := x-x0, y-y0; dx >= 0 && dy >= 0 && dx < side && dy < side {
				c = [3]uint8{uint8(190 + (dx*7^dy*5)&31), uint8(60 + dx&15), uint8(40 + dy&15)}
			}
			p := row[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2], p[3] = c[0], c[1], c[2], 255
		}
	}
	return img, ctx.Err()
}

// wave goes from -size to size and back in 148 frames.
func wave(i, size int) int {
	i %= 148
	return size * (min(i, 148-i) - 37) / 37
}
