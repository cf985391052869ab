package classic

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/track"
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
	if c != nil && (c.owner != o || c.tracker == nil) {
		c = nil // the object was removed and made again, or the pass is over
	}
	if c == nil {
		if c = o.parked[t.pass]; c != nil && (c.tracker == nil || (frame-towards-c.at)*towards < 0) {
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
		k, ok := o.at(next)
		if !ok {
			return nil, fmt.Errorf("%w: object %d has no mask on frame %d to go on from", inference.ErrUsage, t.object, next)
		}
		mask, err := p.s.working(k)
		if err != nil {
			return nil, err
		}
		if err := c.tracker.Accept(v.lab, mask); err != nil {
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
	mask, err := p.s.working(key)
	if err != nil {
		return nil, err
	}
	tr, err := track.New(v.lab, mask)
	if err != nil {
		return nil, err
	}
	return &cursor{tracker: tr, at: t.pass.from, owner: o, revision: o.revision, key: key.confidence}, nil
}
