package annotate_test

import (
	"errors"
	"reflect"
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
		Range:     &annotate.Range{First: 1, Last: 8},
		Settings:  map[string]string{"preset": "fast"},
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
		"protection frame": func(c *annotate.Contents) { c.Protected[0].Frame = 99 },
	} {
		c := fullContents()
		spoil(&c)
		if _, err := annotate.Restore(c); !errors.Is(err, annotate.ErrContents) {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}
