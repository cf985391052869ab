package controller

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/lanes"
)

// act does something that a person might do at any moment.
func (r *rig) act(rng *rand.Rand) string {
	x, y := fakeW*rng.Float64(), fakeH*rng.Float64()
	switch rng.IntN(32) {
	case 0, 1, 2, 3:
		r.Click(x, y, rng.IntN(3) > 0)
		return "click"
	case 4:
		r.DrawBox(annotate.Box{X0: 1, Y0: 1, X1: 2 + x, Y1: 2 + y})
		return "box"
	case 5, 6, 7:
		r.GoTo(rng.IntN(r.Frames()))
		return "go to"
	case 8:
		r.AddObject()
		return "add object"
	case 9:
		r.SelectDigit(1 + rng.IntN(3))
		return "select"
	case 10:
		if rng.IntN(3) == 0 {
			r.DeleteObject(r.Selected())
		}
		return "delete object"
	case 11:
		r.DeletePoint()
		return "delete point"
	case 12:
		r.Track()
		return "track or stop"
	case 13:
		r.Accept()
		return "accept"
	case 14:
		r.Undo()
		return "undo"
	case 15:
		r.Redo()
		return "redo"
	case 16:
		r.SetTool(ToolBrush)
		r.BeginStroke(x, y)
		r.MoveStroke(y, x)
		if rng.IntN(4) > 0 {
			r.EndStroke()
		}
		return "paint"
	case 17:
		r.PreviewAt(x, y, true)
		return "preview"
	case 18:
		r.ToggleMark()
		return "mark"
	case 19:
		r.SetClass(r.Selected(), fmt.Sprint("class ", rng.IntN(3)))
		return "class"
	case 20:
		r.SetIn()
		return "set in"
	case 21:
		r.ToggleAbsent()
		return "absent"
	case 22:
		r.ToggleOccluded()
		return "occluded"
	case 23:
		r.ToggleCut(rng.IntN(r.Frames()))
		return "cut"
	case 24:
		r.ToggleThrough()
		return "through"
	case 25, 26:
		if others := r.Others(); len(others) > 0 {
			id := others[rng.IntN(len(others))].ID
			if rng.IntN(2) == 0 {
				r.JoinWith(id)
				return "join"
			}
			r.SwapWith(id)
		}
		return "swap"
	case 27:
		r.SplitHere()
		return "split"
	case 28:
		r.Renumber(1 + rng.IntN(6))
		return "renumber"
	case 29:
		r.CopyOn()
		return "copy on"
	case 30:
		r.Interpolate()
		return "interpolate"
	default:
		if rng.IntN(6) == 0 {
			r.SetEngine([]string{"fake", "other"}[rng.IntN(2)])
		}
		return "engine"
	}
}

// contents returns the document with masks as values, so that two of them can
// be compared.
func contents(t *testing.T, d *annotate.Document) string {
	t.Helper()
	c := d.Contents()
	out := fmt.Sprintf("%+v %+v %+v %v %+v %v", c.Classes, c.Objects, c.Protected, c.Settings, c.Notes, c.Cuts)
	if c.Range != nil {
		out += fmt.Sprint(*c.Range)
	}
	for _, o := range d.Objects() {
		for _, f := range d.Keyframes(o.ID) {
			p, _ := d.Prompt(key(o.ID, f))
			out += fmt.Sprintf("\nprompt %d %d %+v", o.ID, f, p.Points)
			if p.Box != nil {
				out += fmt.Sprint(*p.Box)
			}
			if p.Mask != nil {
				out += p.Mask.RLEString()
			}
		}
		for _, f := range d.ResultFrames(o.ID) {
			res, _ := d.Result(key(o.ID, f))
			m, err := res.Mask.Load()
			if err != nil {
				t.Fatal(err)
			}
			out += fmt.Sprintf("\nmask %d %d %s %s %s", o.ID, f, m.RLEString(), res.Source, res.Engine)
		}
	}
	return out
}

// Whatever a person does, at whatever moment the engine answers: the lanes show
// the document, nothing belongs to an object that is gone, the engine knows the
// prompts and protected frames of the document, and undoing everything gives
// back the empty document, redoing everything the last one.
func TestAnySequenceOfActions(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 99))
			r := opened(t, 40, jitter(seed, 400*time.Microsecond))
			var did []string
			for range 120 {
				did = append(did, r.act(rng))
				for range rng.IntN(4) {
					r.loop.one()
				}
			}
			r.EndPreview()
			r.cancelStroke()
			r.settled()
			r.checkLanes(did)
			r.checkEngine(did)
			r.checkUndo(did)
			if r.loop.slow > 2*time.Second {
				t.Errorf("one function kept the UI goroutine for %v", r.loop.slow)
			}
		})
	}
}

func (r *rig) checkLanes(did []string) {
	r.t.Helper()
	want := lanes.Of(r.Document())
	for _, o := range r.Document().Objects() {
		if !reflect.DeepEqual(r.Lane(o.ID), want.Lane(o.ID)) {
			r.t.Errorf("the lane of object %d does not show the document after %v", o.ID, did)
		}
	}
	c := r.Document().Contents()
	for k := range c.Prompts {
		if _, ok := r.Document().Object(k.Object); !ok {
			r.t.Errorf("a prompt of object %d, which is gone", k.Object)
		}
	}
	for id := range c.Results {
		if _, ok := r.Document().Object(id); !ok {
			r.t.Errorf("masks of object %d, which is gone, after %v", id, did)
		}
	}
}

// tracklets is where the engine's IDs of further stretches begin.
const tracklets = 1 << 40

func (r *rig) checkEngine(did []string) {
	r.t.Helper()
	s := r.live()
	prompts, protected := s.facts()
	c := r.Document().Contents()
	if len(prompts) != len(c.Prompts) {
		r.t.Errorf("the engine knows %d prompts, the document has %d, after %v", len(prompts), len(c.Prompts), did)
	}
	// The engine knows the stretches of an object as objects of their own.
	owners := map[annotate.ObjectID]string{}
	for k, p := range prompts {
		found := false
		for _, o := range r.Document().Objects() {
			now, ok := r.Document().Prompt(key(o.ID, k.Frame))
			if !ok || !now.Equal(p) || k.Object < tracklets && k.Object != o.ID {
				continue
			}
			stretch, _ := r.Document().Stretch(key(o.ID, k.Frame))
			owner := fmt.Sprint(o.ID, stretch)
			if owners[k.Object] == "" {
				owners[k.Object] = owner
			}
			found = found || owners[k.Object] == owner
		}
		if !found {
			r.t.Errorf("prompt %+v: the engine knows %+v, of one stretch with %v, after %v", k, p, owners[k.Object], did)
		}
	}
	for _, k := range protected {
		if k.Object < tracklets && !r.Document().Protected(k) {
			r.t.Errorf("the engine thinks that %+v is protected, after %v", k, did)
		}
	}
	if len(protected) != len(c.Protected) {
		r.t.Errorf("the engine knows %d protected frames, the document has %d, after %v", len(protected), len(c.Protected), did)
	}
}

func (r *rig) checkUndo(did []string) {
	r.t.Helper()
	last := contents(r.t, r.Document())
	for range 10_000 {
		if _, ok := r.CanUndo(); !ok {
			break
		}
		r.Undo()
	}
	if empty := contents(r.t, annotate.NewDocument(fakeW, fakeH, 40)); contents(r.t, r.Document()) != empty {
		r.t.Errorf("undoing everything does not give the empty document, after %v", did)
	}
	for range 10_000 {
		if _, ok := r.CanRedo(); !ok {
			break
		}
		r.Redo()
	}
	if got := contents(r.t, r.Document()); got != last {
		r.t.Errorf("redoing everything does not give the last document, after %v", did)
	}
	r.settled()
	r.checkEngine(append(did, "undo all", "redo all"))
}
