package classic

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// standing returns the masks of objects that are known on a frame and that the
// step does not decide.
func (p *propagation) standing(st step) []known {
	var out []known
	for id, o := range p.s.objects {
		k, ok := o.key(st.frame)
		if !ok && !p.pending(id, st) {
			k, ok = o.at(st.frame)
		}
		if ok && !k.mask.Empty() && !decides(st, id) {
			out = append(out, k)
		}
	}
	return out
}

// others returns 1 at the working pixels that belong to standing masks.
func (p *propagation) others(st step) ([]uint8, error) {
	var out []uint8
	for _, k := range p.standing(st) {
		if out == nil {
			out = make([]uint8, p.s.store.w*p.s.store.h)
		}
		mask, err := p.s.working(k)
		if err != nil {
			return nil, err
		}
		for i, v := range mask.Pix {
			out[i] |= v
		}
	}
	return out, nil
}

// separate does for the masks at the video's size what others and settle do at
// working size: no pixel belongs to two objects.
func (p *propagation) separate(st step, answers []answer) error {
	st.tasks = taskList(answers)
	for i := range answers {
		a := &answers[i]
		if !a.fresh() {
			continue
		}
		for _, m := range p.standing(st) {
			var err error
			if a.mask, err = annotate.Subtract(a.mask, m.mask); err != nil {
				return err
			}
		}
		for k := range answers[:i] {
			if err := part(a, &answers[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

// part gives each pixel that both masks hold to the object with the better odds there.
func part(a, b *answer) error {
	if !b.fresh() {
		return nil
	}
	both, err := annotate.Intersect(a.mask, b.mask)
	if err != nil || both.Empty() {
		return err
	}
	shared := both.Bitmap()
	lost := annotate.NewBitmap(shared.W, shared.H) // by a
	for i, v := range shared.Pix {
		if v == 0 {
			continue
		}
		x, y := i%shared.W*a.small.W/shared.W, i/shared.W*a.small.H/shared.H
		if b.step.Odds(x, y) > a.step.Odds(x, y) {
			lost.Pix[i] = 255
		}
	}
	gone := annotate.MaskFromBitmap(lost)
	kept, err := annotate.Subtract(both, gone)
	if err != nil {
		return err
	}
	if a.mask, err = annotate.Subtract(a.mask, gone); err != nil {
		return err
	}
	b.mask, err = annotate.Subtract(b.mask, kept)
	return err
}

func taskList(answers []answer) []task {
	out := make([]task, len(answers))
	for i, a := range answers {
		out[i] = a.task
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

// pending reports whether a later step of the run gives an object its mask on
// the step's frame, and what is known there is of an earlier run.
func (p *propagation) pending(id annotate.ObjectID, st step) bool {
	n, ok := p.fresh[annotate.FrameKey{Object: id, Frame: st.frame}]
	return ok && n >= st.number
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
	const least = 0.02 // keeps a side that is sure of nothing from dividing by zero
	wf := (h.confidence + least) * float64(a.after-frame) / span
	wb := (a.confidence + least) * float64(frame-a.before) / span
	mixed, err := mixMasks(forward, a.step.Mask, float32(wf/(wf+wb)))
	if err != nil {
		return err
	}
	a.small = mixed
	a.confidence = (wf*h.confidence + wb*a.confidence) / (wf + wb)
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
