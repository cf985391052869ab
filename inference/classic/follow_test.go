package classic

import (
	"image"
	"math"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestFollowsBothWaysFromTheMiddle(t *testing.T) {
	v := moving(16, 4, 1).render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 8, v.truth[0][8])
	got := run(t, s, everything(s, 1), -1)
	for f := range v.Len() {
		if f == 8 {
			if _, ok := got[annotate.FrameKey{Object: 1, Frame: 8}]; ok {
				t.Error("the keyframe itself got a new mask")
			}
			continue
		}
		if q := iou(t, got.mask(t, 1, f), v.truth[0][f]); q < 0.9 {
			t.Errorf("frame %d: IoU %.3f", f, q)
		}
		if r := got[annotate.FrameKey{Object: 1, Frame: f}]; r.Confidence < 0.5 || r.Source != annotate.Tracked || r.Engine != Name || r.Score <= 0 {
			t.Errorf("frame %d: result %+v", f, r)
		}
	}
}

func TestFollowsAScaleChange(t *testing.T) {
	sc := moving(20, 0, 0)
	sc.discs[0].at = func(t int) (x, y, r float64) { return 60 + float64(t), 60, 14 * math.Pow(1.05, float64(t)) }
	v := sc.render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	got := run(t, s, everything(s, 1), -1)
	for f := 1; f < v.Len(); f++ {
		if q := iou(t, got.mask(t, 1, f), v.truth[0][f]); q < 0.85 {
			t.Errorf("frame %d: IoU %.3f", f, q)
		}
	}
}

func TestFindsAnOccludedObjectAgain(t *testing.T) {
	sc := moving(22, 5, 0)
	sc.bar = image.Rect(75, 0, 119, 120) // the disc is 40 wide: hidden for a frame, mostly hidden for several
	v := sc.render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	got := run(t, s, everything(s, 1), -1)
	for f := 1; f < v.Len(); f++ {
		m, truth := got.mask(t, 1, f), v.truth[0][f]
		q, full := iou(t, m, truth), truth.Area() > 1000
		switch r := got[annotate.FrameKey{Object: 1, Frame: f}]; {
		case f <= 3 && q < 0.9:
			t.Errorf("frame %d, before: IoU %.3f", f, q)
		case f >= 20 && full && q < 0.7:
			t.Errorf("frame %d, after: IoU %.3f", f, q)
		case truth.Empty() && !m.Empty() && r.Confidence >= 0.5:
			t.Errorf("frame %d: hidden, yet a mask of %d pixels with confidence %.2f", f, r.Area, r.Confidence)
		}
	}
}

// After a cut nothing is known of the object's place: the mask must be right,
// or empty, or doubted.
func TestACutIsNoSilentError(t *testing.T) {
	sc := moving(12, 2, 0)
	sc.ground = func(t int) (float64, uint64) {
		if t >= 6 {
			return 0, 2
		}
		return 0, 1
	}
	sc.discs[0].at = func(t int) (x, y, r float64) {
		if t >= 6 {
			return 300, 300, 20 // gone
		}
		return 45 + 2*float64(t), 60, 20
	}
	v := sc.render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	got := run(t, s, everything(s, 1), -1)
	for f := 1; f < v.Len(); f++ {
		r := got[annotate.FrameKey{Object: 1, Frame: f}]
		if q := iou(t, got.mask(t, 1, f), v.truth[0][f]); q < 0.5 && r.Confidence >= 0.5 {
			t.Errorf("frame %d: IoU %.3f with confidence %.2f", f, q, r.Confidence)
		}
	}
}

func crossing() *synthetic {
	return scene{w: 160, h: 120, n: 20, discs: []disc{
		{at: func(t int) (x, y, r float64) { return 35 + 4.5*float64(t), 58, 17 }, colour: red, seed: 3},
		{at: func(t int) (x, y, r float64) { return 125 - 4.5*float64(t), 62, 17 }, colour: blue, seed: 4},
	}}.render()
}

func TestCrossingObjectsShareNoPixel(t *testing.T) { forBothEngines(t, crossingObjectsShareNoPixel) }

func crossingObjectsShareNoPixel(t *testing.T, e *Engine) {
	v := crossing()
	s := openWith(t, e, v)
	promptMask(t, s, 1, 0, v.truth[0][0])
	promptMask(t, s, 2, 0, v.truth[1][0])
	got := run(t, s, everything(s, 2, 1), -1)
	for f := 1; f < v.Len(); f++ {
		a, b := got.mask(t, 1, f), got.mask(t, 2, f)
		both, err := annotate.Intersect(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if !both.Empty() {
			t.Errorf("frame %d: %d pixels belong to both", f, both.Area())
		}
		if q := iou(t, b, v.truth[1][f]); q < 0.8 {
			t.Errorf("frame %d: the disc in front has IoU %.3f", f, q)
		}
		if q := iou(t, a, v.truth[0][f]); v.truth[0][f].Area() > 700 && q < 0.7 {
			t.Errorf("frame %d: the disc behind has IoU %.3f", f, q)
		}
	}
}

// What is known of another object keeps its pixels, also when that object is
// not tracked in the same run.
func TestKnownObjectsAreBackground(t *testing.T) { forBothEngines(t, knownObjectsAreBackground) }

func knownObjectsAreBackground(t *testing.T, e *Engine) {
	v := crossing()
	s := openWith(t, e, v)
	promptMask(t, s, 1, 0, v.truth[0][0])
	for f := range v.Len() {
		if err := s.SetKnown(annotate.FrameKey{Object: 2, Frame: f}, v.truth[1][f], true); err != nil {
			t.Fatal(err)
		}
	}
	got := run(t, s, everything(s, 1), -1)
	for f := 1; f < v.Len(); f++ {
		both, err := annotate.Intersect(got.mask(t, 1, f), v.truth[1][f])
		if err != nil {
			t.Fatal(err)
		}
		if n := both.Area(); n > 0 {
			t.Errorf("frame %d: %d pixels of the other object were taken", f, n)
		}
	}
}
