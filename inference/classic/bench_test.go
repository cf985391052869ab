package classic

import (
	"context"
	"fmt"
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/vision"
)

// enlarged is a synthetic video scaled up by a whole number, so that decoding
// costs nothing in the measurements.
type enlarged struct {
	*synthetic
	by     int
	frames []*image.RGBA
}

func enlarge(s *synthetic, by int) *enlarged {
	e := &enlarged{synthetic: s, by: by}
	for _, f := range s.frames {
		out := image.NewRGBA(image.Rect(0, 0, s.w*by, s.h*by))
		for y := range s.h * by {
			for x := range s.w * by {
				copy(out.Pix[4*(y*s.w*by+x):], f.Pix[4*(y/by*s.w+x/by):][:4])
			}
		}
		e.frames = append(e.frames, out)
	}
	return e
}

func (e *enlarged) Size() (w, h int) { return e.w * e.by, e.h * e.by }
func (e *enlarged) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	return e.frames[i], ctx.Err()
}

func (e *enlarged) mask(m annotate.Mask) annotate.Mask {
	b := m.Bitmap()
	out := annotate.NewBitmap(b.W*e.by, b.H*e.by)
	for i := range out.Pix {
		x, y := i%out.W, i/out.W
		out.Pix[i] = b.Pix[y/e.by*b.W+x/e.by]
	}
	return annotate.MaskFromBitmap(out)
}

// benchScene is a disc of a sixth of the frame's width, 427x240.
func benchScene() *synthetic {
	return scene{w: 427, h: 240, n: 6, discs: []disc{{
		at:     func(t int) (x, y, r float64) { return 150 + 5*float64(t), 120 + 2*float64(t), 40 },
		colour: red, seed: 3,
	}}}.render()
}

var benchSizes = []struct {
	name string
	by   int
}{{"480p", 2}, {"960p", 4}, {"1200p", 5}, {"2160p", 9}}

// BenchmarkFlow is the bare OpenCV call, twice, which is what one frame needs:
// compare the other benchmarks with it, since machines differ.
func BenchmarkFlow(b *testing.B) {
	v := benchScene()
	x, err := vision.GrayOf(v.frames[0])
	if err != nil {
		b.Fatal(err)
	}
	y, err := vision.GrayOf(v.frames[1])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for range 2 {
			if _, err := vision.DIS(x, y, vision.EngineFlow()); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkPhase1 is the time per frame on one core, without decoding.
func BenchmarkPhase1(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(size.name, func(b *testing.B) {
			v := enlarge(benchScene(), size.by)
			i := 0
			var s *Session
			for b.Loop() {
				if i%v.Len() == 0 {
					s = openSession(b, v, nil)
				}
				if err := s.Encode(b.Context(), i%v.Len()); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

// BenchmarkPhase2 is the time per frame and object, without decoding.
func BenchmarkPhase2(b *testing.B) {
	for _, size := range benchSizes {
		for _, objects := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/%d", size.name, objects), func(b *testing.B) {
				v := enlarge(benchScene(), size.by)
				s := openSession(b, v, nil)
				var ids []annotate.ObjectID
				for id := range objects {
					promptMask(b, s, annotate.ObjectID(id+1), 0, v.mask(v.truth[0][0]))
					ids = append(ids, annotate.ObjectID(id+1))
				}
				for f := range v.Len() {
					if err := s.Encode(b.Context(), f); err != nil {
						b.Fatal(err)
					}
				}
				var p inference.Propagation
				left := 0
				for b.Loop() {
					if left == 0 {
						for _, o := range s.objects {
							o.changed()
						}
						var err error
						if p, err = s.Propagate(everything(s, ids...)); err != nil {
							b.Fatal(err)
						}
						left = steps(p)
					}
					if _, err := p.Next(b.Context()); err != nil {
						b.Fatal(err)
					}
					left--
				}
			})
		}
	}
}

// BenchmarkLost is the time per frame while an object is hidden and looked for
// in the whole frame.
func BenchmarkLost(b *testing.B) {
	sc := scene{w: 427, h: 240, n: 12, discs: []disc{{
		at: func(t int) (x, y, r float64) {
			if t > 0 {
				return -500, -500, 40
			}
			return 200, 120, 40
		},
		colour: red, seed: 3,
	}}}
	v := sc.render()
	s := openSession(b, v, nil)
	promptMask(b, s, 1, 0, v.truth[0][0])
	for f := range v.Len() {
		if err := s.Encode(b.Context(), f); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s.objects[1].changed()
		run(b, s, everything(s, 1), -1)
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*(v.Len()-1)), "ms/frame")
}
