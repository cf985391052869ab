package formats

import (
	"context"
	"image"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// BenchmarkWrite writes, reads back and compares two objects on 1080p frames in
// each format: frames/s is what an export of such a video runs at.
func BenchmarkWrite(b *testing.B) {
	const frames = 20
	src := &exporttest.Clip{About: export.Video{Name: "hd.mp4", W: 1920, H: 1080, Frames: frames}, Masks: map[int][]export.FrameMask{}}
	src.Named = []export.Object{{ID: 1, Class: "disc"}, {ID: 2, Class: "ring"}}
	for f := range frames {
		src.Masks[f] = []export.FrameMask{
			{Object: 1, Mask: disc(400+20*f, 500, 0, 220), Confidence: 1}, {Object: 2, Mask: disc(1400, 500+10*f, 90, 250), Confidence: 1},
		}
	}
	for _, f := range export.Writable(All()) {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := export.Write(context.Background(), export.Targets(b.TempDir(), []export.Format{f}), inColour{src}, export.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(frames*b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

// inColour is a clip with pictures that are as hard to encode as those of a
// camera: slopes with some noise.
type inColour struct{ *exporttest.Clip }

var pictures = sync.OnceValue(func() (out [2]*image.RGBA) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range out {
		out[i] = image.NewRGBA(image.Rect(0, 0, 1920, 1080))
		for k := range 1920 * 1080 {
			x, y := k%1920+8*i, k/1920
			v, n := math.Sin(float64(x)/90)*60+math.Cos(float64(y)/70)*60+128, r.Uint32()
			copy(out[i].Pix[4*k:], []uint8{uint8(v + float64(n&3)), uint8(v/2 + float64(n>>2&3) + 40), uint8(200 - v/3 + float64(n>>4&3)), 255})
		}
	}
	return out
})

// Video implements export.Source.
func (s inColour) Video() export.Video {
	v := s.About
	v.Picture = func(_ context.Context, frame int) (*image.RGBA, error) { return pictures()[frame%2], nil }
	return v
}

// disc returns a 1080p mask of the pixels between two distances from a point.
func disc(cx, cy, inner, outer int) annotate.Mask {
	m := annotate.NewBitmap(1920, 1080)
	for y := max(0, cy-outer); y < min(1080, cy+outer); y++ {
		for x := max(0, cx-outer); x < min(1920, cx+outer); x++ {
			d := (x-cx)*(x-cx) + (y-cy)*(y-cy)
			m.Set(x, y, d >= inner*inner && d < outer*outer)
		}
	}
	return annotate.MaskFromBitmap(m)
}
