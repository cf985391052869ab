package controller

import (
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// A project that is opened again tells its masks before the prompts that made
// them, and the answers to those prompts change nothing.
func TestOpeningAgainKeepsTheStoredMasks(t *testing.T) {
	r := newRig(t, 20, nil)
	doc := r.project.doc
	// The stored masks are other ones than the engine would answer with.
	stored := annotate.NewBitmap(fakeW, fakeH)
	for x := range 7 {
		stored.Set(x, 3, true)
	}
	kept := annotate.NewResult(annotate.MaskFromBitmap(stored), 0.8, annotate.Prompted, "fake")
	none := annotate.NewResult(annotate.EmptyMask(fakeW, fakeH), 0.1, annotate.Prompted, "fake")
	point := annotate.Prompt{}.WithPoint(annotate.Point{X: 2, Y: 3, Positive: true})
	r.project.hist.Do(annotate.Change{Name: "Earlier work", Edits: []annotate.Edit{
		doc.SetObject(annotate.Object{ID: 1}),
		doc.SetPrompt(key(1, 4), &point), doc.SetResult(key(1, 4), &kept),
		doc.SetPrompt(key(1, 9), &point), doc.SetResult(key(1, 9), &none),
		doc.SetResult(key(1, 12), &kept), doc.SetProtected(key(1, 12), true),
		doc.SetResult(key(1, 13), &kept),
	}})
	before := contents(t, doc)
	r.OpenFile("clip.mp4")
	r.wait("the engine is ready", func() bool { ready, _ := r.EngineReady(); return ready })
	r.settled()
	s := r.engine.open
	s.mu.Lock()
	told := slices.Clone(s.told)
	s.mu.Unlock()
	want := []string{"mask 1/12 area 7 protected true", "mask 1/4 area 7 protected false", "prompt 1/4", "prompt 1/9"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if after := contents(t, doc); after != before {
		t.Errorf("the document changed from\n%s\nto\n%s", before, after)
	}

	// A click on a frame that an earlier session tracked corrects the mask there.
	r.GoTo(13)
	r.Click(1, 1, false)
	r.settled()
	s.mu.Lock()
	told = slices.Clone(s.told[len(want):])
	s.mu.Unlock()
	if want := []string{"mask 1/13 area 7 protected false", "prompt 1/13"}; !slices.Equal(told, want) {
		t.Errorf("for the click: told %q, want %q", told, want)
	}
}
