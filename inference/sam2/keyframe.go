package sam2

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// keyframe is a prompted frame of an object.
type keyframe struct {
	prompt annotate.Prompt
	init   bool      // answered without memory: the object was not tracked there
	rev    bool      // direction of the memory otherwise
	base   *output   // what tracking had found there before, or nil
	steps  []*output // the answer after each step of the prompt; the last counts
	// shown is the mask to show, or the zero Mask for that of the answer.
	shown annotate.Mask
	// restored: taken over from an earlier session, with the last step alone.
	restored bool
}

func (k *keyframe) answer() *output { return k.steps[len(k.steps)-1] }

// embedded keeps the conditioned features of the frame that is being prompted,
// so that the next click on it costs only a decoder run.
type embedded struct {
	key annotate.FrameKey
	emb []float32
}

// steps splits a prompt into the order in which it was made: the box or the mask,
// then one click after the other.
func steps(p annotate.Prompt) []annotate.Prompt {
	var out []annotate.Prompt
	if p.Mask != nil {
		out = append(out, annotate.Prompt{Mask: p.Mask})
	}
	if p.Box != nil {
		out = append(out, annotate.Prompt{Box: p.Box})
	}
	for i := range p.Points {
		out = append(out, annotate.Prompt{Box: p.Box, Mask: p.Mask, Points: p.Points[:i+1]})
	}
	return out
}

// SetPrompt implements inference.Session.
func (s *Session) SetPrompt(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) (annotate.Result, error) {
	leave, err := s.own()
	if err != nil {
		return annotate.Result{}, err
	}
	defer leave()
	if s.strict {
		if prompt.Corrects() {
			if err := s.p.AddPrompt(ctx, key, annotate.Prompt{Mask: prompt.Mask}); err != nil {
				return annotate.Result{}, err
			}
			prompt.Mask = nil
		}
		if err := s.p.AddPrompt(ctx, key, prompt); err != nil {
			return annotate.Result{}, err
		}
		out := s.p.object(key.Object).pending(key.Frame)
		return s.result(out, annotate.Mask{}, promptSource(prompt)), nil
	}
	k, o, err := s.compute(ctx, key, prompt)
	if err != nil {
		return annotate.Result{}, err
	}
	s.p.keep(o)
	s.keys[key] = k
	delete(s.kept, key.Object)
	if c := o.cond[key.Frame]; c == nil || !c.protected {
		o.pendCond[key.Frame] = k.answer()
	}
	return s.promptResult(k), nil
}

// Preview implements inference.Session.
func (s *Session) Preview(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) (annotate.Result, error) {
	leave, err := s.own()
	if err != nil {
		return annotate.Result{}, err
	}
	defer leave()
	if s.strict {
		if prompt.Corrects() {
			prompt.Mask = nil
		}
		a, err := s.p.prepare(ctx, key, prompt)
		if err != nil {
			return annotate.Result{}, err
		}
		return s.result(a.out, annotate.Mask{}, promptSource(prompt)), nil
	}
	k, _, err := s.compute(ctx, key, prompt)
	if err != nil {
		return annotate.Result{}, err
	}
	return s.promptResult(k), nil
}

// promptResult shows a painted mask as it was painted.
func (s *Session) promptResult(k *keyframe) annotate.Result {
	shown := k.shown
	if k.prompt.IsMask() {
		shown = *k.prompt.Mask
	}
	return s.result(k.answer(), shown, promptSource(k.prompt))
}

func promptSource(p annotate.Prompt) annotate.Source {
	if p.IsMask() {
		return annotate.Painted
	}
	return annotate.Prompted
}

// compute answers a prompt. It changes nothing; the returned object is the one
// to keep.
func (s *Session) compute(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) (*keyframe, *object, error) {
	if err := s.p.check(key, prompt); err != nil {
		return nil, nil, err
	}
	o := s.p.object(key.Object)
	if o == nil {
		o = newObject(key.Object)
	}
	old := s.keys[key]
	if old != nil && old.restored {
		var err error
		if old, err = s.revive(ctx, o, key, old); err != nil {
			return nil, nil, fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
		}
	}
	k := s.begin(o, key.Frame, old)
	k.prompt = prompt
	list := s.stepsOn(k.base, prompt)
	done := 0
	if old != nil {
		done = common(s.stepsOn(k.base, old.prompt), list)
		k.steps = slices.Clone(old.steps[:done])
		if done == len(list) && done == len(old.steps) {
			k.shown = old.shown
		}
	}
	for _, step := range list[done:] {
		out, err := s.step(ctx, o, key, k, step)
		if err != nil {
			return nil, nil, fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
		}
		k.steps = append(k.steps, out)
	}
	return k, o, nil
}

// stepsOn splits a prompt as steps does. A mask that clicks correct is no step
// where it is what tracking found: the base says more than its pixels.
func (s *Session) stepsOn(base *output, p annotate.Prompt) []annotate.Prompt {
	if base != nil && p.Corrects() {
		w, h := s.video.Size()
		found := base.mask
		if found.IsZero() {
			found = videoMask(s.p.logits(base), s.p.m.lowRes(), w, h)
		}
		if found.Equal(*p.Mask) {
			p.Mask = nil
		}
	}
	return steps(p)
}

// begin says on what a frame's answers rest. That stays as it was when the
// frame was first prompted.
func (s *Session) begin(o *object, frame int, old *keyframe) *keyframe {
	if old != nil {
		return &keyframe{init: old.init, rev: old.rev, base: old.base}
	}
	rev, tracked := o.tracked[frame]
	if !tracked || !o.guided(frame) {
		return &keyframe{init: true}
	}
	return &keyframe{rev: rev, base: o.non[frame]}
}

// guided reports whether conditioning frames other than this one are stored.
func (o *object) guided(frame int) bool { return len(o.stored(frame).cond) > 0 }

func common(a, b []annotate.Prompt) int {
	n := 0
	for n < min(len(a), len(b)) && a[n].Equal(b[n]) {
		n++
	}
	return n
}

// step answers the next step of a keyframe's prompt.
func (s *Session) step(ctx context.Context, o *object, key annotate.FrameKey, k *keyframe, prompt annotate.Prompt) (*output, error) {
	if prompt.IsMask() {
		return s.p.maskOutput(ctx, o.id, key.Frame, *prompt.Mask)
	}
	feat, err := s.p.src.Features(ctx, key.Frame)
	if err != nil {
		return nil, err
	}
	tr := Trace{Object: o.id, Frame: key.Frame, Reverse: k.rev}
	emb, err := s.conditioned(ctx, o, key, k, feat, &tr)
	if err != nil {
		return nil, err
	}
	var prior []float32
	if n := len(k.steps); n > 0 {
		prior = clampPrior(k.steps[n-1].low)
	} else if k.base != nil {
		prior = clampPrior(s.p.logits(k.base))
	}
	return s.p.decodePrompt(ctx, feat, emb, prompt, prior, &tr)
}

// conditioned returns the decoder's embedding for a prompted frame. The frame's
// own stored memory is left out: it holds the answer to be replaced.
func (s *Session) conditioned(ctx context.Context, o *object, key annotate.FrameKey, k *keyframe, feat *Features, tr *Trace) ([]float32, error) {
	init := k.init || !o.guided(key.Frame)
	if !init && s.emb.key == key && s.emb.emb != nil {
		return s.emb.emb, nil
	}
	emb, err := s.p.embedding(ctx, o, key.Frame, k.rev, init, key.Frame, feat, tr)
	if err == nil && !init {
		s.emb = embedded{key, emb}
	}
	return emb, err
}

// changed forgets what rests on the memory bank as it was.
func (s *Session) changed() { s.emb = embedded{} }
