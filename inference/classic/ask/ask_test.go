package ask

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

// byColour stands for the network: the object is what has the colour under the
// positive clicks or amid the box, and not that under the negative ones.
type byColour struct{ fail error }

const plane = size * size

func (n byColour) Encode(ctx context.Context, crop []float32) (promptnet.Features, error) {
	if n.fail != nil {
		return promptnet.Features{}, n.fail
	}
	return promptnet.Features{F2: crop}, ctx.Err()
}

func (byColour) Remember(context.Context, []float32, []float32, bool) (promptnet.Memory, error) {
	return promptnet.Memory{}, errors.New("prompts need no memory")
}

func (byColour) Decode(_ context.Context, f promptnet.Features, _ promptnet.Memory) (logits []float32, iou float32, err error) {
	crop := f.F2
	on, off := meanUnder(crop, 3), meanUnder(crop, 4)
	if on == nil {
		on = meanUnder(crop, 6)
	}
	for i := range plane {
		v := float32(-6)
		if near(crop, i, on) < 0.3 && (off == nil || near(crop, i, off) >= 0.3) || crop[5*plane+i] > 0.5 && near(crop, i, off) > 0.3 {
			v = 6
		}
		logits = append(logits, v)
	}
	return logits, 0.9, nil
}

// meanUnder returns the mean colour under a channel, nil if it is empty.
func meanUnder(crop []float32, ch int) []float32 {
	var sum [3]float32
	n := float32(0)
	for i := range plane {
		if crop[ch*plane+i] > 0 {
			n++
			for c := range sum {
				sum[c] += crop[c*plane+i]
			}
		}
	}
	if n == 0 {
		return nil
	}
	return []float32{sum[0] / n, sum[1] / n, sum[2] / n}
}

func near(crop []float32, i int, colour []float32) float32 {
	if colour == nil {
		return 9
	}
	d := float32(0)
	for c, v := range colour {
		d += (crop[c*plane+i] - v) * (crop[c*plane+i] - v)
	}
	return d
}

var (
	grass = color.RGBA{40, 120, 60, 255}
	red   = color.RGBA{200, 40, 30, 255}
	blue  = color.RGBA{30, 50, 210, 255}
)

// painting is a picture of coloured rectangles on grass.
type painting struct{ img *image.RGBA }

func newPainting(w, h int) painting {
	p := painting{image.NewRGBA(image.Rect(0, 0, w, h))}
	p.fill(p.img.Rect, grass)
	return p
}

func (p painting) fill(r image.Rectangle, c color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.img.SetRGBA(x, y, c)
		}
	}
}

func mask(w, h int, rects ...image.Rectangle) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for _, r := range rects {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				b.Set(x, y, true)
			}
		}
	}
	return annotate.MaskFromBitmap(b)
}

func plus(x, y float64) annotate.Point  { return annotate.Point{X: x, Y: y, Positive: true} }
func minus(x, y float64) annotate.Point { return annotate.Point{X: x, Y: y} }

func segment(t testing.TB, f *Frame, p annotate.Prompt) annotate.Mask {
	t.Helper()
	a, err := f.Segment(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return a.Mask
}

// Objects at borders and in corners, tiny and huge, on frames of all sorts.
func TestObjectsAnywhereAndOfAnySize(t *testing.T) {
	for _, c := range []struct {
		name string
		w, h int
		r    image.Rectangle
		iou  float64
	}{
		{"amid", 854, 480, image.Rect(300, 200, 420, 290), 0.95},
		{"corner", 854, 480, image.Rect(0, 0, 90, 70), 0.95},
		{"right border", 854, 480, image.Rect(780, 150, 854, 330), 0.95},
		{"tiny", 854, 480, image.Rect(400, 200, 412, 211), 0.7},
		{"huge", 854, 480, image.Rect(20, 10, 830, 470), 0.95},
		{"whole frame", 320, 240, image.Rect(0, 0, 320, 240), 0.95},
		{"portrait", 360, 640, image.Rect(100, 300, 260, 520), 0.95},
		{"strip", 900, 60, image.Rect(400, 10, 480, 50), 0.95},
		{"small video", 40, 30, image.Rect(10, 8, 28, 22), 0.9},
		{"one pixel video", 1, 1, image.Rect(0, 0, 1, 1), 1},
		{"4K", 3840, 2160, image.Rect(1500, 900, 1930, 1300), 0.95},
		{"small in 4K", 3840, 2160, image.Rect(3000, 200, 3060, 250), 0.85},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPainting(c.w, c.h)
			p.fill(c.r, red)
			truth := mask(c.w, c.h, c.r)
			f := New(promptnet.New(byColour{}, 2), p.img)
			mid := plus(float64(c.r.Min.X+c.r.Max.X)/2, float64(c.r.Min.Y+c.r.Max.Y)/2)
			if v := iou(t, segment(t, f, annotate.Prompt{Points: []annotate.Point{mid}}), truth); v < c.iou {
				t.Errorf("one click: IoU %.3f, want at least %.2f", v, c.iou)
			}
			box := annotate.Box{X0: float64(c.r.Min.X), Y0: float64(c.r.Min.Y), X1: float64(c.r.Max.X), Y1: float64(c.r.Max.Y)}
			if v := iou(t, segment(t, f, annotate.Prompt{Box: &box}), truth); v < c.iou {
				t.Errorf("box: IoU %.3f, want at least %.2f", v, c.iou)
			}
		})
	}
}

// A click takes its own thing, not another of the same colour.
func TestFirstClickTakesOneThing(t *testing.T) {
	p := newPainting(640, 360)
	a, b := image.Rect(100, 100, 200, 180), image.Rect(300, 100, 420, 190)
	p.fill(a, red)
	p.fill(b, red)
	f := New(promptnet.New(byColour{}, 2), p.img)
	if v := iou(t, segment(t, f, annotate.Prompt{Points: []annotate.Point{plus(150, 140)}}), mask(640, 360, a)); v < 0.95 {
		t.Errorf("IoU %.3f with the thing that was clicked", v)
	}
}

// A correction changes what hangs together with the click and nothing else, and
// starts from the mask that stands, whatever made it.
func TestCorrectionsAreLocal(t *testing.T) {
	p := newPainting(640, 360)
	body, limb, far := image.Rect(200, 100, 300, 200), image.Rect(300, 140, 340, 160), image.Rect(450, 250, 560, 330)
	p.fill(body, red)
	p.fill(limb, blue)
	p.fill(far, blue)
	f := New(promptnet.New(byColour{}, 2), p.img)
	painted := mask(640, 360, body, image.Rect(20, 20, 60, 60))
	a, err := f.Correct(t.Context(), painted, 0.5, []annotate.Point{plus(320, 150)})
	if err != nil {
		t.Fatal(err)
	}
	want := mask(640, 360, body, limb, image.Rect(20, 20, 60, 60))
	if v := iou(t, a.Mask, want); v < 0.97 {
		t.Errorf("IoU %.3f after a limb was added; the rest was to stay", v)
	}
	if a.Confidence <= 0.5 {
		t.Errorf("confidence %.2f after a correction of a mask of 0.5", a.Confidence)
	}
	// A click that the mask obeys changes nothing.
	same, err := f.Correct(t.Context(), painted, 0.5, []annotate.Point{plus(250, 150), minus(600, 20)})
	if err != nil || !same.Mask.Equal(painted) {
		t.Errorf("clicks that the mask obeys changed it: %v", err)
	}
	back, err := f.Correct(t.Context(), a.Mask, 0.5, []annotate.Point{plus(320, 150), minus(325, 150)})
	if err != nil {
		t.Fatal(err)
	}
	if back.Mask.At(325, 150) || !back.Mask.At(320, 150) || !back.Mask.At(40, 40) || !back.Mask.At(210, 110) {
		t.Error("the clicks have not got their labels, or something far changed")
	}
}

// The label of a click is law at its own pixel, and what is far from all clicks
// of a correction stays as it was, for any masks and clicks.
func TestClicksAreLaw(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const w, h = 200, 150
	for range 30 {
		p := newPainting(w, h)
		for range 6 {
			x, y := rng.IntN(w), rng.IntN(h)
			p.fill(image.Rect(x, y, min(x+5+rng.IntN(60), w), min(y+5+rng.IntN(60), h)), []color.RGBA{red, blue, {90, 90, 90, 255}}[rng.IntN(3)])
		}
		f := New(promptnet.New(byColour{}, 2), p.img)
		var pts []annotate.Point
		for range 4 {
			pts = append(pts, annotate.Point{X: rng.Float64() * w, Y: rng.Float64() * h, Positive: rng.IntN(2) == 0})
			a := segment(t, f, annotate.Prompt{Points: pts})
			// Of two clicks on one pixel the later one counts.
			want := map[image.Point]bool{}
			for _, c := range pts {
				want[image.Pt(int(c.X), int(c.Y))] = c.Positive
			}
			for at, on := range want {
				if a.At(at.X, at.Y) != on {
					t.Fatalf("clicks %v: the pixel %v is %v", pts, at, a.At(at.X, at.Y))
				}
			}
			fresh := New(promptnet.New(byColour{}, 2), p.img)
			if !segment(t, fresh, annotate.Prompt{Points: pts}).Equal(a) {
				t.Fatal("a frame that answered other prompts answers differently")
			}
		}
	}
}

// Choices differ from each other, hold the click, and begin with the answer.
func TestChoicesAreOtherThings(t *testing.T) {
	p := newPainting(640, 360)
	p.fill(image.Rect(100, 60, 500, 320), red)
	p.fill(image.Rect(290, 170, 320, 195), color.RGBA{160, 60, 30, 255}) // nearly red: part of it in some crops
	f := New(promptnet.New(byColour{}, 2), p.img)
	prompt := annotate.Prompt{Points: []annotate.Point{plus(305, 182)}}
	list, err := f.Choices(t.Context(), prompt)
	if err != nil {
		t.Fatal(err)
	}
	if !list[0].Mask.Equal(segment(t, f, prompt)) || len(list) > mostChoices {
		t.Errorf("%d choices, the first not the answer", len(list))
	}
	for i, a := range list {
		if !a.Mask.At(305, 182) {
			t.Errorf("choice %d does not hold the click", i)
		}
		for _, b := range list[:i] {
			if v := iou(t, a.Mask, b.Mask); v > sameThing {
				t.Errorf("two choices are about one thing: IoU %.2f", v)
			}
		}
	}
	prompt.Points = append(prompt.Points, minus(600, 20), plus(600, 300))
	if list, err = f.Choices(t.Context(), prompt); err != nil || len(list) != 1 {
		t.Errorf("%d choices after a correction, %v", len(list), err)
	}
}

func TestOtherObjectsAreBackground(t *testing.T) {
	p := newPainting(640, 360)
	a, b := image.Rect(200, 100, 300, 200), image.Rect(300, 100, 380, 200)
	p.fill(a, red)
	p.fill(b, red)
	other := mask(640, 360, b)
	f := New(promptnet.New(byColour{}, 2), p.img).Among([]annotate.Mask{other})
	if v := iou(t, segment(t, f, annotate.Prompt{Points: []annotate.Point{plus(250, 150)}}), mask(640, 360, a)); v < 0.95 {
		t.Errorf("IoU %.3f beside another object of the same colour", v)
	}
	// Who clicks on another object means what is there.
	if m := segment(t, f, annotate.Prompt{Points: []annotate.Point{plus(340, 150)}}); !m.At(340, 150) || !m.At(250, 150) {
		t.Error("a click on another object's mask did not take what is there")
	}
}

func TestWhatCannotBeAnswered(t *testing.T) {
	broken := errors.New("broken")
	img := newPainting(64, 48).img
	f := New(promptnet.New(byColour{fail: broken}, 2), img)
	if _, err := f.Segment(t.Context(), annotate.Prompt{Points: []annotate.Point{plus(3, 3)}}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	good := New(promptnet.New(byColour{}, 2), img)
	full := annotate.FullMask(64, 48)
	for name, p := range map[string]annotate.Prompt{
		"nothing": {}, "a mask": {Mask: &full}, "outside": {Points: []annotate.Point{plus(64, 3)}},
	} {
		if _, err := good.Segment(t.Context(), p); !errors.Is(err, annotate.ErrPrompt) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := good.Correct(t.Context(), annotate.FullMask(3, 3), 1, []annotate.Point{plus(3, 3)}); !errors.Is(err, annotate.ErrMask) {
		t.Errorf("a mask of another size: error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := good.Segment(ctx, annotate.Prompt{Points: []annotate.Point{plus(3, 3)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	if m := segment(t, good, annotate.Prompt{Points: []annotate.Point{minus(3, 3)}}); !m.Empty() {
		t.Error("a negative click alone gave a mask")
	}
}
