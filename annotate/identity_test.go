package annotate_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// identityDoc returns a document of two objects with random tracks and notes. Masks
// tell by their area whose they were.
func identityDoc(seed uint64) (*annotate.Document, *annotate.History) {
	r := rand.New(rand.NewPCG(seed, 3))
	d := annotate.NewDocument(8, 6, noteFrames)
	h := annotate.NewHistory(d, nil)
	for id := annotate.ObjectID(1); id <= 2; id++ {
		edits := []annotate.Edit{d.SetObject(annotate.Object{ID: id, Label: fmt.Sprint("object ", id), Color: annotate.PaletteColor(int(id))})}
		n := annotate.Notes{Absent: annotate.Ranges{randomRange(r)}, Occluded: annotate.Ranges{randomRange(r)}}.WithThrough(r.IntN(noteFrames), true)
		part := randomRange(r)
		n = n.WithAttribute(annotate.Attribute{Key: "pose", Value: fmt.Sprint(id), Frames: &part})
		for f := range noteFrames {
			k := annotate.FrameKey{Object: id, Frame: f}
			if n.Absent.Contains(f) || r.IntN(3) == 0 {
				continue
			}
			m := annotate.NewBitmap(8, 6)
			for i := range 1 + (f+int(id)*7)%40 {
				m.Set(i%8, i/8, true)
			}
			res := annotate.NewResult(annotate.MaskFromBitmap(m), 0.5, annotate.Tracked, "")
			edits = append(edits, d.SetResult(k, &res))
			if r.IntN(5) == 0 {
				edits = append(edits, d.SetPrompt(k, &annotate.Prompt{Points: []annotate.Point{{X: float64(id), Y: 1, Positive: true}}}))
			}
			if r.IntN(5) == 0 {
				edits = append(edits, d.SetProtected(k, true))
			}
		}
		edits = append(edits, d.SetNotes(id, n))
		h.Do(annotate.Change{Edits: edits})
	}
	return d, h
}

// tracksOf returns all that is said of an object on a frame.
func factsOf(d *annotate.Document, id annotate.ObjectID, f int) string {
	k := annotate.FrameKey{Object: id, Frame: f}
	p, prompted := d.Prompt(k)
	res, tracked := d.Result(k)
	n := d.Notes(id)
	return fmt.Sprint(prompted, p.Points, tracked, res.Area, d.Protected(k), n.Absent.Contains(f), n.Occluded.Contains(f), n.GoesOn(f), n.AttributesAt(f))
}

func do(h *annotate.History, edits []annotate.Edit) { h.Do(annotate.Change{Name: "x", Edits: edits}) }

func TestSwapFrom(t *testing.T) {
	for seed := range uint64(50) {
		d, h := identityDoc(seed)
		before := d.Contents()
		was, _ := identityDoc(seed)
		at := int(seed) % noteFrames
		do(h, d.SwapFrom(1, 2, at))
		for f := range noteFrames {
			one, two := annotate.ObjectID(1), annotate.ObjectID(2)
			if f >= at {
				one, two = two, one
			}
			if factsOf(d, 1, f) != factsOf(was, one, f) || factsOf(d, 2, f) != factsOf(was, two, f) {
				t.Fatalf("seed %d, swap at %d: frame %d has %s and %s", seed, at, f, factsOf(d, 1, f), factsOf(d, 2, f))
			}
		}
		do(h, d.SwapFrom(1, 2, at))
		if !reflect.DeepEqual(d.Contents(), before) {
			t.Fatalf("seed %d: swapped twice it is another document", seed)
		}
		h.Undo()
		h.Undo()
		if !reflect.DeepEqual(d.Contents(), before) {
			t.Fatalf("seed %d: undo does not give it back", seed)
		}
	}
}

// A track that is split and joined again is what it was, and neither changes what
// is said of other objects.
func TestSplitAndJoin(t *testing.T) {
	for seed := range uint64(50) {
		d, h := identityDoc(seed)
		before := d.Contents()
		was, _ := identityDoc(seed)
		at := int(seed) % noteFrames
		do(h, d.SplitAt(1, at, annotate.Object{ID: 5, Label: "second"}))
		for f := range noteFrames {
			whose := annotate.ObjectID(1)
			if f >= at {
				whose = 5
			}
			if factsOf(d, whose, f) != factsOf(was, 1, f) || factsOf(d, 2, f) != factsOf(was, 2, f) {
				t.Fatalf("seed %d, split at %d: frame %d of %d has %s", seed, at, f, whose, factsOf(d, whose, f))
			}
			if _, ok := d.Result(annotate.FrameKey{Object: 6 - whose, Frame: f}); ok {
				t.Fatalf("seed %d: both have frame %d", seed, f)
			}
		}
		do(h, d.Join(1, 5))
		if got := d.Contents(); !reflect.DeepEqual(got, before) {
			t.Fatalf("seed %d: joined it is another document\n%+v\n%+v", seed, got, before)
		}
	}
}

// Of two tracks on one frame the user's own stands; nobody is absent who is seen.
func TestJoinOfOverlappingTracks(t *testing.T) {
	for seed := range uint64(50) {
		d, h := identityDoc(seed)
		was, _ := identityDoc(seed)
		do(h, d.Join(1, 2))
		if _, ok := d.Object(2); ok || len(d.ResultFrames(2))+len(d.Keyframes(2))+len(d.ProtectedFrames(2)) > 0 || !d.Notes(2).Empty() {
			t.Fatalf("seed %d: something of the object stays", seed)
		}
		for f := range noteFrames {
			k, other := annotate.FrameKey{Object: 1, Frame: f}, annotate.FrameKey{Object: 2, Frame: f}
			_, mine := was.Prompt(k)
			_, theirs := was.Prompt(other)
			if got, ok := d.Prompt(k); mine && !ok || !mine && theirs && !was.Protected(k) && (!ok || got.Points[0].X != 2) {
				t.Fatalf("seed %d: frame %d lost a prompt", seed, f)
			}
			_, one := was.Result(k)
			_, two := was.Result(other)
			if _, ok := d.Result(k); ok != (one || two) || ok && d.Notes(1).Absent.Contains(f) {
				t.Fatalf("seed %d: frame %d: mask %v, of %v and %v, absent %v", seed, f, ok, one, two, d.Notes(1).Absent)
			}
		}
	}
}

func TestRenumberObject(t *testing.T) {
	for _, to := range []annotate.ObjectID{2, 9} {
		d, h := identityDoc(7)
		was, _ := identityDoc(7)
		do(h, d.RenumberObject(1, to))
		o, _ := d.Object(to)
		if o.ID != to || o.Label != "object 1" || len(d.Objects()) != 2 {
			t.Errorf("objects %+v", d.Objects())
		}
		for f := range noteFrames {
			if factsOf(d, to, f) != factsOf(was, 1, f) || to == 2 && factsOf(d, 1, f) != factsOf(was, 2, f) {
				t.Errorf("to %d: frame %d has %s", to, f, factsOf(d, to, f))
			}
		}
		if to == 9 && !d.Notes(1).Empty() {
			t.Error("notes stay under the old number")
		}
		h.Undo()
		if !reflect.DeepEqual(d.Contents(), was.Contents()) {
			t.Error("undo does not give it back")
		}
	}
}
