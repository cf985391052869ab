package classic

import (
	"slices"

	"github.com/masklet/masklet/annotate"
)

// known is a mask that stands on one frame.
type known struct {
	mask       annotate.Mask
	confidence float64 // of the mask, 1 for one that a person made or accepted
	told       bool    // by SetKnown, not found by this session
	painted    bool    // a prompt that is a mask
}

// provisional is what a first pass between two keyframes found on a frame; the
// second pass, from the other side, joins it with its own answer.
type provisional struct {
	small      annotate.Mask
	confidence float64
}

// object is what the session knows about one object.
type object struct {
	prompts   map[int]known           // keyframes that have prompts
	protected map[int]known           // keyframes that a person accepted
	done      map[int]known           // finished frames
	bases     map[int]base            // what the prompts of a frame correct
	restored  map[int]annotate.Prompt // prompts with answers of an earlier session
	half      map[int]provisional
	parked    map[passKey]*cursor
	memories  map[int]remembered // what the network keeps of keyframes
	revision  int                // counts the calls of changed
}

func newObject() *object {
	return &object{
		prompts: map[int]known{}, protected: map[int]known{}, done: map[int]known{}, bases: map[int]base{}, restored: map[int]annotate.Prompt{},
		half: map[int]provisional{}, parked: map[passKey]*cursor{}, memories: map[int]remembered{},
	}
}

// changed forgets what was derived from the keyframes and known masks.
func (o *object) changed() {
	clear(o.half)
	clear(o.parked)
	o.revision++
}

// key returns the mask of a keyframe. What a person accepted comes first.
func (o *object) key(frame int) (known, bool) {
	if k, ok := o.protected[frame]; ok {
		return k, true
	}
	k, ok := o.prompts[frame]
	return k, ok
}

// at returns what is known on a frame, as a keyframe or finished.
func (o *object) at(frame int) (known, bool) {
	if k, ok := o.key(frame); ok {
		return k, true
	}
	k, ok := o.done[frame]
	return k, ok
}

// keyframes returns the frames of all keyframes in order.
func (o *object) keyframes() []int {
	var out []int
	for f := range o.prompts {
		out = append(out, f)
	}
	for f := range o.protected {
		out = append(out, f)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A weak keyframe keeps its own mask, but nothing starts from it: what the user
// clicked on a frame where the object is hardly seen tells little of others.
const (
	weakBelow = 0.82 // confidence of its mask at most
	weakLess  = 0.1  // by how much it is lower than that of the best keyframe
)

// roots returns the keyframes that are not weak, in order.
func (o *object) roots() []int {
	keys, best := o.keyframes(), 0.0
	for _, f := range keys {
		k, _ := o.key(f)
		best = max(best, k.confidence)
	}
	return slices.DeleteFunc(keys, func(f int) bool {
		k, _ := o.key(f)
		return !k.mask.Empty() && k.confidence < min(weakBelow, best-weakLess)
	})
}

// setKnown stores a mask that stands. The mask that is known already changes
// nothing, so that a stopped run goes on from its own state.
func (o *object) setKnown(frame int, m annotate.Mask, protected bool) (changed bool) {
	_, wasProtected := o.protected[frame]
	if k, ok := o.at(frame); ok && wasProtected == protected && k.mask.Equal(m) {
		if !protected {
			o.done[frame] = k
		}
		return false
	}
	delete(o.protected, frame)
	k := known{mask: m, confidence: 1, told: true}
	o.done[frame] = k
	if protected {
		o.protected[frame] = k
	}
	o.changed()
	return true
}
