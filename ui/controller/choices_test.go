package controller

import (
	"context"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// choosing is a session with two more masks for every prompt.
type choosing struct {
	*fakeSession
	restored map[annotate.FrameKey]annotate.Mask // read by the test when all is settled
}

func (s *choosing) Choices(_ context.Context, _ annotate.FrameKey, p annotate.Prompt) ([]annotate.Result, error) {
	list := []annotate.Result{annotate.NewResult(maskFor(p), 0.9, annotate.Prompted, s.e.name)}
	for row := range 2 {
		b := annotate.NewBitmap(fakeW, fakeH)
		b.Set(5, 5+row, true)
		list = append(list, annotate.NewResult(annotate.MaskFromBitmap(b), 0.7, annotate.Prompted, s.e.name))
	}
	return list, nil
}

func (s *choosing) Restore(_ context.Context, k annotate.FrameKey, _ annotate.Prompt, r annotate.Result) error {
	m, err := r.Mask.Load()
	s.restored[k] = m
	return err
}

// One key goes through the masks of a click and back to the first; the session
// is told, also by an undo.
func TestOtherMasksOfAClick(t *testing.T) {
	r := newRig(t, 5, nil)
	var s *choosing
	r.engine.wrap = func(f *fakeSession) inference.Session {
		s = &choosing{f, map[annotate.FrameKey]annotate.Mask{}}
		return s
	}
	r.OpenFile("clip.mp4")
	r.wait("the engine is ready", func() bool { ready, _ := r.EngineReady(); return ready })
	r.OtherMask() // nothing to choose from yet
	r.Click(3, 3, true)
	r.settled()
	k := key(1, 0)
	first := r.mask(1, 0)
	seen := []annotate.Mask{first}
	for range 3 {
		before := r.mask(1, 0)
		r.OtherMask()
		r.wait("another mask", func() bool { return !r.mask(1, 0).Equal(before) })
		r.settled()
		if !s.restored[k].Equal(r.mask(1, 0)) {
			t.Error("the session was not told the mask that was chosen")
		}
		seen = append(seen, r.mask(1, 0))
	}
	if !seen[3].Equal(first) || seen[1].Equal(seen[2]) {
		t.Error("three masks were not gone through in turn")
	}
	r.Undo()
	r.settled()
	if !r.mask(1, 0).Equal(seen[2]) || !s.restored[k].Equal(seen[2]) {
		t.Error("an undo did not bring the mask before back, or not to the session")
	}
	// The next click is a prompt of its own.
	r.Click(4, 4, true)
	r.settled()
	if p, _ := r.Document().Prompt(k); len(p.Points) != 2 {
		t.Errorf("%d points", len(p.Points))
	}
	r.Undo()
	r.settled()
	if !s.restored[k].Equal(seen[2]) || !r.mask(1, 0).Equal(seen[2]) {
		t.Error("an undo of the next click did not bring the chosen mask back")
	}
}

// An engine without other masks says so.
func TestNoOtherMask(t *testing.T) {
	r := opened(t, 5, nil)
	r.Click(3, 3, true)
	r.settled()
	before := r.mask(1, 0)
	r.OtherMask()
	r.settled()
	if !r.mask(1, 0).Equal(before) {
		t.Error("the mask changed")
	}
}
