package sam2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/sam2/kept"
)

// desk is what a project holds of a session's work.
type desk struct {
	prompts   map[annotate.FrameKey]annotate.Prompt
	results   map[annotate.FrameKey]annotate.Result
	protected map[annotate.FrameKey]bool
	kept      map[annotate.FrameKey][]byte
	done      map[annotate.FrameKey]bool // by the run
}

func newDesk() *desk {
	return &desk{
		map[annotate.FrameKey]annotate.Prompt{}, map[annotate.FrameKey]annotate.Result{},
		map[annotate.FrameKey]bool{}, map[annotate.FrameKey][]byte{}, map[annotate.FrameKey]bool{},
	}
}

func (d *desk) copy() *desk {
	return &desk{maps.Clone(d.prompts), maps.Clone(d.results), maps.Clone(d.protected), maps.Clone(d.kept), maps.Clone(d.done)}
}

func (d *desk) keep(list []inference.Kept) {
	for _, k := range list {
		switch {
		case k.Data != nil:
			d.kept[k.FrameKey] = k.Data
		case k.Frame == inference.WholeObject:
			d.forget(k.Object)
		default:
			delete(d.kept, k.FrameKey)
		}
	}
}

func (d *desk) forget(id annotate.ObjectID) {
	maps.DeleteFunc(d.kept, func(k annotate.FrameKey, _ []byte) bool { return k.Object == id })
}

func (d *desk) prompt(t *testing.T, s inference.Session, k annotate.FrameKey, p annotate.Prompt) {
	t.Helper()
	r, err := s.SetPrompt(t.Context(), k, p)
	if err != nil {
		t.Fatal(err)
	}
	d.prompts[k], d.results[k] = p, r
	d.forget(k.Object)
}

// correct prompts or accepts a frame between the first and the last that guide an
// object: what is tracked stays the same.
func (d *desk) correct(t *testing.T, rng *rand.Rand, s inference.Session, objects []annotate.ObjectID) {
	t.Helper()
	id := objects[rng.IntN(len(objects))]
	first, last := 1<<30, -1
	for _, set := range []func(func(annotate.FrameKey) bool){keysOf(d.prompts), keysOf(d.protected)} {
		for k := range set {
			if k.Object == id {
				first, last = min(first, k.Frame), max(last, k.Frame)
			}
		}
	}
	k := annotate.FrameKey{Object: id, Frame: first + rng.IntN(last-first+1)}
	r, tracked := d.results[k]
	switch _, prompted := d.prompts[k]; {
	case d.protected[k]:
	case tracked && !prompted && rng.IntN(2) == 0:
		m, err := r.Mask.Load()
		if err == nil {
			err = s.SetKnown(k, m, true)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.protected[k] = true
		d.forget(id)
	default:
		d.prompt(t, s, k, somePrompt(rng))
	}
}

func keysOf[V any](m map[annotate.FrameKey]V) func(func(annotate.FrameKey) bool) { return maps.Keys(m) }

// step computes the next frame of a run and notes it; false is the end.
func (d *desk) step(t *testing.T, s inference.Session, p inference.Propagation, objects []annotate.ObjectID) bool {
	t.Helper()
	out, err := p.Next(t.Context())
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	for id, r := range out.Results {
		k := annotate.FrameKey{Object: id, Frame: out.Frame}
		if _, prompted := d.prompts[k]; !prompted {
			d.results[k], d.done[k] = r, true
		}
	}
	d.keep(s.(inference.Keeper).Keep(objects, false))
	return true
}

// tell tells a new session what the desk holds, as ui/session does.
func (d *desk) tell(t *testing.T, s inference.Session) {
	t.Helper()
	load := func(k annotate.FrameKey) annotate.Mask {
		m, err := d.results[k].Mask.Load()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	var errs []error
	for k, p := range d.prompts {
		errs = append(errs, s.(inference.Restorer).Restore(t.Context(), k, p, d.results[k]))
	}
	for k := range d.protected {
		errs = append(errs, s.SetKnown(k, load(k), true))
	}
	for k := range d.results {
		if _, prompted := d.prompts[k]; !prompted && !d.protected[k] {
			errs = append(errs, s.SetKnown(k, load(k), false))
		}
	}
	var list []inference.Kept
	for k, data := range d.kept {
		list = append(list, inference.Kept{FrameKey: k, Data: data})
	}
	if err := errors.Join(append(errs, s.(inference.Keeper).Recall(list))...); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) masks(t *testing.T, only string) map[annotate.FrameKey]string {
	out := map[annotate.FrameKey]string{}
	for k, r := range d.results {
		out[k] = shown(t, r)
		if only == "mask" {
			out[k] = strings.Fields(out[k])[0]
		}
	}
	return out
}

// somePrompt is a click, clicks, a box or a mask.
func somePrompt(rng *rand.Rand) annotate.Prompt {
	x, y := float64(4+rng.IntN(36)), float64(4+rng.IntN(26))
	switch rng.IntN(5) {
	case 0:
		return annotate.Prompt{Box: &annotate.Box{X0: x / 2, Y0: y / 2, X1: x/2 + 14, Y1: y/2 + 12}}
	case 1:
		m := rectMask(48, 36, int(x)/2, int(y)/2, int(x)/2+12, int(y)/2+9)
		return annotate.Prompt{Mask: &m}
	case 2:
		return click(x, y, true).WithPoint(annotate.Point{X: y, Y: x / 2})
	}
	return click(x, y, true)
}

// A run that is cut short after any frame and goes on in a new session gives the
// masks and scores of one that was not, whatever was prompted, accepted and
// tracked before, and with all settings that change what memory is.
func TestResumedRunIsTheUninterruptedOne(t *testing.T) {
	const frames = 26
	seeds := uint64(60)
	if testing.Short() {
		seeds = 15
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 3))
		settings := defaults()
		settings.ClearMemoryAround, settings.FillHoles = rng.IntN(2) == 0, rng.IntN(3) == 0
		settings.MemoryFrames, settings.Pointers = []int{7, 7, 4, 1}[rng.IntN(4)], []int{16, 4, 0}[rng.IntN(3)]
		compare := "all"
		open := func() inference.Session { return newRig(t, frames, settings).s }
		if rng.IntN(3) == 0 {
			settings.Stride, compare = 2+rng.IntN(4), "mask" // the confidence of what lies between is not kept
			open = func() inference.Session { return wrapped(t, newRig(t, frames, settings), settings.Stride) }
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d, live := newDesk(), open()
			var objects []annotate.ObjectID
			for id := range 1 + rng.IntN(3) {
				objects = append(objects, annotate.ObjectID(id+1))
				for range 1 + rng.IntN(3) {
					d.prompt(t, live, key(id+1, rng.IntN(frames)), somePrompt(rng))
				}
			}
			request := func() inference.PropagateRequest {
				first := rng.IntN(frames / 2)
				return inference.PropagateRequest{
					Objects: objects, Range: annotate.Range{First: first, Last: first + rng.IntN(frames-first)},
					Direction: []inference.Direction{inference.Both, inference.Both, inference.Forward, inference.Backward}[rng.IntN(4)],
				}
			}
			for range rng.IntN(3) { // what was done before
				p, err := live.Propagate(request())
				if err != nil {
					t.Fatal(err)
				}
				for d.step(t, live, p, objects) {
				}
				p.Close()
				d.done = map[annotate.FrameKey]bool{}
				k := key(1+rng.IntN(len(objects)), rng.IntN(frames))
				if r, ok := d.results[k]; ok && rng.IntN(3) == 0 {
					m, err := r.Mask.Load()
					if err == nil {
						err = live.SetKnown(k, m, true)
					}
					if err != nil {
						t.Fatal(err)
					}
					d.protected[k] = true
				} else if !d.protected[k] {
					d.prompt(t, live, k, somePrompt(rng))
				}
			}
			req := request()
			p, err := live.Propagate(req)
			if err != nil {
				t.Fatal(err)
			}
			d.keep(live.(inference.Keeper).Keep(objects, true))
			killed := []*desk{d.copy()}
			for d.step(t, live, p, objects) {
				killed = append(killed, d.copy())
				if compare == "all" && rng.IntN(12) == 0 {
					d.correct(t, rng, live, objects)
					killed = nil // before, nobody knew of it
				}
			}
			want := d.masks(t, compare)
			for n, again := range killed {
				if n%3 != int(seed)%3 && n > 1 {
					continue
				}
				fresh := open()
				again.tell(t, fresh)
				rest := req
				done := maps.Clone(again.done)
				rest.Skip = func(k annotate.FrameKey) bool { return done[k] }
				p, err := fresh.Propagate(rest)
				if err != nil {
					t.Fatal(err)
				}
				for again.step(t, fresh, p, objects) {
				}
				differ(t, fmt.Sprintf("%+v killed after %d frames of %s %v", settings, n, req.Direction, req.Range), again.masks(t, compare), want)
			}
		})
	}
}

// Of what is incomplete nothing is used, of what cannot be read an error tells;
// in both cases the object is tracked from its masks.
func TestWhatIsKeptIsReadWithSuspicion(t *testing.T) {
	live := newRig(t, 12, defaults())
	d := newDesk()
	d.prompt(t, live.s, key(1, 2), click(20, 20, true))
	p, err := live.s.Propagate(live.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		d.step(t, live.s, p, []annotate.ObjectID{1})
	}
	head, frame := key(1, inference.WholeObject), key(1, 5)
	other := kept.Frame{Ordinary: &kept.Output{Ptr: make([]float32, 3)}}
	for name, c := range map[string]struct {
		change func(k map[annotate.FrameKey][]byte)
		says   string
	}{
		"a frame is missing":  {func(k map[annotate.FrameKey][]byte) { delete(k, frame) }, ""},
		"the head is missing": {func(k map[annotate.FrameKey][]byte) { delete(k, head) }, ""},
		"another model": {func(k map[annotate.FrameKey][]byte) {
			k[head] = kept.Head{Of: "x", Frames: len(k) - 1}.Bytes()
		}, "another model"},
		"damaged":       {func(k map[annotate.FrameKey][]byte) { k[frame] = k[frame][1:] }, "frame 5: the memory of the stopped run cannot be read"},
		"other sizes":   {func(k map[annotate.FrameKey][]byte) { k[frame] = other.Bytes() }, "3 values"},
		"out of bounds": {func(k map[annotate.FrameKey][]byte) { k[key(1, 99)] = k[frame]; delete(k, frame) }, "frame 99"},
		"nothing":       {func(k map[annotate.FrameKey][]byte) { clear(k) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			told := d.copy()
			clear(told.kept)
			plain := newRig(t, 12, defaults())
			told.tell(t, plain.s)
			again := newRig(t, 12, defaults())
			told.tell(t, again.s)
			bad := maps.Clone(d.kept)
			c.change(bad)
			var list []inference.Kept
			for k, data := range bad {
				list = append(list, inference.Kept{FrameKey: k, Data: bytes.Clone(data)})
			}
			list = append(list, inference.Kept{FrameKey: key(9, inference.WholeObject), Data: []byte{7}}) // no such object
			err := again.s.Recall(list)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one with %q", err, c.says)
			}
			if got, want := again.state(), plain.state(); got != want {
				t.Errorf("the state is\n%s, want\n%s", got, want)
			}
		})
	}
}

// What is kept is bounded: memories near the frame where tracking is and of the
// nearest guides, whatever the length of the video.
func TestWhatIsKeptIsBounded(t *testing.T) {
	const frames = 400
	r := newRig(t, frames, defaults())
	d := newDesk()
	for f := 0; f < frames; f += 4 {
		d.prompt(t, r.s, key(1, f), click(20, 20, true))
	}
	p, err := r.s.Propagate(r.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for d.step(t, r.s, p, []annotate.ObjectID{1}) {
		heavy := 0
		for k, data := range d.kept {
			if k.Frame == inference.WholeObject {
				continue
			}
			f, err := kept.ParseFrame(data)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range []*kept.Output{f.Ordinary, f.Guide} {
				if o != nil && o.Mem != nil {
					heavy++
				}
			}
		}
		most = max(most, heavy)
	}
	if limit := maxKeptGuides + 3*(2*defaults().MemoryFrames+1); most > limit || most < maxKeptGuides {
		t.Errorf("%d memories are kept at once, want %d to %d", most, maxKeptGuides, limit)
	}
}

// Only what changed is kept again.
func TestWhatIsKeptIsKeptOnce(t *testing.T) {
	r := newRig(t, 30, defaults())
	r.prompt(1, 0, click(20, 20, true))
	p, err := r.s.Propagate(r.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := p.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
		r.s.Keep([]annotate.ObjectID{1}, false)
	}
	if _, err := p.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	var changed []int
	for _, k := range r.s.Keep([]annotate.ObjectID{1}, false) {
		changed = append(changed, k.Frame)
	}
	// The new frame, and the one that was dropped from the window.
	if slices.Sort(changed); !slices.Equal(changed, []int{inference.WholeObject, 12, 20}) {
		t.Errorf("kept again: %v", changed)
	}
	if again := r.s.Keep([]annotate.ObjectID{1}, false); len(again) > 0 {
		t.Errorf("kept without a change: %v", again)
	}
	if all := r.s.Keep([]annotate.ObjectID{1}, true); len(all) != 23 || all[0].Data != nil {
		t.Errorf("anew: %d pieces", len(all))
	}
}
