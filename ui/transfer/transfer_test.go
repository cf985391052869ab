package transfer

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// masks returns a document of two objects with masks on some frames.
func masks() *annotate.Document {
	d := annotate.NewDocument(8, 6, 10)
	h := annotate.NewHistory(d, nil)
	b := annotate.NewBitmap(8, 6)
	b.Set(3, 3, true)
	for id, frames := range map[annotate.ObjectID][]int{1: {0, 1, 2}, 2: {2, 3}} {
		edits := []annotate.Edit{d.SetObject(annotate.Object{ID: id})}
		for _, f := range frames {
			r := annotate.NewResult(annotate.MaskFromBitmap(b), 1, annotate.Tracked, "")
			edits = append(edits, d.SetResult(annotate.FrameKey{Object: id, Frame: f}, &r))
		}
		h.Do(annotate.Change{Edits: edits})
	}
	return d
}

func TestSelection(t *testing.T) {
	d := masks()
	for _, tt := range []struct {
		name            string
		s               Selection
		objects, frames int
	}{
		{"all", Selection{}, 2, 4},
		{"one object", Selection{Objects: []annotate.ObjectID{2}}, 1, 2},
		{"a range", Selection{Range: &annotate.Range{First: 0, Last: 1}}, 1, 2},
		{"both", Selection{Objects: []annotate.ObjectID{2}, Range: &annotate.Range{First: 3, Last: 9}}, 1, 1},
		{"nothing", Selection{Objects: []annotate.ObjectID{2}, Range: &annotate.Range{First: 0, Last: 1}}, 0, 0},
	} {
		if o, f := tt.s.Count(d); o != tt.objects || f != tt.frames {
			t.Errorf("%s: counts %d objects on %d frames", tt.name, o, f)
		}
		// What is selected is what is counted, and nothing of the document changes.
		c := tt.s.Of(d.Contents())
		frames := map[int]bool{}
		objects := 0
		for _, o := range c.Objects {
			if len(c.Results[o.ID]) > 0 {
				objects++
			}
			for f := range c.Results[o.ID] {
				frames[f] = true
			}
		}
		if objects != tt.objects || len(frames) != tt.frames {
			t.Errorf("%s: holds %d objects on %d frames", tt.name, objects, len(frames))
		}
	}
	if n := len(d.ResultFrames(1)) + len(d.ResultFrames(2)); n != 5 {
		t.Errorf("the document holds %d masks afterwards", n)
	}
}

func TestExisting(t *testing.T) {
	dir := t.TempDir()
	if got := Existing(filepath.Join(dir, "none"), []string{"png", "coco"}); len(got) != 0 {
		t.Errorf("in no folder %q", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "coco.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Existing(dir, []string{"png", "coco"}); !slices.Equal(got, []string{"coco.json"}) {
		t.Errorf("replaces %q", got)
	}
	if got := Existing(dir, []string{"png"}); len(got) != 0 {
		t.Errorf("a format that is not chosen replaces %q", got)
	}
}
