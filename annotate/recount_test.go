package annotate_test

import (
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// Everything that lies on a frame goes where its frame went.
func TestRenumberTakesEverythingAlong(t *testing.T) {
	d := annotate.NewDocument(8, 6, 10)
	h := annotate.NewHistory(d, nil)
	key := func(f int) annotate.FrameKey { return annotate.FrameKey{Object: 1, Frame: f} }
	do := func(edits ...annotate.Edit) { h.Do(annotate.Change{Name: "x", Edits: edits}) }
	do(d.SetObject(annotate.Object{ID: 1}))
	yes := true
	for f := range 10 {
		r := annotate.NewResult(annotate.EmptyMask(8, 6), float64(f)/10, annotate.Tracked, "e")
		do(d.SetResult(key(f), &r))
	}
	do(d.SetPrompt(key(1), &annotate.Prompt{Points: []annotate.Point{{X: 1, Y: 1}}}),
		d.SetPrompt(key(8), &annotate.Prompt{Points: []annotate.Point{{X: 2, Y: 2}}}),
		d.SetProtected(key(7), true), d.SetCut(6, &yes), d.SetRange(&annotate.Range{First: 2, Last: 9}))
	do(d.SetNotes(1, annotate.Notes{
		Absent: annotate.Ranges{{First: 6, Last: 8}}, Through: []int{6},
		Attributes: []annotate.Attribute{{Key: "pose", Value: "up", Frames: &annotate.Range{First: 5, Last: 9}}},
	}))

	// Frame 4 is not there: those after it are one earlier.
	do(d.Renumber([]int{0, 1, 2, 3, 3, 4, 5, 6, 7, 8})...)
	d.Recount(9)
	if got := d.Keyframes(1); !slices.Equal(got, []int{1, 7}) {
		t.Errorf("keyframes %v", got)
	}
	if p, _ := d.Prompt(key(7)); len(p.Points) != 1 || p.Points[0].X != 2 {
		t.Errorf("prompt of frame 7: %+v", p)
	}
	for f, want := range []float64{0, 0.1, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9} {
		if r, ok := d.Result(key(f)); !ok || r.Confidence != want {
			t.Errorf("mask of frame %d: confidence %g, want %g", f, r.Confidence, want)
		}
	}
	if _, ok := d.Result(key(9)); ok || d.Frames() != 9 {
		t.Errorf("a mask beyond the end of %d frames", d.Frames())
	}
	n := d.Notes(1)
	if !d.Protected(key(6)) || d.Protected(key(7)) || d.Range() != (annotate.Range{First: 1 + 1, Last: 8}) ||
		!slices.Equal(n.Absent, annotate.Ranges{{First: 5, Last: 7}}) || !slices.Equal(n.Through, []int{5}) ||
		*n.Attributes[0].Frames != (annotate.Range{First: 4, Last: 8}) {
		t.Errorf("protected %v, range %v, notes %+v", d.ProtectedFrames(1), d.Range(), n)
	}
	if cut, ok := d.Cut(5); !ok || !cut {
		t.Errorf("the cut by hand")
	}
	h.Forget()
	if _, ok := h.CanUndo(); ok {
		t.Error("something can be undone")
	}
	if _, err := annotate.Restore(d.Contents()); err != nil {
		t.Errorf("what is stored cannot be read: %v", err)
	}
}
