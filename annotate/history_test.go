package annotate

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

const testFrames = 12

// randomChange builds one action of a person from the document's state.
func randomChange(rng *rand.Rand, d *Document, group int64) Change {
	id := ObjectID(1 + rng.IntN(3))
	key := FrameKey{id, rng.IntN(testFrames)}
	c := Change{Name: "act", Group: group}
	switch rng.IntN(11) {
	case 0:
		c.Edits = []Edit{d.SetObject(Object{ID: id, Label: fmt.Sprint(rng.IntN(5)), Color: PaletteColor(int(id))})}
	case 1:
		c.Edits = d.DeleteObject(id)
	case 2:
		c.Edits = []Edit{d.SetClass(Class{ID: ClassID(1 + rng.IntN(2)), Name: fmt.Sprint(rng.IntN(5))})}
	case 3:
		c.Edits = d.DeleteClass(ClassID(1 + rng.IntN(2)))
	case 4:
		old, _ := d.Prompt(key)
		p := old.WithPoint(Point{X: rng.Float64(), Y: rng.Float64(), Positive: true})
		c.Edits = []Edit{d.SetPrompt(key, &p)}
	case 5:
		if p, ok := d.Prompt(key); ok && len(p.Points) > 1 {
			q := p.WithoutPoint(rng.IntN(len(p.Points)))
			c.Edits = []Edit{d.SetPrompt(key, &q)}
		} else {
			c.Edits = []Edit{d.SetPrompt(key, nil)}
		}
	case 6, 7:
		// A propagation's frame: a result for several objects at once.
		for o := ObjectID(1); o <= 3; o++ {
			m := MaskFromBitmap(randomBitmap(rng, 6, 5))
			r := NewResult(m, rng.Float64(), Tracked, "test")
			c.Edits = append(c.Edits, d.SetResult(FrameKey{o, key.Frame}, &r))
		}
	case 8:
		c.Edits = []Edit{d.SetProtected(key, !d.Protected(key)), d.SetResult(key, nil)}
	case 9:
		r := &Range{rng.IntN(3), 3 + rng.IntN(testFrames-3)}
		if rng.IntN(3) == 0 {
			r = nil
		}
		c.Edits = []Edit{d.SetRange(r)}
	case 10:
		v := fmt.Sprint(rng.IntN(4))
		c.Edits = []Edit{d.SetSetting("engine", &v)}
	}
	return c
}

// TestAnySequenceOfActionsCanBeUndone runs random actions, steps of a group
// among them, and compares the whole document after every undo and redo.
func TestAnySequenceOfActionsCanBeUndone(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 11))
		d := NewDocument(6, 5, testFrames)
		h := NewHistory(d, nil)
		states := []Contents{d.Contents()} // one a step
		for range 40 {
			var group int64
			n := 1
			if rng.IntN(4) == 0 {
				group, n = h.NewGroup(), 1+rng.IntN(6)
			}
			acted := false
			for range n {
				c := randomChange(rng, d, group)
				acted = acted || len(c.Edits) > 0
				h.Do(c)
			}
			if acted {
				states = append(states, d.Contents())
			}
		}
		at := len(states) - 1
		for range 200 {
			if rng.IntN(2) == 0 {
				if len(h.Undo()) > 0 {
					at--
				}
			} else if len(h.Redo()) > 0 {
				at++
			}
			if !reflect.DeepEqual(d.Contents(), states[at]) {
				t.Fatalf("seed %d: the document differs from step %d", seed, at)
			}
		}
		for len(h.Undo()) > 0 {
		}
		if !reflect.DeepEqual(d.Contents(), states[0]) {
			t.Fatalf("seed %d: undoing everything does not give the empty document", seed)
		}
		if _, ok := h.CanUndo(); ok {
			t.Fatal("there is still something to undo")
		}
	}
}

func TestANewActionEndsRedo(t *testing.T) {
	d := NewDocument(6, 5, testFrames)
	h := NewHistory(d, nil)
	set := func(v string) { h.Do(Change{Name: v, Edits: []Edit{d.SetSetting("k", &v)}}) }
	set("a")
	set("b")
	h.Undo()
	if name, ok := h.CanRedo(); !ok || name != "b" {
		t.Errorf("can redo %q, %v", name, ok)
	}
	set("c")
	if _, ok := h.CanRedo(); ok {
		t.Error("redo survived a new action")
	}
	h.Undo()
	if v, _ := d.Setting("k"); v != "a" {
		t.Errorf("setting is %q", v)
	}
}

type journal struct {
	kinds []ChangeKind
	doc   *Document // follows the recorded edits
}

func (j *journal) Applied(c Change, kind ChangeKind) {
	j.kinds = append(j.kinds, kind)
	for _, e := range c.Edits {
		e.apply(j.doc)
	}
}

// TestRecorderSeesEverything replays what a recorder was told on a second
// document: both must agree, or the project file would not.
func TestRecorderSeesEverything(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	d := NewDocument(6, 5, testFrames)
	j := &journal{doc: NewDocument(6, 5, testFrames)}
	h := NewHistory(d, j)
	for range 300 {
		switch rng.IntN(5) {
		case 0:
			h.Undo()
		case 1:
			h.Redo()
		default:
			h.Do(randomChange(rng, d, 0))
		}
	}
	if !reflect.DeepEqual(d.Contents(), j.doc.Contents()) {
		t.Error("the recorded edits lead to another document")
	}
	if !slices.Contains(j.kinds, Undone) || !slices.Contains(j.kinds, Redone) || d.Revision() != len(j.kinds) {
		t.Errorf("%d changes told, revision %d", len(j.kinds), d.Revision())
	}
}
