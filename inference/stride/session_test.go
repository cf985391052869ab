package stride

import (
	"errors"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
)

func TestStrideMustBeTwoOrMore(t *testing.T) {
	for _, n := range []int{-1, 0, 1} {
		if _, err := New(newOracle(t, &scene{}), &scene{}, "", n, &scene{}); !errors.Is(err, inference.ErrUsage) {
			t.Errorf("a stride of %d: %v", n, err)
		}
	}
}

// Where the picture moves evenly, the filled in masks are the true ones, in
// both directions from a keyframe off the rhythm.
func TestFilledInMasksAreTrue(t *testing.T) {
	sc := &scene{frames: 18}
	o, s := open(t, sc, 4, at(1, 6))
	got := enginetest.Drain(t, s, sc.request(1))
	if len(got) != sc.frames {
		t.Fatalf("%d of %d frames came", len(got), sc.frames)
	}
	var tracked []int
	for _, k := range o.tracked {
		tracked = append(tracked, k.Frame)
	}
	if !slices.Equal(tracked, []int{6, 8, 12, 16, 17, 4, 0}) {
		t.Errorf("tracked frames %v", tracked)
	}
	for k, r := range got {
		isTracked := slices.Contains(tracked, k.Frame)
		if !load(t, r).Equal(sc.truth(k.Frame)) {
			t.Errorf("frame %d: the mask is not the true one", k.Frame)
		}
		if (r.Source == annotate.Warped) == isTracked {
			t.Errorf("frame %d is said to be %q", k.Frame, r.Source)
		}
		if isTracked {
			continue
		}
		if r.Engine != "oracle" || r.Score <= 0 || r.IoU != 0 || !(r.Confidence > 0.8 && r.Confidence < 0.9) {
			t.Errorf("frame %d: %+v; the tracked ones have confidence 0.9", k.Frame, r)
		}
	}
}

func TestNeededFrames(t *testing.T) {
	sc := &scene{frames: 40}
	_, s := open(t, sc, 5, at(1, 7), at(2, 13))
	if err := s.SetKnown(at(1, 22), sc.truth(22), true); err != nil {
		t.Fatal(err)
	}
	all := func(first, last int) (out []int) {
		for f := first; f <= last; f++ {
			out = append(out, f)
		}
		return out
	}
	for _, c := range []struct {
		name    string
		frames  []int
		rng     annotate.Range
		objects []annotate.ObjectID
		want    []int
	}{
		{"both objects", all(0, 39), annotate.Range{First: 0, Last: 39}, []annotate.ObjectID{1, 2}, []int{0, 5, 7, 10, 13, 15, 20, 22, 25, 30, 35, 39}},
		{"one object", all(0, 39), annotate.Range{First: 0, Last: 39}, []annotate.ObjectID{2}, []int{0, 5, 10, 13, 15, 20, 25, 30, 35, 39}},
		{"part", all(11, 18), annotate.Range{First: 11, Last: 18}, []annotate.ObjectID{1}, []int{11, 15, 18}},
		{"keyframe outside, order kept", append([]int{7}, all(11, 16)...), annotate.Range{First: 11, Last: 16}, []annotate.ObjectID{1}, []int{7, 11, 15, 16}},
	} {
		req := sc.request(c.objects...)
		req.Range = c.rng
		if got := s.Needed(c.frames, &req); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if got := s.Needed(all(2, 11), nil); !slices.Equal(got, []int{2, 5, 7, 10, 11}) {
		t.Errorf("without a request: %v", got)
	}
	if got := s.Needed(nil, nil); len(got) != 0 {
		t.Errorf("of no frames: %v", got)
	}
}

func TestHiddenOnBothSidesIsHiddenBetween(t *testing.T) {
	sc := &scene{frames: 16, hidden: map[int]bool{5: true, 6: true, 7: true, 8: true, 9: true, 10: true}}
	_, s := open(t, sc, 5, at(1, 0))
	sc.read = nil
	got := enginetest.Drain(t, s, sc.request(1))
	for f := 5; f <= 10; f++ {
		if r := got[at(1, f)]; r.Area != 0 || r.Score > 0 || r.Confidence <= 0.5 {
			t.Errorf("frame %d: %+v", f, r)
		}
	}
	for _, f := range sc.read {
		if f > 5 && f < 10 {
			t.Errorf("frame %d was read to move an empty mask", f)
		}
	}
	// It goes, and comes back, somewhere between: the nearer side counts, and the
	// user is asked to look.
	for f, visible := range map[int]bool{1: true, 2: true, 3: false, 4: false, 11: false, 12: false, 13: true, 14: true} {
		r := got[at(1, f)]
		if (r.Area > 0) != visible || (r.Score > 0) != visible || r.Confidence >= 0.5 {
			t.Errorf("frame %d, visible %v: %+v", f, visible, r)
		}
	}
}

// Across a hard cut nothing is moved: each side fills its own scene.
func TestCutBetween(t *testing.T) {
	sc := &scene{frames: 16, cuts: map[int]bool{7: true}}
	_, s := open(t, sc, 5, at(1, 0))
	got := enginetest.Drain(t, s, sc.request(1))
	for f := range sc.frames {
		if !load(t, got[at(1, f)]).Equal(sc.truth(f)) {
			t.Errorf("frame %d: the mask is not that of its own scene", f)
		}
	}
	sc = &scene{frames: 6, cuts: map[int]bool{2: true, 4: true}}
	_, s = open(t, sc, 5, at(1, 0))
	got = enginetest.Drain(t, s, sc.request(1))
	for _, f := range []int{2, 3} {
		if r := got[at(1, f)]; r.Area != 0 || r.Confidence != 0 {
			t.Errorf("frame %d, in a scene that was not tracked at all: %+v", f, r)
		}
	}
}

// What the user does while the run is under way comes first.
func TestPromptsDuringTheRun(t *testing.T) {
	sc := &scene{frames: 13}
	_, s := open(t, sc, 6, at(1, 0), at(2, 0))
	p, err := s.Propagate(sc.request(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for range 2 { // frames 0 and 6 of object 1
		if _, err := p.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.SetPrompt(t.Context(), at(1, 3), click); err != nil {
		t.Fatal(err)
	}
	small := annotate.NewBitmap(videoW, videoH)
	small.Set(20, 15, true)
	if err := s.SetKnown(at(1, 4), annotate.MaskFromBitmap(small), true); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveObject(2); err != nil {
		t.Fatal(err)
	}
	got := map[annotate.FrameKey]annotate.Result{}
	for {
		res, err := p.Next(t.Context())
		if err != nil {
			break
		}
		for id, r := range res.Results {
			got[annotate.FrameKey{Object: id, Frame: res.Frame}] = r
		}
	}
	for f := 1; f < 13; f++ {
		_, came := got[at(1, f)]
		if want := f != 3 && f != 4 && f != 6; came != want {
			t.Errorf("frame %d came: %v, want %v", f, came, want)
		}
	}
	if r := got[at(1, 5)]; r.Confidence > 0.1 {
		t.Errorf("frame 5 has confidence %g: the accepted mask beside it did not count", r.Confidence)
	}
	if c := p.Coverage(); c.Finished != c.Frames || c.Worked != c.Work {
		t.Errorf("ended with %+v", c)
	}
}

// The engine's own session never learns masks that it has not made, except
// under a prompt.
func TestMasksBetweenStayHidden(t *testing.T) {
	sc := &scene{frames: 11}
	o, s := open(t, sc, 5, at(1, 0))
	enginetest.Drain(t, s, sc.request(1))
	knows := func(want ...int) {
		t.Helper()
		var have []int
		for k := range o.known {
			have = append(have, k.Frame)
		}
		slices.Sort(have)
		if !slices.Equal(have, want) {
			t.Errorf("the engine knows frames %v, want %v", have, want)
		}
	}
	knows(0, 5, 10)
	if _, err := s.Preview(t.Context(), at(1, 3), click); err != nil {
		t.Fatal(err)
	}
	knows(0, 5, 10)
	if _, err := s.SetPrompt(t.Context(), at(1, 3), annotate.Prompt{}); err == nil {
		t.Fatal("an empty prompt was taken")
	}
	knows(0, 5, 10)
	if _, err := s.SetPrompt(t.Context(), at(1, 3), click); err != nil {
		t.Fatal(err)
	}
	knows(0, 3, 5, 10)
	if err := s.SetKnown(at(1, 3), sc.truth(3), false); err != nil {
		t.Fatal(err)
	}
	knows(0, 3, 5, 10)
	if err := s.ClearPrompt(at(1, 3)); err != nil {
		t.Fatal(err)
	}
	knows(0, 5, 10)
	for _, f := range []int{4, 10} { // told after a restart
		if err := s.SetKnown(at(1, f), sc.truth(f), false); err != nil {
			t.Fatal(err)
		}
	}
	knows(0, 5, 10)
	if err := s.SetKnown(at(1, 4), sc.truth(4), true); err != nil {
		t.Fatal(err)
	}
	knows(0, 4, 5, 10)
	// The protection is lifted: the mask stays, between the tracked ones.
	if err := s.SetKnown(at(1, 4), sc.truth(4), false); err != nil {
		t.Fatal(err)
	}
	knows(0, 5, 10)
	// A frame that was the end of another range is one between in this one.
	part := sc.request(1)
	part.Range.Last = 7
	enginetest.Drain(t, s, part)
	knows(0, 5, 7, 10)
	if _, err := s.Preview(t.Context(), at(1, 7), click); err != nil {
		t.Fatal(err)
	}
	knows(0, 5, 7, 10)
	enginetest.Drain(t, s, sc.request(1))
	knows(0, 5, 10)
	if r, ok := s.stands(at(1, 7)); !ok || r.Source != annotate.Warped {
		t.Errorf("on frame 7 stands %+v", r)
	}
}

// An engine that fails, or is cancelled, can be asked again.
func TestFailureBetweenFrames(t *testing.T) {
	sc := &scene{frames: 9}
	o, s := open(t, sc, 4, at(1, 0))
	p, err := s.Propagate(sc.request(1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	boom := errors.New("boom")
	seen := map[int]bool{}
	for len(seen) < sc.frames {
		o.fail = boom
		res, err := p.Next(t.Context())
		o.fail = nil
		if errors.Is(err, boom) {
			if res, err = p.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		seen[res.Frame] = true
	}
}
