package ask

import (
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

// BenchmarkClicks measures from a first click, a corrective one and a box to the
// mask on a decoded frame, each at a new place.
func BenchmarkClicks(b *testing.B) {
	net := nettest.Open(b, 2)
	for _, size := range []struct {
		name string
		w, h int
	}{{"480p", 854, 480}, {"1080p", 1920, 1080}, {"4K", 3840, 2160}} {
		p := newPainting(size.w, size.h)
		thing := image.Rect(size.w*2/5, size.h/3, size.w*3/5, size.h*2/3)
		p.fill(thing, red)
		standing := mask(size.w, size.h, image.Rect(thing.Min.X, thing.Min.Y, thing.Max.X, (thing.Min.Y+thing.Max.Y)/2))
		i := 0.0
		next := func() float64 { i++; return i / 1000 }
		click := func() annotate.Point { return plus(float64(size.w)/2+next(), float64(size.h)*0.6) }
		b.Run(size.name+"/first", func(b *testing.B) {
			f := New(net, p.img)
			for b.Loop() {
				segment(b, f, annotate.Prompt{Points: []annotate.Point{click()}})
			}
		})
		b.Run(size.name+"/next", func(b *testing.B) {
			f := New(net, p.img)
			for b.Loop() {
				if _, err := f.Correct(b.Context(), standing, 0.8, []annotate.Point{click()}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(size.name+"/box", func(b *testing.B) {
			f := New(net, p.img)
			for b.Loop() {
				box := annotate.Box{X0: float64(thing.Min.X) + next(), Y0: float64(thing.Min.Y), X1: float64(thing.Max.X), Y1: float64(thing.Max.Y)}
				segment(b, f, annotate.Prompt{Box: &box})
			}
		})
	}
}
