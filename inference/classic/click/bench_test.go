package click

import (
	"context"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// benchScene is a frame of the given size with two flows.
func benchScene(b *testing.B, w, h int) (*Scene, Input) {
	b.Helper()
	shape := inDisc(float64(w)/2, float64(h)/2, float64(h)/5)
	in := Input{Frame: paintPicture(w, h, shape).frame}
	ww, wh := vision.WorkingSize(w, h, workShort)
	f := vision.NewFlow(ww, wh)
	for i := range ww * wh {
		if shape(i%ww*w/ww, i/ww*h/wh) {
			f.V[2*i] = 4
		}
	}
	in.Motion = []vision.Flow{f, f}
	s, err := Prepare(context.Background(), in)
	if err != nil {
		b.Fatal(err)
	}
	return s, in
}

var benchSizes = []struct {
	name string
	w, h int
}{{"480p", 854, 480}, {"1080p", 1920, 1080}, {"4K", 3840, 2160}}

func BenchmarkPrepare(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			_, in := benchScene(b, size.w, size.h)
			for b.Loop() {
				if _, err := Prepare(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstClick and BenchmarkNextClick measure from a click to its mask
// on a prepared frame.
func BenchmarkFirstClick(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			s, _ := benchScene(b, size.w, size.h)
			i := 0
			for b.Loop() {
				i++ // another place each time: nothing comes from the kept results
				segment(b, s, nil, plus(float64(size.w)/2+float64(i%50), float64(size.h)/2+float64(i)/1e6))
			}
		})
	}
}

func BenchmarkNextClick(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			s, _ := benchScene(b, size.w, size.h)
			first := plus(float64(size.w)/2, float64(size.h)/2)
			segment(b, s, nil, first)
			i := 0
			for b.Loop() {
				i++
				segment(b, s, nil, first, annotate.Point{X: float64(size.w)/2 + float64(size.h)/8 + float64(i)/1e6, Y: float64(size.h) / 2})
			}
		})
	}
}
