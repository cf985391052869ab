package annotate_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

const noteFrames = 24

func randomRange(r *rand.Rand) annotate.Range {
	first := r.IntN(noteFrames)
	return annotate.Range{First: first, Last: first + r.IntN(noteFrames-first)}
}

// Sets of frames are what the frames one by one say, in one form only.
func TestRangesAreSetsOfFrames(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var set annotate.Ranges
		var want [noteFrames]bool
		for range 12 {
			before := slices.Clone(set)
			part, on := randomRange(r), r.IntN(2) == 0
			next := set.Without(part)
			if on {
				next = set.With(part)
			}
			if !slices.Equal(set, before) {
				t.Fatalf("seed %d: a change of a set changed the one before", seed)
			}
			for f := part.First; f <= part.Last; f++ {
				want[f] = on
			}
			set = next
			checkSet(t, seed, set, want[:])
		}
		inner := randomRange(r)
		for f := range want {
			want[f] = want[f] && inner.Contains(f)
		}
		checkSet(t, seed, set.Within(inner), want[:])
	}
}

func checkSet(t *testing.T, seed uint64, set annotate.Ranges, want []bool) {
	t.Helper()
	for f, in := range want {
		if set.Contains(f) != in {
			t.Fatalf("seed %d: frame %d in %v: %v", seed, f, set, !in)
		}
	}
	for i, r := range set {
		if r.Len() == 0 || i > 0 && r.First <= set[i-1].Last+1 {
			t.Fatalf("seed %d: %v is not in order", seed, set)
		}
	}
}

// Attributes are what the frames one by one say, whatever is set and removed.
func TestAttributesHoldFrameByFrame(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		var n annotate.Notes
		whole := map[string]string{}
		var frames [noteFrames]map[string]string
		for f := range frames {
			frames[f] = map[string]string{}
		}
		for range 15 {
			key, value, part := []string{"pose", "color"}[r.IntN(2)], strconv.Itoa(r.IntN(3)), randomRange(r)
			switch r.IntN(5) {
			case 0:
				n, whole[key] = n.WithAttribute(annotate.Attribute{Key: key, Value: value}), value
			case 1:
				n = n.WithoutAttribute(key, nil)
				delete(whole, key)
				for f := range frames {
					delete(frames[f], key)
				}
			case 2:
				n = n.WithoutAttribute(key, &part)
				for f := part.First; f <= part.Last; f++ {
					delete(frames[f], key)
				}
			default:
				n = n.WithAttribute(annotate.Attribute{Key: key, Value: value, Frames: &part})
				for f := part.First; f <= part.Last; f++ {
					frames[f][key] = value
				}
			}
			if !reflect.DeepEqual(n, n.Tidy()) || n.Validate(noteFrames) != nil {
				t.Fatalf("seed %d: %+v is not tidy", seed, n.Attributes)
			}
			for f := range frames {
				for _, key := range []string{"pose", "color"} {
					want, ok := frames[f][key]
					if !ok {
						want, ok = whole[key]
					}
					if got, has := n.AttributesAt(f)[key]; got != want || has != ok {
						t.Fatalf("seed %d: frame %d has %s %q, want %q: %+v", seed, f, key, got, want, n.Attributes)
					}
				}
			}
		}
	}
}

func TestThrough(t *testing.T) {
	var n annotate.Notes
	for _, f := range []int{9, 4, 9, 7} {
		n = n.WithThrough(f, true)
	}
	kept := n.WithThrough(4, false).WithThrough(5, false)
	if !slices.Equal(n.Through, []int{4, 7, 9}) || !slices.Equal(kept.Through, []int{7, 9}) {
		t.Errorf("%v and %v", n.Through, kept.Through)
	}
	if kept.GoesOn(4) || !kept.GoesOn(9) || kept.GoesOn(10) {
		t.Error("the track goes on elsewhere")
	}
}

// Whatever is set can be stored and opened again.
func TestSetNotesKeepsWhatCanBeStored(t *testing.T) {
	d := annotate.NewDocument(8, 6, 10)
	h := annotate.NewHistory(d, nil)
	n := annotate.Notes{
		Absent:  annotate.Ranges{{First: 8, Last: 30}, {First: -4, Last: 1}, {First: 5, Last: 3}},
		Through: []int{4, 40, 4},
		Attributes: []annotate.Attribute{
			{Key: "", Value: "x"}, {Key: "k\xff", Value: "x"}, {Key: strings.Repeat("k", annotate.MaxAttributeKey+1)},
			{Key: "good", Frames: &annotate.Range{First: 9, Last: 99}},
		},
	}
	for i := range annotate.MaxAttributes + 5 {
		n.Attributes = append(n.Attributes, annotate.Attribute{Key: "n" + strconv.Itoa(i)})
	}
	h.Do(annotate.Change{Name: "Note", Edits: []annotate.Edit{
		d.SetObject(annotate.Object{ID: 1}), d.SetNotes(1, n),
	}})
	got := d.Notes(1)
	if want := (annotate.Ranges{{First: 0, Last: 1}, {First: 8, Last: 9}}); !slices.Equal(got.Absent, want) || !slices.Equal(got.Through, []int{4}) {
		t.Errorf("kept %+v", got)
	}
	if a := got.Attributes; len(a) != annotate.MaxAttributes || a[0].Key != "good" || *a[0].Frames != (annotate.Range{First: 9, Last: 9}) {
		t.Errorf("%d attributes, first %+v", len(a), a[0])
	}
	if _, err := annotate.Restore(d.Contents()); err != nil {
		t.Error(err)
	}
	h.Do(annotate.Change{Name: "Delete", Edits: d.DeleteObject(1)})
	if c := d.Contents(); len(c.Notes) != 0 {
		t.Errorf("the notes stay without their object: %+v", c.Notes)
	}
}
