package project

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// The video that the tests pretend to have.
const (
	testW, testH, testFrames = 64, 48, 40
)

func testMedia() Media {
	m := Media{AbsPath: "/videos/clip.mp4", Size: 123456, QuickHash: "00ff", Frames: testFrames, W: testW, H: testH}
	for i := range testFrames {
		m.Timestamps = append(m.Timestamps, float64(i)*1001/30000)
	}
	return m
}

// actor does random but repeatable things to a document, as a labeler and a
// propagation would.
type actor struct {
	rng  *rand.Rand
	doc  *annotate.Document
	hist *annotate.History
	p    *Project // nil, or where propagations are recorded as runs
}

func newActor(seed uint64, doc *annotate.Document, hist *annotate.History) *actor {
	return &actor{rand.New(rand.NewPCG(seed, 7)), doc, hist, nil}
}

// step does one action: one change, or the several of a propagation, an undo
// or a redo.
func (a *actor) step() {
	if len(a.doc.Objects()) == 0 {
		a.addObject()
		return
	}
	actions := []func(){
		a.addObject, a.renameObject, a.deleteObject, a.addClass, a.deleteClass,
		a.addPoint, a.addPoint, a.setBox, a.paintPrompt, a.clearPrompt,
		a.paint, a.protect, a.setRange, a.setSetting, a.note, a.note, a.cut,
		func() { a.propagate(1 + a.rng.IntN(6)) }, a.importMasks,
		a.undo, a.undo, a.redo,
	}
	actions[a.rng.IntN(len(actions))]()
}

func (a *actor) do(name string, edits ...annotate.Edit) {
	a.hist.Do(annotate.Change{Name: name, Edits: edits})
}

func (a *actor) object() annotate.ObjectID {
	all := a.doc.Objects()
	return all[a.rng.IntN(len(all))].ID
}

func (a *actor) key() annotate.FrameKey {
	return annotate.FrameKey{Object: a.object(), Frame: a.rng.IntN(testFrames)}
}

func (a *actor) mask() annotate.Mask {
	b := annotate.NewBitmap(testW, testH)
	x0, y0 := a.rng.IntN(testW), a.rng.IntN(testH)
	for y := y0; y < min(testH, y0+a.rng.IntN(20)); y++ {
		for x := x0; x < min(testW, x0+1+a.rng.IntN(20)); x++ {
			b.Set(x, y, true)
		}
	}
	return annotate.MaskFromBitmap(b)
}

func (a *actor) result(source annotate.Source) *annotate.Result {
	r := annotate.NewResult(a.mask(), a.rng.Float64(), source, []string{"classic", "sam2.1-tiny-1024", ""}[a.rng.IntN(3)])
	r.Score, r.IoU = a.rng.NormFloat64()*8, a.rng.Float64()
	return &r
}

func (a *actor) addObject() {
	id := a.doc.NextObjectID()
	a.do("Add object", a.doc.SetObject(annotate.Object{ID: id, Color: annotate.PaletteColor(int(id))}))
}

func (a *actor) renameObject() {
	o, _ := a.doc.Object(a.object())
	o.Label = []string{"", "left dog", "äöü 猫 'quoted\" \x00 \u2028"}[a.rng.IntN(3)]
	o.Hidden = a.rng.IntN(2) == 0
	if cs := a.doc.Classes(); len(cs) > 0 {
		o.Class = cs[a.rng.IntN(len(cs))].ID
	}
	a.do("Rename object", a.doc.SetObject(o))
}

func (a *actor) deleteObject() {
	if len(a.doc.Objects()) > 1 {
		a.do("Delete object", a.doc.DeleteObject(a.object())...)
	}
}

func (a *actor) addClass() {
	id := a.doc.NextClassID()
	a.do("Add class", a.doc.SetClass(annotate.Class{ID: id, Name: fmt.Sprint("class ", id), Color: annotate.PaletteColor(int(id)), Key: []string{"", "d"}[a.rng.IntN(2)]}))
}

func (a *actor) deleteClass() {
	if cs := a.doc.Classes(); len(cs) > 0 {
		a.do("Delete class", a.doc.DeleteClass(cs[a.rng.IntN(len(cs))].ID)...)
	}
}

// addPoint makes the prompt and the engine's answer one change, as a click does.
func (a *actor) addPoint() {
	k := a.key()
	p, _ := a.doc.Prompt(k)
	p.Mask = nil
	p = p.WithPoint(annotate.Point{X: a.rng.Float64() * testW, Y: a.rng.Float64() * testH, Positive: a.rng.IntN(3) > 0})
	a.do("Add point", a.doc.SetPrompt(k, &p), a.doc.SetResult(k, a.result(annotate.Prompted)))
}

func (a *actor) setBox() {
	k := a.key()
	p, _ := a.doc.Prompt(k)
	p.Mask = nil
	p.Box = &annotate.Box{X0: 1.5, Y0: 2, X1: 3 + a.rng.Float64()*50, Y1: 40}
	a.do("Draw box", a.doc.SetPrompt(k, &p))
}

func (a *actor) paintPrompt() {
	m := a.mask()
	a.do("Use mask", a.doc.SetPrompt(a.key(), &annotate.Prompt{Mask: &m}))
}

func (a *actor) clearPrompt() {
	id := a.object()
	if frames := a.doc.Keyframes(id); len(frames) > 0 {
		k := annotate.FrameKey{Object: id, Frame: frames[a.rng.IntN(len(frames))]}
		a.do("Clear prompt", a.doc.SetPrompt(k, nil), a.doc.SetResult(k, nil))
	}
}

func (a *actor) paint() { a.do("Paint", a.doc.SetResult(a.key(), a.result(annotate.Painted))) }

func (a *actor) protect() {
	k := a.key()
	a.do("Accept frame", a.doc.SetProtected(k, !a.doc.Protected(k)))
}

func (a *actor) setRange() {
	if a.rng.IntN(3) == 0 {
		a.do("Clear range", a.doc.SetRange(nil))
		return
	}
	first := a.rng.IntN(testFrames)
	a.do("Set range", a.doc.SetRange(&annotate.Range{First: first, Last: first + a.rng.IntN(testFrames-first)}))
}

// note changes what is said of an object, by every means there is.
func (a *actor) note() {
	id, first := a.object(), a.rng.IntN(testFrames)
	r := annotate.Range{First: first, Last: first + a.rng.IntN(testFrames-first)}
	n := a.doc.Notes(id)
	switch a.rng.IntN(6) {
	case 0:
		n.Absent = n.Absent.With(r)
	case 1:
		n.Absent, n.Occluded = n.Absent.Without(r), n.Occluded.With(r)
	case 2:
		n = n.WithThrough(first, a.rng.IntN(3) > 0)
	case 3:
		n = n.WithAttribute(annotate.Attribute{Key: "pose", Value: fmt.Sprint("äöü 猫 \"\x00", a.rng.IntN(3))})
	case 4:
		n = n.WithAttribute(annotate.Attribute{Key: "pose", Value: fmt.Sprint(a.rng.IntN(3)), Frames: &r})
	case 5:
		n = annotate.Notes{}
	}
	a.do("Note", a.doc.SetNotes(id, n))
}

func (a *actor) cut() {
	v := a.rng.IntN(2) == 0
	set := []*bool{nil, &v}[a.rng.IntN(2)]
	a.do("Cut", a.doc.SetCut(1+a.rng.IntN(testFrames-1), set))
}

func (a *actor) setSetting() {
	if a.rng.IntN(4) == 0 {
		a.do("Reset setting", a.doc.SetSetting("preset", nil))
		return
	}
	v := fmt.Sprint("v", a.rng.IntN(100))
	a.do("Change setting", a.doc.SetSetting("preset", &v))
}

// propagate is n frames with a mask of every object on each: one change a
// frame, one step in all. The mask's IoU marks all that were made together.
func (a *actor) propagate(n int) {
	group, first := a.hist.NewGroup(), a.rng.IntN(testFrames)
	if a.p != nil {
		run := Run{Group: group, Range: annotate.Range{First: first, Last: min(testFrames, first+n) - 1}, Phase: 2, Direction: "forward"}
		for _, o := range a.doc.Objects() {
			run.Objects = append(run.Objects, o.ID)
		}
		run = a.p.StartRun(run)
		defer a.p.FinishRun(run.ID, RunDone)
	}
	for f := first; f < min(testFrames, first+n); f++ {
		mark := a.rng.Float64()
		var edits []annotate.Edit
		for _, o := range a.doc.Objects() {
			r := a.result(annotate.Tracked)
			r.IoU = mark
			edits = append(edits, a.doc.SetResult(annotate.FrameKey{Object: o.ID, Frame: f}, r))
		}
		a.hist.Do(annotate.Change{Name: "Track", Group: group, Edits: edits})
		if a.p != nil {
			a.p.Flush(context.Background())
		}
	}
}

func (a *actor) importMasks() {
	var edits []annotate.Edit
	id := a.object()
	for range 5 {
		k := annotate.FrameKey{Object: id, Frame: a.rng.IntN(testFrames)}
		edits = append(edits, a.doc.SetResult(k, a.result(annotate.Imported)))
	}
	// A frame that comes twice would record a state that never was.
	slices.SortFunc(edits, func(x, y annotate.Edit) int {
		return x.(annotate.ResultEdit).Key.Frame - y.(annotate.ResultEdit).Key.Frame
	})
	edits = slices.CompactFunc(edits, func(x, y annotate.Edit) bool {
		return x.(annotate.ResultEdit).Key == y.(annotate.ResultEdit).Key
	})
	a.do("Import", edits...)
}

func (a *actor) undo() { a.hist.Undo() }
func (a *actor) redo() { a.hist.Redo() }

// sameContents fails the test unless both contents are identical, pixels and
// all.
func sameContents(t *testing.T, what string, got, want annotate.Contents) {
	t.Helper()
	if g, w := plainContents(t, got), plainContents(t, want); !reflect.DeepEqual(g, w) {
		t.Fatalf("%s: the documents differ\n got %+v\nwant %+v", what, g, w)
	}
}

// plainContents loads all masks and takes out what makes no difference: a
// list without elements and none.
func plainContents(t *testing.T, c annotate.Contents) annotate.Contents {
	t.Helper()
	for id, frames := range c.Results {
		for f, r := range frames {
			m, err := r.Mask.Load()
			if err != nil {
				t.Fatalf("mask of object %d on frame %d: %v", id, f, err)
			}
			if r.Area != m.Area() {
				t.Fatalf("mask of object %d on frame %d has another area than it says", id, f)
			}
			r.Mask = annotate.InMemory(m)
			frames[f] = r
		}
	}
	for k, p := range c.Prompts {
		p.Points = append([]annotate.Point(nil), p.Points...)
		c.Prompts[k] = p
	}
	c.Classes = append([]annotate.Class(nil), c.Classes...)
	c.Objects = append([]annotate.Object(nil), c.Objects...)
	c.Protected = append([]annotate.FrameKey(nil), c.Protected...)
	if c.Settings == nil {
		c.Settings = map[string]string{}
	}
	return c
}
