package formats

import (
	"context"
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
				if _, err := export.Write(context.Background(), export.Targets(b.TempDir(), []export.Format{f}), src, export.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(frames*b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
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
