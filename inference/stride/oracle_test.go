package stride

import (
	"context"
	"fmt"
	"image"
	"io"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

const (
	videoW, videoH = 96, 64
	fieldStep      = 2 // video pixels per pixel of a field
)

// scene is a video in which a square moves by (3, 1) pixels a frame, and its
// true masks. The square is hidden on some frames.
type scene struct {
	frames int
	hidden map[int]bool
	cuts   map[int]bool // a cut lies before this frame: the square starts anew
	read   []int
}

func (s *scene) Len() int         { return s.frames }
func (s *scene) Size() (w, h int) { return videoW, videoH }
func (s *scene) Hash() string     { return "scene" }

// Frame returns an image that only says which frame it is.
func (s *scene) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	s.read = append(s.read, i)
	img := image.NewRGBA(image.Rect(0, 0, videoW, videoH))
	img.Pix[0] = uint8(i)
	return img, ctx.Err()
}

// corner returns where the square is.
func (s *scene) corner(frame int) (x, y int) {
	since := 0
	for f := range s.cuts {
		if f <= frame {
			since = max(since, f)
		}
	}
	return 8 + 3*(frame-since), 10 + frame - since
}

func (s *scene) truth(frame int) annotate.Mask {
	if s.hidden[frame] {
		return annotate.EmptyMask(videoW, videoH)
	}
	b := annotate.NewBitmap(videoW, videoH)
	x0, y0 := s.corner(frame)
	for y := y0; y < y0+20; y++ {
		for x := x0; x < x0+20; x++ {
			b.Set(x, y, true)
		}
	}
	return annotate.MaskFromBitmap(b)
}

// Between implements Motion: the whole picture moves with the square.
func (s *scene) Between(ctx context.Context, a, b *image.RGBA) (Step, error) {
	from, to := int(a.Pix[0]), int(b.Pix[0])
	if to != from+1 {
		return Step{}, fmt.Errorf("frames %d and %d are no neighbours", from, to)
	}
	plain := func(dx, dy float32) Field {
		f := Field{W: videoW / fieldStep, H: videoH / fieldStep, V: make([]float32, 2*videoW*videoH/fieldStep/fieldStep)}
		for i := 0; i < len(f.V); i += 2 {
			f.V[i], f.V[i+1] = dx/fieldStep, dy/fieldStep
		}
		return f
	}
	return Step{There: plain(3, 1), Back: plain(-3, -1), Cut: s.cuts[to]}, ctx.Err()
}

// oracle is an engine's session that knows the true masks. It tracks forward
// from the first keyframe, then backward before it, and notes what it is asked.
type oracle struct {
	t       *testing.T
	scene   *scene
	prompts map[annotate.FrameKey]bool
	known   map[annotate.FrameKey]annotate.Mask
	tracked []annotate.FrameKey
	fail    error // of the next Next
}

func newOracle(t *testing.T, s *scene) *oracle {
	return &oracle{t: t, scene: s, prompts: map[annotate.FrameKey]bool{}, known: map[annotate.FrameKey]annotate.Mask{}}
}

func (o *oracle) Encode(context.Context, int) error { return nil }
func (o *oracle) Ready(int) bool                    { return true }
func (o *oracle) EncodeWorkers() int                { return 1 }
func (o *oracle) Close() error                      { return nil }

func (o *oracle) answer(k annotate.FrameKey, source annotate.Source) annotate.Result {
	r := annotate.NewResult(o.scene.truth(k.Frame), 0.9, source, "oracle")
	r.Score = 5
	if r.Area == 0 {
		r.Score = -5
	}
	return r
}

func (o *oracle) SetPrompt(_ context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	if len(p.Points) == 0 {
		return annotate.Result{}, inference.ErrUsage
	}
	o.prompts[k] = true
	return o.answer(k, annotate.Prompted), nil
}

func (o *oracle) Preview(_ context.Context, k annotate.FrameKey, _ annotate.Prompt) (annotate.Result, error) {
	return o.answer(k, annotate.Prompted), nil
}

func (o *oracle) ClearPrompt(k annotate.FrameKey) error { delete(o.prompts, k); return nil }

func (o *oracle) RemoveObject(id annotate.ObjectID) error {
	for k := range o.prompts {
		if k.Object == id {
			delete(o.prompts, k)
		}
	}
	return nil
}

func (o *oracle) SetKnown(k annotate.FrameKey, m annotate.Mask, _ bool) error {
	if m.IsZero() {
		delete(o.known, k)
		return nil
	}
	o.known[k] = m
	return nil
}

func (o *oracle) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	p := &oraclePropagation{o: o, tally: inference.NewTally(req.Range, func(int) bool { return true })}
	add := func(id annotate.ObjectID, f int) {
		k := annotate.FrameKey{Object: id, Frame: f}
		if req.Skip == nil || !req.Skip(k) {
			p.plan = append(p.plan, k)
			p.tally.Plan(f, 1)
		}
	}
	for _, id := range req.Objects {
		first := o.scene.frames
		for k := range o.prompts {
			if k.Object == id {
				first = min(first, k.Frame)
			}
		}
		for f := max(first, req.Range.First); f <= req.Range.Last; f++ {
			add(id, f)
		}
		for f := min(first-1, req.Range.Last); f >= req.Range.First && req.Direction != inference.Forward; f-- {
			add(id, f)
		}
	}
	return p, nil
}

// guided reports whether an object still has a prompt.
func (o *oracle) guided(id annotate.ObjectID) bool {
	for k := range o.prompts {
		if k.Object == id {
			return true
		}
	}
	return false
}

type oraclePropagation struct {
	o     *oracle
	plan  []annotate.FrameKey
	tally *inference.Tally
}

func (p *oraclePropagation) Coverage() inference.Coverage { return p.tally.Coverage() }
func (p *oraclePropagation) Close()                       {}

func (p *oraclePropagation) Next(ctx context.Context) (inference.FrameResults, error) {
	if err := p.o.fail; err != nil {
		p.o.fail = nil
		return inference.FrameResults{}, err
	}
	if err := ctx.Err(); err != nil {
		return inference.FrameResults{}, err
	}
	var k annotate.FrameKey
	for {
		if len(p.plan) == 0 {
			return inference.FrameResults{}, io.EOF
		}
		k, p.plan = p.plan[0], p.plan[1:]
		p.tally.Done(k.Frame, 1)
		if p.o.guided(k.Object) {
			break
		}
	}
	p.o.tracked = append(p.o.tracked, k)
	p.o.known[k] = p.o.scene.truth(k.Frame)
	source := annotate.Tracked
	if p.o.prompts[k] {
		source = annotate.Prompted
	}
	return inference.FrameResults{Frame: k.Frame, Results: map[annotate.ObjectID]annotate.Result{k.Object: p.o.answer(k, source)}}, nil
}

func at(obj, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: annotate.ObjectID(obj), Frame: frame}
}

var click = annotate.Prompt{Points: []annotate.Point{{X: 20, Y: 20, Positive: true}}}

func open(t *testing.T, sc *scene, every int, prompts ...annotate.FrameKey) (*oracle, *Session) {
	t.Helper()
	o := newOracle(t, sc)
	s, err := New(o, sc, "oracle", every, sc)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range prompts {
		if _, err := s.SetPrompt(t.Context(), k, click); err != nil {
			t.Fatal(err)
		}
	}
	return o, s
}

func (s *scene) request(objects ...annotate.ObjectID) inference.PropagateRequest {
	return inference.PropagateRequest{Objects: objects, Range: annotate.Range{First: 0, Last: s.frames - 1}, Direction: inference.Both}
}

func load(t *testing.T, r annotate.Result) annotate.Mask {
	t.Helper()
	m, err := r.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
