package netort_test

import (
	"fmt"
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

// BenchmarkSegment measures queries at once on a frame of 854x480 and one
// of 3840x2160, with one core and with two.
func BenchmarkSegment(b *testing.B) {
	for _, cores := range []int{1, 2} {
		net := nettest.Open(b, cores)
		for _, size := range []image.Point{{X: 854, Y: 480}, {X: 3840, Y: 2160}} {
			img := image.NewRGBA(image.Rectangle{Max: size})
			for i := range img.Pix {
				img.Pix[i] = uint8(i * i >> 7)
			}
			m := &annotate.Bitmap{W: size.X, H: size.Y, Pix: make([]uint8, size.X*size.Y)}
			memory, err := net.Remember(b.Context(), img, promptnet.Hard(m), image.Rect(size.X/3, size.Y/3, size.X/2, size.Y/2), false)
			if err != nil {
				b.Fatal(err)
			}
			p := annotate.Point{X: float64(size.X) / 2, Y: float64(size.Y) / 2, Positive: true}
			for _, n := range []int{1, 2, 6} {
				var qs []promptnet.Query
				for i := range n {
					side := []float64{0.25, 0.4, 0.6, 0.9, 1.3, 1.8}[i] * float64(size.Y)
					qs = append(qs, promptnet.Query{Picture: img, Crop: promptnet.Look(p, side), Points: []annotate.Point{p}, Memory: &memory})
				}
				b.Run(fmt.Sprintf("cores=%d/%dp/crops=%d", cores, size.Y, n), func(b *testing.B) {
					for b.Loop() {
						if _, err := net.Segment(b.Context(), qs...); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
