package classic

import (
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// The answer to a click is the first of its choices; another one that is chosen
// stands, and the next click corrects it.
func TestAChosenMaskStandsAndIsCorrected(t *testing.T) {
	v := moving(6, 4, 0).render()
	engines := map[string]inference.Engine{Name: New(), Builtin: openBuiltin(t)}
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			s := openWith(t, e.(*Engine), v)
			key := annotate.FrameKey{Object: 1, Frame: 2}
			at := inside(v.truth[0][2], true)
			p := annotate.Prompt{Points: []annotate.Point{at}}
			first := prompt(t, s, 2, at)
			list, err := s.Choices(t.Context(), key, p)
			if err != nil {
				t.Fatal(err)
			}
			if m, err := list[0].Mask.Load(); err != nil || !m.Equal(first) {
				t.Fatalf("the first choice is not the answer; %v", err)
			}
			if got := prompt(t, s, 2, at); !got.Equal(first) {
				t.Error("asking for choices changed the answer")
			}
			// A stand-in for a choice, so that the test has one on any picture.
			b := annotate.NewBitmap(v.w, v.h)
			for i := range b.Pix {
				if i%v.w < v.w/2 {
					b.Pix[i] = 255
				}
			}
			b.Set(int(at.X), int(at.Y), true)
			chosen := annotate.MaskFromBitmap(b)
			if err := s.Restore(t.Context(), key, p, annotate.NewResult(chosen, 0.6, annotate.Prompted, name)); err != nil {
				t.Fatal(err)
			}
			if k, ok := s.objects[1].key(2); !ok || !k.mask.Equal(chosen) {
				t.Fatal("the chosen mask does not stand")
			}
			click := annotate.Point{X: float64(v.w) - 1.5, Y: 1.5, Positive: true}
			got := prompt(t, s, 2, at, click)
			lost, err := annotate.Subtract(chosen, got)
			if err != nil || lost.Area() > chosen.Area()/20 || !got.At(v.w-2, 1) {
				t.Errorf("the next click took %d of %d pixels of the chosen mask, and has its label: %v; %v", lost.Area(), chosen.Area(), got.At(v.w-2, 1), err)
			}
		})
	}
}
