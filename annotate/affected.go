package annotate

// AffectedRange returns the frames that a changed prompt of an object on frame
// can affect: all up to, and without, the nearest keyframe or protected frame
// on either side, because those stand whatever is tracked between them. The
// object's stretch limits it, and the in/out range too if frame lies in it.
func AffectedRange(d *Document, obj ObjectID, frame int) Range {
	out, _ := d.Stretch(FrameKey{obj, frame})
	if r := d.Range(); r.Contains(frame) {
		out = Range{max(out.First, r.First), min(out.Last, r.Last)}
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
