package sam2

import (
	"errors"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// restored is a fresh session that was given keyframes with their answers.
func restored(t *testing.T, frames int, prompts map[annotate.FrameKey]annotate.Prompt, answers map[annotate.FrameKey]annotate.Result) *rig {
	t.Helper()
	r := newRig(t, frames, defaults())
	calls := 0
	r.g.before = func(string) error { calls++; return nil }
	for k, p := range prompts {
		if err := r.s.Restore(t.Context(), k, p, answers[k]); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 0 {
		t.Errorf("restoring ran %d graphs", calls)
	}
	return r
}

// A session that takes prompted frames back tracks as the one that answered
// them, and answers the next click alike.
func TestRestoredKeyframesGuideAsBefore(t *testing.T) {
	mask := rectMask(48, 36, 5, 6, 20, 30)
	prompts := map[annotate.FrameKey]annotate.Prompt{
		key(1, 2): click(20, 20, true).WithPoint(annotate.Point{X: 30, Y: 9}),
		key(1, 9): {Box: &annotate.Box{X0: 4, Y0: 5, X1: 40, Y1: 30}},
		key(2, 5): {Mask: &mask},
	}
	live := newRig(t, 14, defaults())
	answers := map[annotate.FrameKey]annotate.Result{}
	for k, p := range prompts {
		answers[k] = live.prompt(int(k.Object), k.Frame, p)
	}
	again := restored(t, 14, prompts, answers)
	want := live.track(live.request(inference.Both, 1, 2))
	differ(t, "restored", again.track(again.request(inference.Both, 1, 2)), want)
	for k := range prompts {
		if want[k] != shown(t, answers[k]) {
			t.Errorf("%v: the keyframe is not what it was", k)
		}
	}

	more := prompts[key(1, 2)].WithPoint(annotate.Point{X: 8, Y: 8, Positive: true})
	clicked := restored(t, 14, prompts, answers)
	got := shown(t, clicked.prompt(1, 2, more))
	live = newRig(t, 14, defaults())
	live.prompt(1, 2, prompts[key(1, 2)])
	if got != shown(t, live.prompt(1, 2, more)) {
		t.Error("the next click is answered in another way")
	}
	fewer := restored(t, 14, prompts, answers)
	live = newRig(t, 14, defaults())
	if shown(t, fewer.prompt(1, 2, click(20, 20, true))) != shown(t, live.prompt(1, 2, click(20, 20, true))) {
		t.Error("a click that is taken back still counts")
	}
}

// What a correction gave rested on memory that is gone: its mask stands, guides
// its neighbours, and is the ground of the next click.
func TestRestoredCorrectionStands(t *testing.T) {
	live := newRig(t, 14, defaults())
	prompts := map[annotate.FrameKey]annotate.Prompt{key(1, 0): click(20, 20, true), key(1, 7): click(12, 9, true)}
	answers := map[annotate.FrameKey]annotate.Result{key(1, 0): live.prompt(1, 0, prompts[key(1, 0)])}
	live.track(live.request(inference.Both, 1))
	answers[key(1, 7)] = live.prompt(1, 7, prompts[key(1, 7)])
	fresh := newRig(t, 14, defaults())
	if shown(t, fresh.prompt(1, 7, prompts[key(1, 7)])) == shown(t, answers[key(1, 7)]) {
		t.Fatal("the prompt alone gives the same mask, the test proves nothing")
	}
	again := restored(t, 14, prompts, answers)
	got := again.track(again.request(inference.Both, 1))
	for k, a := range answers {
		if got[k] != shown(t, a) {
			t.Errorf("%v is\n%s, was\n%s", k, got[k], shown(t, a))
		}
	}
	k := again.s.keys[key(1, 7)]
	if same := shown(t, again.prompt(1, 7, prompts[key(1, 7)])); same != shown(t, answers[key(1, 7)]) {
		t.Errorf("asked again: %s", same)
	}
	next := again.prompt(1, 7, prompts[key(1, 7)].WithPoint(annotate.Point{X: 30, Y: 20}))
	if again.s.keys[key(1, 7)].steps[0] != k.steps[0] || shown(t, next) == shown(t, answers[key(1, 7)]) {
		t.Error("the next click does not rest on the mask that stood")
	}
}

func TestRestoreRefusals(t *testing.T) {
	r := newRig(t, 4, defaults())
	before := r.state()
	small := annotate.NewResult(rectMask(5, 5, 0, 0, 2, 2), 1, annotate.Prompted, "toy")
	good := annotate.NewResult(annotate.EmptyMask(48, 36), 1, annotate.Prompted, "toy")
	for name, err := range map[string]error{
		"size":   r.s.Restore(t.Context(), key(1, 1), click(9, 9, true), small),
		"frame":  r.s.Restore(t.Context(), key(1, 4), click(9, 9, true), good),
		"prompt": r.s.Restore(t.Context(), key(1, 1), annotate.Prompt{}, good),
	} {
		if !errors.Is(err, inference.ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r.state() != before {
		t.Error("bad input changed the state")
	}
	settings := defaults()
	settings.StrictParity = true
	strict := newRig(t, 4, settings)
	if err := strict.s.Restore(t.Context(), key(1, 1), click(9, 9, true), good); err != nil {
		t.Fatal(err)
	}
	if o := strict.s.p.object(1); o == nil || o.pendCond[1] == nil {
		t.Error("strict parity forgets the keyframe")
	}
}
