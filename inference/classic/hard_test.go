package classic

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// still is a video of one picture, shown n times.
func still(w, h, n int, at func(x, y int) color.RGBA) *synthetic {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, at(x, y))
		}
	}
	v := &synthetic{w: w, h: h}
	for range n {
		v.frames = append(v.frames, img)
	}
	return v
}

func gray(v uint8) color.RGBA { return color.RGBA{v, v, v, 255} }

func flat(x, y int) color.RGBA    { return gray(128) }
func black(x, y int) color.RGBA   { return gray(0) }
func ramp(x, y int) color.RGBA    { return gray(uint8(x + y)) }
func checker(x, y int) color.RGBA { return gray(uint8(255 * ((x + y) & 1))) }

// smallSquare is a 3x3 object on a flat ground, at (20, 20).
func smallSquare(x, y int) color.RGBA {
	if x >= 20 && x < 23 && y >= 20 && y < 23 {
		return red
	}
	return gray(128)
}

func answer1(t *testing.T, s *Session, frame int, p annotate.Prompt) annotate.Mask {
	t.Helper()
	r, err := s.SetPrompt(context.Background(), annotate.FrameKey{Object: 1, Frame: frame}, p)
	if err != nil {
		t.Fatal(err)
	}
	if !(r.Confidence >= 0 && r.Confidence <= 1) {
		t.Errorf("confidence %v", r.Confidence)
	}
	m, err := r.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	if w, h := m.Size(); w != s.w || h != s.h {
		t.Errorf("a mask of %dx%d on a video of %dx%d", w, h, s.w, s.h)
	}
	return m
}

// obeyed checks that each click has its label, the last one where several fall
// on one pixel.
func obeyed(t *testing.T, m annotate.Mask, pts []annotate.Point) {
	t.Helper()
	want := map[image.Point]bool{}
	for _, p := range pts {
		want[image.Pt(int(p.X), int(p.Y))] = p.Positive
	}
	for at, on := range want {
		if m.At(at.X, at.Y) != on {
			t.Errorf("the click at %v is not obeyed after %d clicks", at, len(pts))
		}
	}
}

// Any prompt on any picture has an answer that obeys it and can be tracked.
func TestAnyPromptOnAnyPicture(t *testing.T) {
	pictures := map[string]*synthetic{
		"flat":         still(160, 120, 2, flat),
		"black":        still(161, 97, 2, black),
		"grey ramp":    still(64, 48, 2, ramp),
		"checkerboard": still(160, 120, 3, checker),
		"small square": still(160, 120, 2, smallSquare),
		"one frame":    still(160, 120, 1, smallSquare),
		"one pixel":    still(1, 1, 1, flat),
		"one column":   still(1, 300, 2, ramp),
		"long":         still(3000, 16, 2, ramp),
		"1080p":        still(1920, 1080, 1, smallSquare),
	}
	for name, v := range pictures {
		t.Run(name, func(t *testing.T) {
			s := openSession(t, v, nil)
			w, h := float64(v.w), float64(v.h)
			at := func(x, y float64, on bool) annotate.Point {
				return annotate.Point{X: min(x, w-0.5), Y: min(y, h-0.5), Positive: on}
			}
			for _, p := range []annotate.Prompt{
				{Points: []annotate.Point{at(21.5, 21.5, true)}},
				{Points: []annotate.Point{at(0, 0, true), at(w, h, true)}},
				{Points: []annotate.Point{at(5, 5, false)}},
				{Points: []annotate.Point{at(5, 5, false), at(w/2, h/2, true), at(w/2, h/2, false)}},
				{Box: &annotate.Box{X1: w, Y1: h}},
				{Box: &annotate.Box{X1: 1, Y1: 1}},
				{Box: &annotate.Box{X0: w / 3, Y0: h / 3, X1: w, Y1: h}, Points: []annotate.Point{at(0, 0, true), at(w, h, false)}},
			} {
				m := answer1(t, s, 0, p)
				obeyed(t, m, p.Points)
				if len(p.Points) == 1 && !p.Points[0].Positive && !m.Empty() {
					t.Errorf("a single negative click made a mask of %d pixels", m.Area())
				}
				if v.Len() > 1 {
					run(t, s, everything(s, 1), -1)
				}
				if err := s.ClearPrompt(annotate.FrameKey{Object: 1}); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// A click on a thing of a few pixels takes the thing, not the ground.
func TestAClickOnASmallObject(t *testing.T) {
	s := openSession(t, still(160, 120, 1, smallSquare), nil)
	m := answer1(t, s, 0, annotate.Prompt{Points: []annotate.Point{{X: 21.5, Y: 21.5, Positive: true}}})
	if m.Area() > 120*160/20 {
		t.Errorf("9 pixels became %d", m.Area())
	}
}

// Two hundred clicks one after the other are all obeyed, and answering them
// does not keep ever more memory.
func TestTwoHundredClicks(t *testing.T) {
	v := moving(3, 3, 0).render()
	s := openSession(t, v, nil)
	rng := rand.New(rand.NewPCG(5, 6))
	var pts []annotate.Point
	for range 200 {
		pts = append(pts[:len(pts):len(pts)], annotate.Point{
			X: rng.Float64() * float64(v.w), Y: rng.Float64() * float64(v.h), Positive: rng.IntN(2) == 0})
		obeyed(t, answer1(t, s, 0, annotate.Prompt{Points: pts}), pts)
	}
	run(t, s, everything(s, 1), -1)
}

// Whatever happens to the object, a wrong mask is a doubted mask.
func TestHardVideosGiveNoSilentErrors(t *testing.T) {
	away := func(t int) (x, y, r float64) { // leaves to the right, comes back
		x = 60 + 12*float64(t)
		if t > 12 {
			x = 60 + 12*float64(24-t)
		}
		return x, 60, 20
	}
	leaving := moving(25, 0, 0)
	leaving.discs[0].at = away
	twins := moving(20, 3, 0)
	twins.discs = append(twins.discs, disc{
		at:     func(t int) (x, y, r float64) { return 120 - 3*float64(t), 68, 20 },
		colour: red, seed: 4,
	})
	for name, c := range map[string]struct {
		v     *synthetic
		after int // the first frame on which all is as at the start
		atEnd float64
	}{
		"leaves and comes back": {leaving.render(), 22, 0.8},
		"fades out and in":      {faded(moving(24, 1, 0).render()), 20, 0.8},
		"twins cross":           {twins.render(), 20, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := openSession(t, c.v, nil)
			promptMask(t, s, 1, 0, c.v.truth[0][0])
			got := run(t, s, everything(s, 1), -1)
			silent, log := 0, ""
			for f := 1; f < c.v.Len(); f++ {
				truth, r := c.v.truth[0][f], got[annotate.FrameKey{Object: 1, Frame: f}]
				m := got.mask(t, 1, f)
				q := iou(t, m, truth)
				log += fmt.Sprintf(" %d:%.2f/%.2f", f, q, r.Confidence)
				if q < 0.5 && r.Confidence >= 0.5 {
					silent++
				}
				if f >= c.after && q < c.atEnd {
					t.Errorf("frame %d: IoU %.3f", f, q)
				}
			}
			if silent > 0 {
				t.Errorf("%d frames below 0.5 IoU that look sure (frame:IoU/confidence):%s", silent, log)
			}
		})
	}
}

// faded darkens the middle third of a video to black.
func faded(v *synthetic) *synthetic {
	n := len(v.frames)
	for i, img := range v.frames {
		k := 1.0
		if mid := abs(i - n/2); mid < n/3 {
			k = max(float64(mid-2)/float64(n/3-2), 0)
		}
		for p := range img.Pix {
			if p%4 < 3 {
				img.Pix[p] = uint8(k * float64(img.Pix[p]))
			}
		}
	}
	return v
}

func abs(v int) int { return max(v, -v) }
