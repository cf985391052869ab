package sam2

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Restore implements inference.Restorer. What the mask alone does not tell is
// computed when the keyframe first guides a frame or is prompted again.
func (s *Session) Restore(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt, answer annotate.Result) error {
	if s.strict {
		return inference.Restore(ctx, struct{ inference.Session }{s}, key, prompt, answer)
	}
	leave, err := s.own()
	if err != nil {
		return err
	}
	defer leave()
	if err := s.p.check(key, prompt); err != nil {
		return err
	}
	mask, err := answer.Mask.Load()
	if err != nil {
		return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
	}
	if err := s.checkSize(key, mask); err != nil {
		return err
	}
	o := s.p.object(key.Object)
	if o == nil {
		o = newObject(key.Object)
		s.p.keep(o)
	}
	s.changed()
	delete(s.kept, key.Object)
	out := knownOutput(mask, false)
	out.score, out.iou = float32(answer.Score), float32(answer.IoU)
	s.keys[key] = &keyframe{prompt: prompt, restored: true, shown: mask, steps: []*output{out}}
	if c := o.cond[key.Frame]; c == nil || !c.protected {
		o.pendCond[key.Frame] = out
	}
	return nil
}

// revive computes what a restored keyframe needs to guide others. If its prompt
// alone gives the mask again, that is how it was answered; otherwise it was a
// correction, and the mask itself says more than a new answer would. It changes
// nothing.
func (s *Session) revive(ctx context.Context, o *object, key annotate.FrameKey, k *keyframe) (*keyframe, error) {
	fresh := &keyframe{prompt: k.prompt, init: true}
	list := steps(k.prompt)
	for _, step := range list {
		out, err := s.step(ctx, o, key, fresh, step)
		if err != nil {
			return nil, err
		}
		fresh.steps = append(fresh.steps, out)
	}
	w, h := s.video.Size()
	if k.prompt.IsMask() || videoMask(fresh.answer().low, s.p.m.lowRes(), w, h).Equal(k.shown) {
		return fresh, nil
	}
	out, err := s.p.maskOutput(ctx, o.id, key.Frame, k.shown)
	if err != nil {
		return nil, err
	}
	out.score, out.iou = k.answer().score, k.answer().iou
	return &keyframe{prompt: k.prompt, shown: k.shown, steps: slices.Repeat([]*output{out}, len(list))}, nil
}

// reviveAll revives the restored keyframes of an object that wait to enter the
// memory bank.
func (s *Session) reviveAll(ctx context.Context, o *object) error {
	for frame := range o.pendCond {
		key := annotate.FrameKey{Object: o.id, Frame: frame}
		k := s.keys[key]
		if k == nil || !k.restored || o.pendCond[frame] != k.answer() {
			continue // nothing of it is missing
		}
		fresh, err := s.revive(ctx, o, key, k)
		if err != nil {
			return fmt.Errorf("object %d, frame %d: %w", o.id, frame, err)
		}
		s.keys[key], o.pendCond[frame] = fresh, fresh.answer()
	}
	return nil
}
