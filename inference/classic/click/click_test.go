package click

import (
	"bytes"
	"context"
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

func TestOneClickFindsPlainObjects(t *testing.T) {
	cases := []struct {
		name  string
		shape func(x, y int) bool
		at    annotate.Point
		least float64
	}{
		{"disc", inDisc(150, 110, 45), plus(150.5, 110.5), 0.95},
		{"small disc", inDisc(60, 60, 12), plus(60.5, 60.5), 0.8},
		{"at the border", inDisc(0, 120, 60), plus(20.5, 120.5), 0.9},
		{"in the corner", inDisc(319, 239, 70), plus(319.5, 239.5), 0.9},
		{"ring with a hole", func(x, y int) bool { return inDisc(160, 120, 70)(x, y) && !inDisc(160, 120, 35)(x, y) }, plus(212.5, 120.5), 0.85},
		{"bar", func(x, y int) bool { return x > 40 && x < 280 && y > 110 && y < 124 }, plus(160.5, 117.5), 0.8},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := paintPicture(320, 240, c.shape)
			a := segment(t, prepare(t, p), nil, c.at)
			if v := iou(a.Mask, p.truth); v < c.least {
				t.Errorf("IoU %.3f, want at least %.2f", v, c.least)
			}
		})
	}
}

func TestBoxFindsPlainObject(t *testing.T) {
	p := paintPicture(320, 240, inDisc(150, 110, 45))
	a := segment(t, prepare(t, p), truthBox(p.truth))
	if v := iou(a.Mask, p.truth); v < 0.93 {
		t.Errorf("IoU %.3f", v)
	}
}

// A thing in the colours of its ground shows only by its motion.
func TestMotionFindsCamouflagedObject(t *testing.T) {
	p := blank(320, 240)
	shape := inDisc(160, 120, 50)
	flow := vision.NewFlow(320, 240)
	truth := annotate.NewBitmap(320, 240)
	for i := range 320 * 240 {
		flow.V[2*i] = 2 // the camera pans
		if shape(i%320, i/320) {
			flow.V[2*i] = -3
			truth.Pix[i] = 255
		}
	}
	still := segment(t, prepare(t, p), nil, plus(160.5, 120.5))
	moving := segment(t, prepare(t, p, flow), nil, plus(160.5, 120.5))
	if v := iou(moving.Mask, truth); v < 0.85 {
		t.Errorf("IoU %.3f with motion (%.3f without)", v, iou(still.Mask, truth))
	}
}

// Clicks are law: after every click, every click so far has its label at its
// own pixel, the later one where two fall on one pixel.
func TestClicksAreLaw(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range [][2]int{{320, 240}, {97, 61}, {800, 500}} {
		w, h := size[0], size[1]
		p := paintPicture(w, h, inDisc(float64(w)/2, float64(h)/2, float64(h)/4))
		s := prepare(t, p)
		for run := range 6 {
			var box *annotate.Box
			if run%3 == 2 {
				box = &annotate.Box{X0: float64(w) / 5, Y0: float64(h) / 5, X1: float64(w) * 0.8, Y1: float64(h) * 0.7}
			}
			var pts []annotate.Point
			for range 7 {
				pt := annotate.Point{X: rng.Float64() * float64(w), Y: rng.Float64() * float64(h), Positive: rng.IntN(2) == 0}
				if len(pts) > 0 && rng.IntN(4) == 0 {
					pt.X, pt.Y = pts[0].X, pts[0].Y
				}
				pts = append(pts[:len(pts):len(pts)], pt)
				a := segment(t, s, box, pts...)
				checkLaw(t, a.Mask, pts)
				for _, m := range a.Alternatives {
					checkLaw(t, m, pts)
				}
			}
		}
	}
}

func checkLaw(t *testing.T, m *annotate.Bitmap, pts []annotate.Point) {
	t.Helper()
	want := map[image.Point]bool{}
	for _, p := range pts {
		want[image.Pt(int(p.X), int(p.Y))] = p.Positive
	}
	for at, on := range want {
		if m.At(at.X, at.Y) != on {
			t.Errorf("click at %v wants %v after %d clicks", at, on, len(pts))
		}
	}
}

// A corrective click changes nothing farther from it than farthest, plus the
// band in which outlines are cut again.
func TestCorrectionsAreLocal(t *testing.T) {
	const w, h = 640, 480
	p := paintPicture(w, h, func(x, y int) bool {
		return inDisc(170, 240, 110)(x, y) || inDisc(470, 240, 110)(x, y) || (y > 225 && y < 255 && x > 170 && x < 470)
	})
	s := prepare(t, p)
	pts := []annotate.Point{plus(170.5, 240.5)}
	before := segment(t, s, nil, pts...).Mask
	for _, next := range []annotate.Point{minus(200.5, 300.5), plus(500.5, 200.5), minus(20.5, 20.5), plus(630.5, 470.5)} {
		pts = append(pts, next)
		after := segment(t, s, nil, pts...).Mask
		for i := range after.Pix {
			if after.Pix[i] == before.Pix[i] {
				continue
			}
			if d := math.Hypot(float64(i%w)-next.X, float64(i/w)-next.Y); d > (farthest+0.1)*h {
				t.Fatalf("click at (%v, %v) changed a pixel %.0f px away", next.X, next.Y, d)
			}
			if (after.Pix[i] != 0) != next.Positive && math.Hypot(float64(i%w)-next.X, float64(i/w)-next.Y) > 0.45*h {
				t.Fatalf("click at (%v, %v) changed the other way", next.X, next.Y)
			}
		}
		before = after
	}
}

// The answer is the same on a fresh scene, whether or not shorter prompts were
// asked before, and corrections raise the IoU.
func TestDeterministicAndImproving(t *testing.T) {
	p := paintPicture(400, 300, func(x, y int) bool {
		return inDisc(140, 150, 70)(x, y) || inDisc(260, 150, 40)(x, y)
	})
	s := prepare(t, p)
	var pts []annotate.Point
	a := Answer{Mask: annotate.NewBitmap(400, 300)}
	last := 0.0
	for range 4 {
		if last == 1 {
			break
		}
		pts = append(pts, correction(t, a.Mask, p.truth))
		a = segment(t, s, nil, pts...)
		v := iou(a.Mask, p.truth)
		if v < last-0.05 {
			t.Errorf("IoU fell from %.3f to %.3f at click %d", last, v, len(pts))
		}
		last = v
	}
	if last < 0.9 {
		t.Errorf("IoU %.3f after four clicks", last)
	}
	b := segment(t, prepare(t, p), nil, pts...)
	if !bytes.Equal(a.Mask.Pix, b.Mask.Pix) || a.Confidence != b.Confidence {
		t.Error("a fresh scene gives another answer")
	}
}

func TestOddFramesAndPrompts(t *testing.T) {
	big := 7680
	if testing.Short() {
		big = 1280
	}
	for _, size := range [][2]int{{1, 1}, {1, 50}, {300, 1}, {2, 2}, {17, 9}, {4000, 8}, {big, big * 9 / 16}} {
		w, h := size[0], size[1]
		p := blank(w, h)
		s := prepare(t, p)
		fw, fh := float64(w), float64(h)
		whole := annotate.Box{X1: fw, Y1: fh}
		pixel := annotate.Box{X0: 0, Y0: 0, X1: 1, Y1: 1}
		corner := plus(fw-0.5, fh-0.5)
		for _, prompt := range []annotate.Prompt{
			{Points: []annotate.Point{corner}},
			{Points: []annotate.Point{corner, {X: corner.X, Y: corner.Y}}},
			{Points: []annotate.Point{{X: 0, Y: 0}}},
			{Points: []annotate.Point{{X: 0, Y: 0}, corner}},
			{Box: &whole},
			{Box: &pixel, Points: []annotate.Point{corner}},
		} {
			a := segment(t, s, prompt.Box, prompt.Points...)
			if a.Mask.W != w || a.Mask.H != h {
				t.Fatalf("%dx%d frame: mask of %dx%d", w, h, a.Mask.W, a.Mask.H)
			}
			checkLaw(t, a.Mask, prompt.Points)
		}
	}
}

func TestOtherObjectsAreBackground(t *testing.T) {
	left, right := inDisc(120, 120, 50), inDisc(200, 120, 50)
	p := paintPicture(320, 240, func(x, y int) bool { return left(x, y) || right(x, y) })
	other := annotate.NewBitmap(320, 240)
	for i := range other.Pix {
		if right(i%320, i/320) && i%320 > 160 {
			other.Pix[i] = 255
		}
	}
	s, err := Prepare(context.Background(), Input{Frame: p.frame, Others: []*annotate.Bitmap{other}})
	if err != nil {
		t.Fatal(err)
	}
	a := segment(t, s, nil, plus(110.5, 120.5))
	both := 0
	for i, v := range other.Pix {
		if v != 0 && a.Mask.Pix[i] != 0 {
			both++
		}
	}
	if area := annotate.MaskFromBitmap(other).Area(); both*10 > area {
		t.Errorf("%d of %d pixels of the other object taken", both, area)
	}
}

func TestBadInput(t *testing.T) {
	ctx := context.Background()
	p := blank(40, 30)
	nan := vision.NewFlow(40, 30)
	nan.V[5] = float32(math.NaN())
	for name, in := range map[string]Input{
		"no frame":    {},
		"short flow":  {Frame: p.frame, Motion: []vision.Flow{{W: 40, H: 30, V: make([]float32, 7)}}},
		"flow of NaN": {Frame: p.frame, Motion: []vision.Flow{nan}},
		"other size":  {Frame: p.frame, Others: []*annotate.Bitmap{annotate.NewBitmap(3, 3)}},
		"nil other":   {Frame: p.frame, Others: []*annotate.Bitmap{nil}},
	} {
		if _, err := Prepare(ctx, in); !errors.Is(err, ErrInput) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	s := prepare(t, p)
	mask := annotate.FullMask(40, 30)
	for name, prompt := range map[string]annotate.Prompt{
		"empty":          {},
		"outside":        {Points: []annotate.Point{plus(40, 3)}},
		"not a number":   {Points: []annotate.Point{plus(math.NaN(), 3)}},
		"box outside":    {Box: &annotate.Box{X0: 3, Y0: 3, X1: 90, Y1: 9}},
		"a mask already": {Mask: &mask},
	} {
		if _, err := s.Segment(ctx, prompt); !errors.Is(err, annotate.ErrPrompt) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Segment(stopped, annotate.Prompt{Points: []annotate.Point{plus(3, 3)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}
