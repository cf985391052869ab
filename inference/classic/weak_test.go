package classic

import (
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// A keyframe of which the engine is not sure keeps its mask, and the frames around
// it are tracked from the better ones.
func TestAWeakKeyframeStartsNothing(t *testing.T) { forBothEngines(t, aWeakKeyframeStartsNothing) }

func aWeakKeyframeStartsNothing(t *testing.T, e *Engine) {
	const weak = 5
	v := moving(10, 5, 0).render()
	half := v.truth[0][weak].Bitmap()
	middle := inside(v.truth[0][weak], true)
	for y := range half.H {
		for x := int(middle.X); x < half.W; x++ {
			half.Set(x, y, false)
		}
	}
	m := annotate.MaskFromBitmap(half)
	for _, c := range []struct {
		confidence float64
		roots      []int
	}{{0.3, []int{0}}, {0.95, []int{0, weak}}} {
		s := openWith(t, e, v)
		promptMask(t, s, 1, 0, v.truth[0][0])
		key := annotate.FrameKey{Object: 1, Frame: weak}
		click := annotate.Prompt{Points: []annotate.Point{middle}}
		if err := s.Restore(t.Context(), key, click, annotate.NewResult(m, c.confidence, annotate.Prompted, e.Name())); err != nil {
			t.Fatal(err)
		}
		if got := s.objects[1].roots(); !slices.Equal(got, c.roots) {
			t.Errorf("confidence %.2f: passes start at %v, want %v", c.confidence, got, c.roots)
		}
		got := run(t, s, everything(s, 1), -1)
		if _, ok := got[key]; ok {
			t.Errorf("confidence %.2f: the keyframe got a new mask", c.confidence)
		}
		for f := 1; f < v.Len(); f++ {
			if _, ok := got[annotate.FrameKey{Object: 1, Frame: f}]; !ok && f != weak {
				t.Errorf("confidence %.2f: frame %d got no mask", c.confidence, f)
			}
		}
		if k, _ := s.objects[1].at(weak); !k.mask.Equal(m) {
			t.Errorf("confidence %.2f: the keyframe's mask changed", c.confidence)
		}
	}
}
