package classic

import (
	"context"
	"errors"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// tracked returns a session with a disc tracked through a clip, and its masks.
func tracked(t *testing.T) (*Session, *synthetic, results) {
	t.Helper()
	v := moving(12, 5, 0).render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	return s, v, run(t, s, everything(s, 1), -1)
}

func prompt(t *testing.T, s *Session, frame int, pts ...annotate.Point) annotate.Mask {
	t.Helper()
	r, err := s.SetPrompt(context.Background(), annotate.FrameKey{Object: 1, Frame: frame}, annotate.Prompt{Points: pts})
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// inside is a click at the middle of a mask.
func inside(m annotate.Mask, positive bool) annotate.Point {
	x, y, _, _ := m.Bitmap().Interior()
	return annotate.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5, Positive: positive}
}

func TestAClickOnATrackedFrameCorrectsItsMask(t *testing.T) {
	s, v, got := tracked(t)
	const frame = 8
	was := got.mask(t, 1, frame)
	// A click that agrees with the tracked mask changes nothing.
	if m := prompt(t, s, frame, inside(v.truth[0][frame], true)); !m.Equal(was) {
		t.Errorf("a click on the mask changed it: IoU %.3f", iou(t, m, was))
	}
	// One that disagrees is obeyed, and the mask is still the tracked one
	// elsewhere: taken back, it is all there again.
	corner := annotate.Point{X: 2.5, Y: 2.5, Positive: true}
	if was.At(2, 2) {
		t.Fatal("the corner is not outside")
	}
	m := prompt(t, s, frame, inside(v.truth[0][frame], true), corner)
	if !m.At(2, 2) {
		t.Error("the click was not obeyed")
	}
	lost, err := annotate.Subtract(was, m)
	if err != nil || !lost.Empty() {
		t.Errorf("a positive click took %d pixels away, %v", lost.Area(), err)
	}
	if m := prompt(t, s, frame, inside(v.truth[0][frame], true)); !m.Equal(was) {
		t.Error("taking the second click back does not give the mask of the first")
	}
}

func TestAPromptIsAnsweredFromTheStoredMaskAfterARestart(t *testing.T) {
	v := moving(12, 5, 0).render()
	first := openSession(t, v, nil)
	click := inside(v.truth[0][3], true)
	stored := prompt(t, first, 3, click)
	// The stored mask is not what the click alone would give: it was painted over.
	painted := stored.Bitmap()
	edge := stored.Bounds().Min
	for i := range 12 * 12 {
		painted.Set(edge.X-6+i%12, edge.Y-6+i/12, true)
	}
	mended := annotate.MaskFromBitmap(painted)
	if mended.Equal(stored) {
		t.Fatal("nothing was painted")
	}
	again := openSession(t, v, nil)
	if err := again.SetKnown(annotate.FrameKey{Object: 1, Frame: 3}, mended, false); err != nil {
		t.Fatal(err)
	}
	if m := prompt(t, again, 3, click); !m.Equal(mended) {
		t.Errorf("IoU with the stored mask is %.3f", iou(t, m, mended))
	}
	// Without the click that the stored mask rests on, it does not count.
	other := annotate.Point{X: click.X + 1, Y: click.Y, Positive: true}
	fresh := prompt(t, openSession(t, v, nil), 3, other)
	if m := prompt(t, again, 3, other); !m.Equal(fresh) {
		t.Errorf("another click: IoU with a fresh answer is %.3f", iou(t, m, fresh))
	}
}

func TestABoxOnATrackedFrameStartsANewMask(t *testing.T) {
	s, v, _ := tracked(t)
	r := v.truth[0][6].Bounds()
	p := annotate.Prompt{Box: &annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}}
	key := annotate.FrameKey{Object: 1, Frame: 6}
	got, err := s.SetPrompt(context.Background(), key, p)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := openSession(t, v, nil).SetPrompt(context.Background(), key, p)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := got.Mask.Load()
	b, _ := fresh.Mask.Load()
	if !a.Equal(b) {
		t.Error("a box depends on the tracked mask")
	}
}

func TestAClearedPromptGivesTheFrameBackToTracking(t *testing.T) {
	s, v, got := tracked(t)
	const frame = 7
	prompt(t, s, frame, annotate.Point{X: 2.5, Y: 2.5, Positive: true})
	if err := s.ClearPrompt(annotate.FrameKey{Object: 1, Frame: frame}); err != nil {
		t.Fatal(err)
	}
	if m := prompt(t, s, frame, inside(v.truth[0][frame], true)); !m.Equal(got.mask(t, 1, frame)) {
		t.Error("the corrected mask outlived its prompt")
	}
}

// A session that was given an earlier one's keyframe answers the next click as
// that one does.
func TestRestoredPromptGoesOn(t *testing.T) {
	v := crossing()
	key := annotate.FrameKey{Object: 1, Frame: 4}
	one := annotate.Prompt{}.WithPoint(annotate.Point{X: 53, Y: 58, Positive: true})
	two := one.WithPoint(annotate.Point{X: 100, Y: 20})
	live, again := openSession(t, v, nil), openSession(t, v, nil)
	first, err := live.SetPrompt(t.Context(), key, one)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Restore(t.Context(), key, one, first); err != nil {
		t.Fatal(err)
	}
	if k := again.objects[1].prompts[4]; k.confidence != first.Confidence {
		t.Errorf("confidence %g, want %g", k.confidence, first.Confidence)
	}
	var want, got annotate.Result
	if want, err = live.SetPrompt(t.Context(), key, two); err != nil {
		t.Fatal(err)
	}
	if got, err = again.SetPrompt(t.Context(), key, two); err != nil {
		t.Fatal(err)
	}
	a, errA := want.Mask.Load()
	b, errB := got.Mask.Load()
	if errA != nil || errB != nil || !a.Equal(b) || want.Confidence != got.Confidence {
		t.Errorf("another answer: %v %v, %d and %d pixels", errA, errB, want.Area, got.Area)
	}

	// An answer that the prompt alone does not give was a correction: the next
	// click changes it and does not start anew.
	square := annotate.NewBitmap(v.w, v.h)
	for i := range square.Pix {
		x, y := i%v.w, i/v.w
		square.Set(x, y, x >= 40 && x < 80 && y >= 40 && y < 80)
	}
	painted := annotate.MaskFromBitmap(square)
	third := openSession(t, v, nil)
	if err := third.Restore(t.Context(), key, one, annotate.NewResult(painted, 0.5, annotate.Prompted, Name)); err != nil {
		t.Fatal(err)
	}
	far := one.WithPoint(annotate.Point{X: 5, Y: 5})
	if got, err = third.SetPrompt(t.Context(), key, far); err != nil {
		t.Fatal(err)
	}
	if m, err := got.Mask.Load(); err != nil || iou(t, m, painted) < 0.9 {
		t.Errorf("the correction was lost: %v", err)
	}
	if err := third.Restore(t.Context(), key, one, annotate.NewResult(annotate.EmptyMask(3, 3), 1, annotate.Prompted, Name)); !errors.Is(err, annotate.ErrMask) {
		t.Errorf("a mask of another size: %v", err)
	}
}

// A click on a painted mask corrects it, in this session and in another one.
func TestAClickOnAPaintedMaskCorrectsIt(t *testing.T) {
	v := moving(12, 5, 0).render()
	truth := v.truth[0][4]
	b := truth.Bitmap()
	for x := range 12 {
		for y := range 12 {
			b.Set(v.w-1-x, v.h-1-y, true) // nothing that an engine would find
		}
	}
	painted := annotate.MaskFromBitmap(b)
	click := annotate.Point{X: 2.5, Y: 2.5, Positive: true}
	first := openSession(t, v, nil)
	promptMask(t, first, 1, 4, painted)
	got := prompt(t, first, 4, click)
	lost, err := annotate.Subtract(painted, got)
	if err != nil || !lost.Empty() || !got.At(2, 2) {
		t.Errorf("the painted mask lost %d pixels to a click elsewhere, which is %v; %v", lost.Area(), got.At(2, 2), err)
	}
	second := openSession(t, v, nil)
	key := annotate.FrameKey{Object: 1, Frame: 4}
	if err := second.Restore(t.Context(), key, annotate.Prompt{Mask: &painted}, annotate.NewResult(painted, 1, annotate.Painted, Name)); err != nil {
		t.Fatal(err)
	}
	if m := prompt(t, second, 4, click); !m.Equal(got) {
		t.Errorf("after a restart the click gives another mask: IoU %.3f", iou(t, m, got))
	}
}
