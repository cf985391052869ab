package sam2

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// orderRun is a toy predictor that remembers which conditioning frames each
// frame attended to, in order.
type orderRun struct {
	t    *testing.T
	p    *Predictor
	seen map[int][]int
}

func newOrderRun(t *testing.T, frames int, change func(*Options)) *orderRun {
	t.Helper()
	m := toyModel()
	g := &toyGraphs{m: m}
	r := &orderRun{t: t, seen: map[int][]int{}}
	opt := ReferenceOptions(m)
	if change != nil {
		change(&opt)
	}
	opt.Trace = func(tr Trace) {
		if tr.Selection == nil {
			return
		}
		r.seen[tr.Frame] = nil
		for _, s := range tr.Selection.Spatial {
			if s.Row == m.NumMaskmem-1 {
				r.seen[tr.Frame] = append(r.seen[tr.Frame], s.Frame)
			}
		}
	}
	var err error
	if r.p, err = NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: frames}}, Video{40, 30, frames}, opt); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *orderRun) click(frames ...int) {
	r.t.Helper()
	for _, f := range frames {
		prompt := annotate.Prompt{}.WithPoint(annotate.Point{X: 5, Y: 5, Positive: true})
		if err := r.p.AddPrompt(context.Background(), annotate.FrameKey{Object: 1, Frame: f}, prompt); err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *orderRun) propagate() {
	r.t.Helper()
	if err := propagateAll(context.Background(), r.p, 0, -1, false); err != nil {
		r.t.Fatal(err)
	}
}

func (r *orderRun) attended(frame int, want ...int) {
	r.t.Helper()
	if got := r.seen[frame]; !slices.Equal(got, want) {
		r.t.Errorf("frame %d attends to the conditioning frames %v, want %v", frame, got, want)
	}
}

// The reference attends to conditioning frames in the order of their first
// prompts; a frame that was cleared and prompted again counts as new.
func TestConditioningFramesInTheOrderOfPrompts(t *testing.T) {
	r := newOrderRun(t, 12, nil)
	r.click(7, 2, 9, 2)
	r.propagate()
	r.attended(4, 7, 2, 9)
	if err := r.p.Clear(annotate.FrameKey{Object: 1, Frame: 7}); err != nil {
		t.Fatal(err)
	}
	r.click(7)
	r.propagate()
	r.attended(4, 2, 9, 7)

	sorted := newOrderRun(t, 12, func(o *Options) { o.PromptOrder = false })
	sorted.click(7, 2, 9)
	sorted.propagate()
	sorted.attended(4, 2, 7, 9)
}

// Of frames at the same distance, the one prompted first is taken.
func TestEquallyDistantConditioningFrames(t *testing.T) {
	for _, c := range []struct{ prompts, want []int }{
		{[]int{2, 4, 8, 10}, []int{4, 8, 2}},
		{[]int{10, 8, 4, 2}, []int{4, 8, 10}},
		{[]int{10, 2, 8, 4}, []int{4, 8, 10}},
	} {
		t.Run(fmt.Sprint(c.prompts), func(t *testing.T) {
			r := newOrderRun(t, 12, func(o *Options) { o.MaxCond = 3 })
			r.click(c.prompts...)
			r.propagate()
			r.attended(6, c.want...)
		})
	}
}

// A mask on a tracked frame needs no memory: the object keeps what it has even
// if no conditioning frame is left, and a click starts it anew.
func TestPromptsWithoutConditioningFrames(t *testing.T) {
	r := newOrderRun(t, 6, func(o *Options) { o.AllFramesAsCond = true })
	r.click(0)
	r.propagate()
	if err := r.p.Clear(annotate.FrameKey{Object: 1, Frame: 0}); err != nil {
		t.Fatal(err)
	}
	mask := rectMask(40, 30, 5, 5, 20, 20)
	if err := r.p.AddPrompt(context.Background(), annotate.FrameKey{Object: 1, Frame: 3}, annotate.Prompt{Mask: &mask}); err != nil {
		t.Fatal(err)
	}
	if got := keys(r.p.object(1).non); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5}) {
		t.Errorf("after a mask the memories of the frames %v are left", got)
	}
	r.click(4)
	if o := r.p.object(1); len(o.non) != 0 || len(o.tracked) != 0 {
		t.Errorf("after a click the memories of the frames %v are left", keys(o.non))
	}
}
