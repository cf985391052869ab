package sam2_test

import (
	"fmt"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/sam2"
)

// compareShown checks the masks at video size that the reference emitted for a
// tracked frame: pixels above 0 and mean, per object. A pixel counts as doubtful
// if a difference within the tolerance may turn it on or off, or give it to
// another object.
func (r *replay) compareShown(frame int, want []goldenOutput) {
	for _, w := range want {
		if w.Video == nil || w.Frame != frame {
			continue
		}
		means := r.p.Logits(frame, false, r.s.Options.Exclusive)
		planes := r.p.Logits(frame, false, false)
		for k, plane := range planes {
			sum := 0.0
			for _, v := range means[k] {
				sum += float64(v)
			}
			mean := sum / float64(len(plane))
			least, most := r.pixelsOn(planes, k)
			if n := w.Video.NPos[k]; n < least || n > most || math.Abs(mean-w.Video.Mean[k]) > r.s.Tol {
				r.t.Errorf("frame %d, object %d of the picture: %d to %d pixels on, mean %g, want %d and %g",
					frame, k, least, most, mean, n, w.Video.Mean[k])
			}
		}
		return // the other outputs of the frame have the same picture
	}
}

// pixelsOn counts the pixels of object k that are on for certain and those that
// may be.
func (r *replay) pixelsOn(planes [][]float32, k int) (least, most int) {
	tol := float32(r.s.Tol)
	for i, v := range planes[k] {
		rival := float32(math.Inf(-1))
		for j := range planes {
			if j != k && r.s.Options.Exclusive {
				rival = max(rival, planes[j][i])
			}
		}
		if v > tol && v > rival+2*tol {
			least++
		}
		if v > -tol && v >= rival-2*tol {
			most++
		}
	}
	return least, most
}

func (r *replay) compare(step int, got []frameResult, want []goldenOutput) {
	if len(got) != len(want) {
		r.t.Fatalf("step %d: %d outputs, want %d", step, len(got), len(want))
	}
	traces := r.traces
	for i, w := range want {
		g := got[i]
		where := fmt.Sprintf("step %d (%s), frame %d, object %d", step, r.s.Steps[step].Call.Op, w.Frame, w.Obj)
		if g.frame != w.Frame || int(g.Object) != w.Obj || g.Cond != (w.StoredAs == "cond") {
			r.t.Fatalf("%s: got frame %d, object %d, conditioning %v", where, g.frame, g.Object, g.Cond)
		}
		if math.Abs(float64(g.Score)-w.Score) > r.s.Tol {
			r.t.Errorf("%s: score %g, want %g", where, g.Score, w.Score)
		}
		r.near(where+": logits", w.Low, g.Low, true)
		r.near(where+": pointer", w.Ptr, g.Ptr, false)
		r.compareMemory(where, w, g)
		if w.Trace == nil {
			continue
		}
		if len(traces) == 0 {
			r.t.Fatalf("%s: no decoder call", where)
		}
		r.compareTrace(where, w, traces[0])
		traces = traces[1:]
	}
	if len(traces) > 0 {
		r.t.Errorf("step %d: %d decoder calls too many", step, len(traces))
	}
}

func (r *replay) near(what string, want stored, got []float32, count bool) {
	d, err := want.compare(r.data, got)
	if err != nil || !(d <= r.s.Tol) {
		r.t.Errorf("%s differ by %g (%v)", what, d, err)
	}
	if count {
		r.worst = max(r.worst, d)
		r.checks++
	}
}

func (r *replay) compareTrace(where string, w goldenOutput, tr sam2.Trace) {
	if tr.Multimask != w.Trace.Multimask || w.Trace.Fallback != nil && tr.Fallback != *w.Trace.Fallback {
		r.t.Errorf("%s: multimask %v, fallback %v", where, tr.Multimask, tr.Fallback)
	}
	if w.Trace.Attn != nil && !slices.Equal(tr.Tokens[:], w.Trace.Attn) || w.Trace.Attn == nil && tr.Selection != nil {
		r.t.Errorf("%s: attends to %v tokens, want %v", where, tr.Tokens, w.Trace.Attn)
	}
	for k, v := range w.Trace.IoU {
		if math.Abs(float64(tr.IoU[k])-v) > r.s.Tol {
			r.t.Errorf("%s: IoU %d is %g, want %g", where, k, tr.IoU[k], v)
		}
	}
}

func (r *replay) compareMemory(where string, w goldenOutput, g frameResult) {
	if w.Mem == nil {
		return
	}
	sum, square, top := 0.0, 0.0, 0.0
	for _, v := range g.Mem {
		sum += float64(v)
		square += float64(v) * float64(v)
		top = max(top, math.Abs(float64(v)))
	}
	n := float64(len(g.Mem))
	mean := sum / n
	std := math.Sqrt(square/n - mean*mean)
	if math.Abs(mean-w.Mem.Mean) > r.s.Tol || math.Abs(std-w.Mem.Std) > r.s.Tol || math.Abs(top-w.Mem.AbsMax) > 10*r.s.Tol {
		r.t.Errorf("%s: memory has mean %g, deviation %g, top %g, want %+v", where, mean, std, top, *w.Mem)
	}
}

// compareVideo checks the masks of all objects that a call gave back. Pending
// masks are shown if they are of the same kind as the one just made, or after a
// clear of the kind that any object still has.
func (r *replay) compareVideo(step int, call goldenCall, want stored) {
	asCond := false
	for _, id := range r.p.Objects() {
		res, ok := r.p.Pending(annotate.FrameKey{Object: id, Frame: call.Frame})
		if ok && res.Cond && (call.Op == "clear" || int(id) == call.Obj) {
			asCond = true
		}
	}
	all := slices.Concat(r.p.Logits(call.Frame, asCond, r.s.Options.Exclusive)...)
	if d, err := want.compare(r.data, all); err != nil || !(d <= r.s.Tol) {
		r.t.Errorf("step %d (%s): masks at video size differ by %g (%v)", step, call.Op, d, err)
	}
}

func (r *replay) checkRemoved(step int, frames, ids []int, updated [][]any) {
	var have, want []int
	for _, id := range r.p.Objects() {
		have = append(have, int(id))
	}
	for _, u := range updated {
		want = append(want, int(u[0].(float64)))
	}
	if !slices.Equal(have, ids) || !slices.Equal(frames, want) {
		r.t.Errorf("step %d: objects %v left, frames %v change; want %v and %v", step, have, frames, ids, want)
	}
}
