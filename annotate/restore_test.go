package annotate_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// fullContents holds at least one record of every kind.
func fullContents() annotate.Contents {
	return annotate.Contents{
		W: 8, H: 6, Frames: 10,
		Classes:   []annotate.Class{{ID: 1, Name: "dog"}, {ID: 4, Name: "cat"}},
		Objects:   []annotate.Object{{ID: 1, Class: 4}, {ID: 2, Label: "left"}},
		Prompts:   map[annotate.FrameKey]annotate.Prompt{{Object: 1, Frame: 3}: {Box: &annotate.Box{X1: 2, Y1: 2}}},
		Results:   map[annotate.ObjectID]map[int]annotate.Result{2: {9: annotate.NewResult(annotate.FullMask(8, 6), 0.5, annotate.Painted, "")}},
		Protected: []annotate.FrameKey{{Object: 1, Frame: 0}, {Object: 1, Frame: 9}, {Object: 2, Frame: 1}},
		Notes: map[annotate.ObjectID]annotate.Notes{2: {
			Absent: annotate.Ranges{{First: 4, Last: 5}}, Occluded: annotate.Ranges{{First: 0, Last: 0}, {First: 9, Last: 9}}, Through: []int{7},
			Attributes: []annotate.Attribute{{Key: "pose", Value: "left"}, {Key: "pose", Value: "right", Frames: &annotate.Range{First: 2, Last: 9}}},
		}},
		Cuts:     map[int]bool{3: true, 7: false},
		Range:    &annotate.Range{First: 1, Last: 8},
		Settings: map[string]string{"preset": "fast"},
	}
}

func TestRestoreGivesTheSameContents(t *testing.T) {
	doc, err := annotate.Restore(fullContents())
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Contents(); !reflect.DeepEqual(got, fullContents()) {
		t.Errorf("got  %+v\nwant %+v", got, fullContents())
	}
	if doc.Name(1) != "cat" || !doc.Protected(annotate.FrameKey{Object: 2, Frame: 1}) {
		t.Error("the restored document does not answer from its contents")
	}
}

func TestContentsIsACopy(t *testing.T) {
	doc, err := annotate.Restore(fullContents())
	if err != nil {
		t.Fatal(err)
	}
	c := doc.Contents()
	c.Settings["preset"] = "accurate"
	delete(c.Results[2], 9)
	c.Range.First = 5
	delete(c.Notes, 2)
	c.Cuts[3] = false
	if got := doc.Contents(); !reflect.DeepEqual(got, fullContents()) {
		t.Errorf("changing a copy changed the document: %+v", got)
	}
}

func TestRestoreRefusesWhatCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(*annotate.Contents){
		"no size":          func(c *annotate.Contents) { c.W = 0 },
		"no frames":        func(c *annotate.Contents) { c.Frames = 0 },
		"object 0":         func(c *annotate.Contents) { c.Objects[0].ID = 0 },
		"class -1":         func(c *annotate.Contents) { c.Classes[0].ID = -1 },
		"prompt frame":     func(c *annotate.Contents) { c.Prompts[annotate.FrameKey{Object: 1, Frame: 10}] = annotate.Prompt{} },
		"result frame":     func(c *annotate.Contents) { c.Results[2][-1] = annotate.Result{} },
		"absent frame":     func(c *annotate.Contents) { c.Notes[2].Absent[0].Last = 10 },
		"absent backwards": func(c *annotate.Contents) { c.Notes[2].Absent[0].First = 6 },
		"cut of an object": func(c *annotate.Contents) { c.Notes[2].Through[0] = -3 },
		"attribute frame":  func(c *annotate.Contents) { c.Notes[2].Attributes[1].Frames.First = -2 },
		"no attribute":     func(c *annotate.Contents) { c.Notes[2].Attributes[0].Key = "" },
		"long attribute": func(c *annotate.Contents) {
			c.Notes[2].Attributes[0].Value = strings.Repeat("x", annotate.MaxAttributeValue+1)
		},
		"too many attributes": func(c *annotate.Contents) {
			c.Notes[1] = annotate.Notes{Attributes: make([]annotate.Attribute, annotate.MaxAttributes+1)}
		},
		"cut frame":        func(c *annotate.Contents) { c.Cuts[0] = true },
		"protection frame": func(c *annotate.Contents) { c.Protected[0].Frame = 99 },
	} {
		c := fullContents()
		spoil(&c)
		if _, err := annotate.Restore(c); !errors.Is(err, annotate.ErrContents) {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}
