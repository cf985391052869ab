package annotate

// AffectedRange returns the frames that a changed prompt of an object on frame
// can affect: all up to, and without, the nearest keyframe or protected frame
// on either side, because those stand whatever is tracked between them. The
// in/out range limits it too if frame lies in it.
func AffectedRange(d *Document, obj ObjectID, frame int) Range {
	out := Range{0, d.Frames() - 1}
	if r := d.Range(); r.Contains(frame) {
		out = r
	}
	clip := func(f int) {
		switch {
		case f < frame:
			out.First = max(out.First, f+1)
		case f > frame:
			out.Last = min(out.Last, f-1)
		}
	}
	for k := range d.prompts {
		if k.Object == obj {
			clip(k.Frame)
		}
	}
	for k := range d.protected {
		if k.Object == obj {
			clip(k.Frame)
		}
	}
	return out
}
