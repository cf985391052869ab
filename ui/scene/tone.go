package scene

import (
	"image"
	"math"
)

// Tone is how the picture is shown, for frames that are too dark to see edges in.
// The zero value shows it as it is; masks and engines never see it.
type Tone struct {
	Brightness, Contrast, Gamma float64 // -1..1, 0 is none
	Black                       bool    // no picture at all: masks alone are seen
}

// Apply returns the picture in that tone: the same one where nothing changes.
func (t Tone) Apply(img *image.RGBA) *image.RGBA {
	if img == nil || t == (Tone{}) {
		return img
	}
	table := t.table()
	out := image.NewRGBA(img.Rect)
	for y := range img.Rect.Dy() {
		from, to := img.Pix[y*img.Stride:], out.Pix[y*out.Stride:]
		for x := 0; x < 4*img.Rect.Dx(); x += 4 {
			to[x], to[x+1], to[x+2], to[x+3] = table[from[x]], table[from[x+1]], table[from[x+2]], from[x+3]
		}
	}
	return out
}

// table returns what each value becomes.
func (t Tone) table() (out [256]uint8) {
	if t.Black {
		return out
	}
	slope := math.Tan((t.Contrast + 1) * math.Pi / 4 * 0.98)
	for i := range out {
		v := math.Pow(float64(i)/255, math.Exp2(-2*t.Gamma))
		v = (v-0.5)*slope/math.Tan(math.Pi/4*0.98) + 0.5 + t.Brightness*0.75
		out[i] = uint8(255*min(1, max(0, v)) + 0.5)
	}
	return out
}
