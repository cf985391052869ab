package annotate

// AbsentFrom returns the edits that say that an object is not in the picture from
// a frame on until it is seen again: up to the next frame that the user gave a
// prompt or accepted with a mask, else to the end. The masks there go, with a
// prompt on the frame itself.
func (d *Document) AbsentFrom(k FrameKey) []Edit {
	r := Range{k.Frame, d.frames - 1}
	for _, f := range d.Keyframes(k.Object) {
		if f > k.Frame {
			r.Last = f - 1
			break
		}
	}
	for _, f := range d.ProtectedFrames(k.Object) {
		if res, ok := d.Result(FrameKey{k.Object, f}); f > k.Frame && ok && res.Area > 0 {
			r.Last = min(r.Last, f-1)
			break
		}
	}
	n := d.notes[k.Object]
	n.Absent, n.Occluded = n.Absent.With(r), n.Occluded.Without(r)
	out := []Edit{d.SetNotes(k.Object, n)}
	for f := r.First; f <= r.Last; f++ {
		at := FrameKey{k.Object, f}
		if d.protected[at] {
			out = append(out, d.SetProtected(at, false))
		}
		if _, ok := d.prompts[at]; ok {
			out = append(out, d.SetPrompt(at, nil))
		}
		if _, ok := d.Result(at); ok {
			out = append(out, d.SetResult(at, nil))
		}
	}
	return out
}

// SeenFrom returns the edits that say that an object which is absent on a frame is
// seen again from there on; none where it is not absent.
func (d *Document) SeenFrom(k FrameKey) []Edit {
	n := d.notes[k.Object]
	r, ok := n.Absent.At(k.Frame)
	if !ok {
		return nil
	}
	n.Absent = n.Absent.Without(Range{k.Frame, r.Last})
	return []Edit{d.SetNotes(k.Object, n)}
}

// OccludedFrom returns the edits that say that something hides a part of an object
// from a frame on, to the end or where that was said already; where it is said of
// the frame, that nothing does any more from there on.
func (d *Document) OccludedFrom(k FrameKey) []Edit {
	n := d.notes[k.Object]
	if r, ok := n.Occluded.At(k.Frame); ok {
		n.Occluded = n.Occluded.Without(Range{k.Frame, r.Last})
	} else {
		n.Occluded = n.Occluded.With(Range{k.Frame, d.frames - 1}).minus(n.Absent)
	}
	return []Edit{d.SetNotes(k.Object, n)}
}
