package sam2

import "github.com/masklet/masklet/annotate"

// Pending returns the result of an object's prompt on a frame since the last
// preflight.
func (p *Predictor) Pending(key annotate.FrameKey) (Tracked, bool) {
	o := p.object(key.Object)
	if o == nil {
		return Tracked{}, false
	}
	cond := true
	out := o.pendCond[key.Frame]
	if out == nil {
		out, cond = o.pendNon[key.Frame], false
	}
	if out == nil {
		return Tracked{}, false
	}
	return Tracked{Object: o.id, Cond: cond, Low: out.low, Ptr: out.ptr, Score: out.score, IoU: out.iou}, true
}

// Logits returns the masks of all objects on a frame at video size, in order,
// as they are shown: H x W logits, above 0 on the object. Objects without a
// mask there have -1024 everywhere. asCond says whether the frame was prompted
// as a conditioning frame. With exclusive, each pixel belongs to at most one
// object: the others are lowered to -10 or less.
func (p *Predictor) Logits(frame int, asCond, exclusive bool) [][]float32 {
	q := p.m.lowRes()
	out := make([][]float32, len(p.objects))
	for i, o := range p.objects {
		pend := o.pendNon
		if asCond {
			pend = o.pendCond
		}
		if last := o.latest(pend, frame); last != nil {
			out[i] = bilinear(p.logits(last), q, q, p.video.W, p.video.H)
			continue
		}
		out[i] = make([]float32, p.video.W*p.video.H)
		for j := range out[i] {
			out[i][j] = hiddenLogit
		}
	}
	if exclusive {
		makeExclusive(out)
	}
	return out
}

// makeExclusive keeps, per pixel, the highest logit and lowers the others.
func makeExclusive(planes [][]float32) {
	if len(planes) < 2 {
		return
	}
	for i := range planes[0] {
		best := 0
		for k := range planes {
			if planes[k][i] > planes[best][i] {
				best = k
			}
		}
		for k := range planes {
			if k != best {
				planes[k][i] = min(planes[k][i], -10)
			}
		}
	}
}
