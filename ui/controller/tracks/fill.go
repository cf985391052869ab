package tracks

import (
	"slices"

	"github.com/masklet/masklet/annotate"
)

// fillConfidence is that of a mask which nobody looked at: it is to be reviewed.
const fillConfidence = 0.5

// CopyOn copies the mask of the selected object on the current frame to the frames
// after it: to the end of the in/out range if that is set, else to the next frame
// that the user gave a prompt or accepted. Those stay as they are.
func (t *Tracks) CopyOn() {
	k, ok := t.chosen()
	if !ok {
		return
	}
	r, has := t.doc().Result(k)
	if !has || r.Area == 0 {
		t.desk.Say("There is no mask to copy on this frame")
		return
	}
	to := annotate.Range{First: k.Frame + 1, Last: t.doc().Frames() - 1}
	if stretch, ok := t.doc().Stretch(k); ok {
		to.Last = stretch.Last
	}
	if in := t.doc().Range(); t.doc().RangeSet() && in.Contains(k.Frame) {
		to.Last = min(to.Last, in.Last)
	} else if next := slices.DeleteFunc(t.stands(k.Object), func(f int) bool { return f <= k.Frame }); len(next) > 0 {
		to.Last = min(to.Last, next[0]-1)
	}
	if to.Len() == 0 {
		t.desk.Say("There is no frame to copy the mask to")
		return
	}
	m, err := r.Mask.Load()
	if err != nil {
		t.say("Copy the mask: %v", err)
		return
	}
	t.fill("Copy mask", k.Object, to, func(int) annotate.Mask { return m })
	t.say("The mask is copied to frames %d to %d; tracking replaces it there", to.First, to.Last)
}

// Interpolate fills the frames between the two frames around the current one that
// the user gave a prompt or accepted, by the way from one mask to the other. It
// needs no engine.
func (t *Tracks) Interpolate() {
	k, ok := t.chosen()
	if !ok {
		return
	}
	before, after := -1, -1
	for _, f := range t.stands(k.Object) {
		if f <= k.Frame && f < t.doc().Frames()-1 {
			before = f
		} else if after < 0 && f > before {
			after = f
		}
	}
	stretch, followed := t.doc().Stretch(k)
	if !followed || before < 0 || after < 0 || !stretch.Contains(before) || !stretch.Contains(after) {
		t.desk.Say("Interpolating needs a prompted or accepted frame on either side, with no scene cut between them")
		return
	}
	if after == before+1 {
		t.say("There is no frame between %d and %d", before, after)
		return
	}
	a, okA := t.doc().Result(annotate.FrameKey{Object: k.Object, Frame: before})
	b, okB := t.doc().Result(annotate.FrameKey{Object: k.Object, Frame: after})
	if !okA || !okB || a.Area == 0 || b.Area == 0 {
		t.say("There is no mask on frame %d or %d", before, after)
		return
	}
	t.interpolate(k.Object, before, after, a.Mask, b.Mask)
}

func (t *Tracks) interpolate(id annotate.ObjectID, before, after int, a, b annotate.MaskRef) {
	s, revision := t.desk.Session(), t.doc().Revision()
	t.say("Interpolating frames %d to %d ...", before+1, after-1)
	s.Go(func() {
		masks, err := between(a, b, after-before)
		s.Post(func() {
			switch {
			case err != nil:
				t.say("Interpolate: %v", err)
			case t.doc().Revision() != revision:
				t.desk.Say("Interpolating was given up: the project changed meanwhile")
			default:
				r := annotate.Range{First: before + 1, Last: after - 1}
				t.fill("Interpolate", id, r, func(f int) annotate.Mask { return masks[f-before-1] })
				t.say("Frames %d to %d are interpolated; tracking replaces them", r.First, r.Last)
			}
		})
	})
}

// between returns the masks of the steps between two masks that lie n frames apart.
func between(a, b annotate.MaskRef, n int) ([]annotate.Mask, error) {
	from, err := a.Load()
	if err != nil {
		return nil, err
	}
	to, err := b.Load()
	if err != nil {
		return nil, err
	}
	way, err := annotate.NewTween(from, to)
	if err != nil {
		return nil, err
	}
	var out []annotate.Mask
	for i := 1; i < n; i++ {
		out = append(out, way.At(float64(i)/float64(n)))
	}
	return out, nil
}

// fill gives an object masks on frames, but for those that the user has worked on,
// as one step.
func (t *Tracks) fill(name string, id annotate.ObjectID, r annotate.Range, mask func(frame int) annotate.Mask) {
	s := t.desk.Session()
	stands := t.stands(id)
	var edits []annotate.Edit
	for f := r.First; f <= r.Last; f++ {
		k := annotate.FrameKey{Object: id, Frame: f}
		if slices.Contains(stands, f) || t.doc().Notes(id).Absent.Contains(f) {
			continue
		}
		res := annotate.NewResult(mask(f), fillConfidence, annotate.Painted, "")
		if kept, err := s.Store.Adopt(res); err == nil {
			res = kept
		}
		edits = append(edits, t.doc().SetResult(k, &res))
	}
	t.do(name, edits)
}

// stands returns the frames of an object on which the user's word stands, in order.
func (t *Tracks) stands(id annotate.ObjectID) []int {
	out := append(t.doc().Keyframes(id), t.doc().ProtectedFrames(id)...)
	slices.Sort(out)
	return slices.Compact(out)
}
