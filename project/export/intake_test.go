package export

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// Objects of an input meet those of a document as was asked, and never in
// silence.
func TestObjectsMeet(t *testing.T) {
	key := annotate.FrameKey{Object: 1, Frame: 0}
	for name, c := range map[string]struct {
		how   Meeting
		given Object
		to    annotate.ObjectID // 0: refused
		say   string
	}{
		"other name":          {MeetAsk, Object{ID: 1, Label: "car"}, 0, "-objects"},
		"other class":         {MeetAsk, Object{ID: 1, Class: "car"}, 0, "car"},
		"same name":           {MeetAsk, Object{ID: 1, Label: "Dog"}, 1, "already"},
		"no name":             {MeetAsk, Object{ID: 1}, 1, "already"},
		"merged":              {MeetMerge, Object{ID: 1, Label: "car"}, 1, "already"},
		"by label":            {MeetLabel, Object{ID: 1, Label: "cat"}, 2, "goes on as object 2"},
		"by label, none such": {MeetLabel, Object{ID: 1, Label: "car"}, 3, "is object 3"},
		"new":                 {MeetNew, Object{ID: 1, Label: "dog"}, 3, "is object 3"},
	} {
		doc := annotate.NewDocument(4, 4, 2)
		h := annotate.NewHistory(doc, nil)
		h.Do(annotate.Change{Name: "objects", Edits: []annotate.Edit{
			doc.SetObject(annotate.Object{ID: 1, Label: "dog"}), doc.SetObject(annotate.Object{ID: 2, Label: "cat"}),
		}})
		in := NewIntake(doc, c.how)
		if err := in.Take(key, annotate.FullMask(4, 4)); err != nil {
			t.Fatal(err)
		}
		change, taken, err := in.Change([]Object{c.given})
		if c.to == 0 {
			if !errors.Is(err, ErrImport) || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%s: error %v", name, err)
			}
			continue
		}
		if err != nil || !strings.Contains(strings.Join(taken.Notes, " "), c.say) {
			t.Errorf("%s: notes %q, error %v", name, taken.Notes, err)
			continue
		}
		h.Do(change)
		if _, ok := doc.Result(annotate.FrameKey{Object: c.to, Frame: 0}); !ok || taken.Masks != 1 {
			t.Errorf("%s: the mask is not on object %d", name, c.to)
		}
	}
}

// What an input says of an object is added to what the document says, and can be
// undone with the masks.
func TestNotesAreTakenIn(t *testing.T) {
	doc := annotate.NewDocument(4, 4, 10)
	h := annotate.NewHistory(doc, nil)
	had := annotate.Notes{Absent: annotate.Ranges{{First: 0, Last: 1}}, Attributes: []annotate.Attribute{{Key: "pose", Value: "sits"}}}
	h.Do(annotate.Change{Name: "objects", Edits: []annotate.Edit{doc.SetObject(annotate.Object{ID: 1}), doc.SetNotes(1, had)}})
	in := NewIntake(doc, MeetMerge)
	if err := in.Take(annotate.FrameKey{Object: 1, Frame: 5}, annotate.FullMask(4, 4)); err != nil {
		t.Fatal(err)
	}
	change, _, err := in.Change([]Object{{ID: 1, Notes: annotate.Notes{
		Absent: annotate.Ranges{{First: 2, Last: 3}, {First: 8, Last: 99}}, Attributes: []annotate.Attribute{{Key: "pose", Value: "runs"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	h.Do(change)
	want := annotate.Notes{Absent: annotate.Ranges{{First: 0, Last: 3}, {First: 8, Last: 9}}, Attributes: []annotate.Attribute{{Key: "pose", Value: "runs"}}}
	if got := doc.Notes(1); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	h.Undo()
	if got := doc.Notes(1); !reflect.DeepEqual(got, had) {
		t.Errorf("after undo %+v, want %+v", got, had)
	}
}
