package classic

import (
	"context"
	"fmt"

	"masklet/annotate"
	"masklet/inference"
	"masklet/inference/classic/track"
	"masklet/inference/classic/vision"
)

// replayed is how many of the finished frames before the one to be tracked are
// shown to a new tracker: older ones no longer show in its running means.
const replayed = 120

// cursor returns the tracker of a task, brought to the frame before. Finished
// frames on the way are replayed from their masks, not computed again.
func (p *propagation) cursor(ctx context.Context, t task, frame int) (*cursor, error) {
	towards := 1
	if t.pass.backward {
		towards = -1
	}
	k := cursorKey{t.object, t.pass}
	o := p.s.objects[t.object]
	p.mu.Lock()
	c := p.cursors[k]
	if c == nil {
		if c = o.parked[t.pass]; c != nil && (frame-towards-c.at)*towards < 0 {
			c = nil
		}
	}
	p.mu.Unlock()
	if c == nil {
		var err error
		if c, err = p.start(ctx, o, t); err != nil {
			return nil, err
		}
		if gap := (frame - towards - c.at) * towards; gap > replayed {
			c.at = frame - towards*(replayed+1)
		}
	}
	p.mu.Lock()
	p.cursors[k] = c
	delete(o.parked, t.pass)
	p.mu.Unlock()
	for c.at != frame-towards {
		next := c.at + towards
		v, err := p.views.get(ctx, next)
		if err != nil {
			return nil, err
		}
		mask, ok := o.finished(next, t.pass.backward)
		if !ok {
			return nil, fmt.Errorf("%w: object %d has no mask on frame %d to go on from", inference.ErrUsage, t.object, next)
		}
		if err := c.tracker.Accept(v.lab, grayOf(mask)); err != nil {
			return nil, err
		}
		c.at = next
	}
	return c, nil
}

// start makes a tracker at the keyframe of a pass.
func (p *propagation) start(ctx context.Context, o *object, t task) (*cursor, error) {
	key, ok := o.key(t.pass.from)
	if !ok {
		return nil, fmt.Errorf("%w: object %d lost its prompt on frame %d", inference.ErrUsage, t.object, t.pass.from)
	}
	v, err := p.views.get(ctx, t.pass.from)
	if err != nil {
		return nil, err
	}
	tr, err := track.New(v.lab, grayOf(key.small))
	if err != nil {
		return nil, err
	}
	return &cursor{tr, t.pass.from}, nil
}

// finished returns the working mask with which a pass goes on from a frame: the
// forward pass from its own answer, where that is kept, not from the joined one.
func (o *object) finished(frame int, backward bool) (annotate.Mask, bool) {
	if h, ok := o.half[frame]; ok && !backward {
		return h.small, true
	}
	k, ok := o.done[frame]
	return k.small, ok
}

// others returns 1 at the working pixels of objects that are known on a frame
// and that the step does not decide.
func (p *propagation) others(st step) []uint8 {
	var out []uint8
	for id, o := range p.s.objects {
		k, ok := o.key(st.frame)
		if !ok && !p.pending(id, st.frame) {
			k, ok = o.at(st.frame)
		}
		if !ok || k.small.Empty() || decides(st, id) {
			continue
		}
		if out == nil {
			out = make([]uint8, p.s.store.w*p.s.store.h)
		}
		for i, v := range grayOf(k.small).Pix {
			out[i] |= v
		}
	}
	return out
}

func decides(st step, id annotate.ObjectID) bool {
	for _, t := range st.tasks {
		if t.object == id {
			return true
		}
	}
	return false
}

// pending reports whether a later step of this propagation replaces what is
// known of an object on a frame.
func (p *propagation) pending(id annotate.ObjectID, frame int) bool {
	for _, st := range p.steps[p.at:] {
		if st.frame != frame {
			continue
		}
		for _, t := range st.tasks {
			if t.object == id && (t.role == final || t.role == join) {
				return true
			}
		}
	}
	return false
}

// settle gives pixels that several objects claim to the one with the best odds.
func settle(answers []answer) {
	if len(answers) < 2 {
		return
	}
	w := answers[0].step.Mask.W
	for i := range answers[0].step.Mask.Pix {
		best, odds := -1, float32(0)
		claims := 0
		for k := range answers {
			if answers[k].step.Mask.Pix[i] == 0 {
				continue
			}
			claims++
			if u := answers[k].step.Odds(i%w, i/w); best < 0 || u > odds {
				best, odds = k, u
			}
		}
		if claims < 2 {
			continue
		}
		for k := range answers {
			if k != best {
				answers[k].step.Mask.Pix[i] = 0
			}
		}
	}
}

// join mixes the answers of both passes between two keyframes: signed
// distances to the border, weighted by closeness to the keyframe and confidence.
func (p *propagation) join(frame int, a *answer) error {
	h, ok := p.s.objects[a.object].half[frame]
	if !ok {
		return nil
	}
	forward := grayOf(h.small)
	span := float64(a.after - a.before)
	const trust = 0.02 // keeps a side that is sure of nothing from dividing by zero
	wf := (h.confidence + trust) * float64(a.after-frame) / span
	wb := (a.step.Confidence + trust) * float64(frame-a.before) / span
	mixed, err := mixMasks(forward, a.step.Mask, float32(wf/(wf+wb)))
	if err != nil {
		return err
	}
	a.small = mixed
	a.confidence = (wf*h.confidence + wb*a.step.Confidence) / (wf + wb)
	return nil
}

// mixMasks returns the mask whose border lies between those of a and b: at
// share 1 it is a, at 0 it is b.
func mixMasks(a, b vision.Gray, share float32) (vision.Gray, error) {
	da, err := vision.SignedDistance(a.Pix, a.W, a.H)
	if err != nil {
		return vision.Gray{}, err
	}
	db, err := vision.SignedDistance(b.Pix, b.W, b.H)
	if err != nil {
		return vision.Gray{}, err
	}
	// Far distances say no more than near ones, and an empty mask has none.
	const limit = 10
	out := vision.NewGray(a.W, a.H)
	for i := range out.Pix {
		if share*min(max(da.Pix[i], -limit), limit)+(1-share)*min(max(db.Pix[i], -limit), limit) > 0 {
			out.Pix[i] = 1
		}
	}
	return out, nil
}
