package sam2

import (
	"maps"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
	"github.com/masklet/masklet/inference/tracklet"
)

// An object that is followed in two stretches is tracked in each as if the other
// did not exist: neither keyframes nor memory reach across a scene cut.
func TestNoMemoryAcrossACut(t *testing.T) {
	const frames, cut = 12, 6
	req := inference.PropagateRequest{Objects: []annotate.ObjectID{1}, Direction: inference.Both}
	masks := func(s inference.Session, r annotate.Range) map[annotate.FrameKey]string {
		req.Range = r
		out := map[annotate.FrameKey]string{}
		for k, res := range enginetest.Drain(t, s, req) {
			out[k] = shown(t, res)
		}
		return out
	}
	prompts := map[int]annotate.Prompt{1: click(20, 15, true), 8: click(9, 22, true)}
	want := map[annotate.FrameKey]string{}
	for frame, r := range map[int]annotate.Range{1: {First: 0, Last: cut - 1}, 8: {First: cut, Last: frames - 1}} {
		alone := newRig(t, frames, defaults())
		alone.prompt(1, frame, prompts[frame])
		maps.Copy(want, masks(alone.s, r))
	}
	s := tracklet.New(newRig(t, frames, defaults()).s)
	if _, err := s.Split(1, []annotate.Range{{First: 0, Last: cut - 1}, {First: cut, Last: frames - 1}}); err != nil {
		t.Fatal(err)
	}
	for _, frame := range []int{1, 8} {
		if _, err := s.SetPrompt(t.Context(), key(1, frame), prompts[frame]); err != nil {
			t.Fatal(err)
		}
	}
	got := masks(s, annotate.Range{First: 0, Last: frames - 1})
	if !maps.Equal(got, want) {
		t.Errorf("%d frames, want %d, or other masks", len(got), len(want))
	}
	whole := newRig(t, frames, defaults())
	for frame, p := range prompts {
		whole.prompt(1, frame, p)
	}
	if maps.Equal(masks(whole.s, annotate.Range{First: 0, Last: frames - 1}), want) {
		t.Error("in one stretch it is the same: the test shows nothing")
	}
}
