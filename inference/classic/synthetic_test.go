package classic

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// synthetic is a video of textured discs that move over a textured ground, with
// the true mask of each disc on each frame.
type synthetic struct {
	w, h   int
	frames []*image.RGBA
	truth  [][]annotate.Mask // by disc, then frame: the visible part
}

// disc is one moving object. Later discs lie in front of earlier ones.
type disc struct {
	at     func(t int) (x, y, r float64)
	colour color.RGBA
	seed   uint64
}

// scene describes a synthetic video.
type scene struct {
	w, h, n int
	discs   []disc
	ground  func(t int) (shift float64, seed uint64) // motion of the ground, and which ground
	bar     image.Rectangle                          // stands in front of all, if not empty
}

// noise is smooth value noise in 0..1 that moves with its coordinates.
type noise struct{ grid [64 * 64]float64 }

func newNoise(seed uint64) *noise {
	n, r := &noise{}, rand.New(rand.NewPCG(seed, 7))
	for i := range n.grid {
		n.grid[i] = r.Float64()
	}
	return n
}

func (n *noise) at(x, y float64) float64 {
	x, y = x/5+1000, y/5+1000
	ix, iy := int(math.Floor(x)), int(math.Floor(y))
	u, v := x-float64(ix), y-float64(iy)
	g := func(x, y int) float64 { return n.grid[(y&63)*64+x&63] }
	return (g(ix, iy)*(1-u)+g(ix+1, iy)*u)*(1-v) + (g(ix, iy+1)*(1-u)+g(ix+1, iy+1)*u)*v
}

func shade(c color.RGBA, v float64) color.RGBA {
	f := func(b uint8) uint8 { return uint8(min(255, float64(b)*(0.6+0.8*v))) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), 255}
}

func (s scene) render() *synthetic {
	out := &synthetic{w: s.w, h: s.h, truth: make([][]annotate.Mask, len(s.discs))}
	textures := make([]*noise, len(s.discs))
	for i, d := range s.discs {
		textures[i] = newNoise(d.seed)
	}
	grounds := map[uint64]*noise{}
	for t := range s.n {
		shift, seed := 0.0, uint64(1)
		if s.ground != nil {
			shift, seed = s.ground(t)
		}
		if grounds[seed] == nil {
			grounds[seed] = newNoise(seed)
		}
		base := color.RGBA{70, 120, uint8(60 + 60*(seed%3)), 255}
		img := image.NewRGBA(image.Rect(0, 0, s.w, s.h))
		masks := make([]*annotate.Bitmap, len(s.discs))
		for i := range masks {
			masks[i] = annotate.NewBitmap(s.w, s.h)
		}
		for y := range s.h {
			for x := range s.w {
				fx, fy := float64(x), float64(y)
				c, top := shade(base, grounds[seed].at(fx-shift, fy)), -1
				for i, d := range s.discs {
					cx, cy, r := d.at(t)
					if dx, dy := fx-cx, fy-cy; dx*dx+dy*dy < r*r {
						c, top = shade(d.colour, textures[i].at(dx*20/r, dy*20/r)), i
					}
				}
				if image.Pt(x, y).In(s.bar) {
					c, top = color.RGBA{90, 90, 95, 255}, -1
				}
				img.SetRGBA(x, y, c)
				if top >= 0 {
					masks[top].Set(x, y, true)
				}
			}
		}
		out.frames = append(out.frames, img)
		for i, m := range masks {
			out.truth[i] = append(out.truth[i], annotate.MaskFromBitmap(m))
		}
	}
	return out
}

func (s *synthetic) Len() int         { return len(s.frames) }
func (s *synthetic) Size() (w, h int) { return s.w, s.h }
func (s *synthetic) Hash() string     { return "synthetic" }
func (s *synthetic) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	return s.frames[i], ctx.Err()
}

var red, blue = color.RGBA{200, 60, 50, 255}, color.RGBA{60, 70, 210, 255}

// moving is a red disc that crosses the frame at speed (dx, dy) a frame.
func moving(n int, dx, dy float64) scene {
	return scene{w: 160, h: 120, n: n, discs: []disc{{
		at:     func(t int) (x, y, r float64) { return 45 + dx*float64(t), 60 + dy*float64(t), 20 },
		colour: red, seed: 3,
	}}}
}

func openSession(t testing.TB, v inference.Frames, cache *inference.FeatureCache) *Session {
	t.Helper()
	s, err := New().Open(t.Context(), v, cache, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*Session)
}

func promptMask(t testing.TB, s *Session, id annotate.ObjectID, frame int, m annotate.Mask) {
	t.Helper()
	if _, err := s.SetPrompt(t.Context(), annotate.FrameKey{Object: id, Frame: frame}, annotate.Prompt{Mask: &m}); err != nil {
		t.Fatal(err)
	}
}

// everything asks for all frames of some objects.
func everything(s *Session, ids ...annotate.ObjectID) inference.PropagateRequest {
	return inference.PropagateRequest{Objects: ids, Range: annotate.Range{Last: s.video.Len() - 1}, Direction: inference.Both}
}

type results map[annotate.FrameKey]annotate.Result

func (r results) mask(t testing.TB, id annotate.ObjectID, frame int) annotate.Mask {
	t.Helper()
	res, ok := r[annotate.FrameKey{Object: id, Frame: frame}]
	if !ok {
		t.Fatalf("object %d has no result on frame %d", id, frame)
	}
	m, err := res.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run propagates to the end, or for at most limit steps if it is not negative.
func run(t testing.TB, s *Session, req inference.PropagateRequest, limit int) results {
	t.Helper()
	out := results{}
	if err := collect(t.Context(), s, req, limit, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// steps returns how many calls of Next a propagation needs.
func steps(p inference.Propagation) int { return len(p.(*propagation).steps) }

var errTwice = errors.New("a frame was returned twice")

func collect(ctx context.Context, s *Session, req inference.PropagateRequest, limit int, out results) error {
	p, err := s.Propagate(req)
	if err != nil {
		return err
	}
	defer p.Close()
	for n := 0; n != limit; n++ {
		r, err := p.Next(ctx)
		if errors.Is(err, io.EOF) {
			if c := p.Coverage(); n != steps(p) || c.Worked != c.Work || c.Finished != c.Frames {
				return fmt.Errorf("the end after %d of %d steps, with %+v", n, steps(p), c)
			}
			return nil
		}
		if err != nil {
			return err
		}
		for id, res := range r.Results {
			k := annotate.FrameKey{Object: id, Frame: r.Frame}
			if _, ok := out[k]; ok {
				return errTwice
			}
			out[k] = res
		}
	}
	return nil
}

func iou(t testing.TB, a, b annotate.Mask) float64 {
	t.Helper()
	v, err := annotate.IoU(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
