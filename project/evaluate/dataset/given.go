package dataset

import (
	"fmt"
	"strconv"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/evaluate"
	"github.com/masklet/masklet/project/export"
)

// Given is an object with the mask that the protocol gives for it.
type Given struct {
	ID    annotate.ObjectID
	Name  string // what the data set calls it: its index, or its folder
	Frame int    // of the video
	Mask  annotate.Mask
}

// Given returns the objects of a sequence whose true masks were read, each with
// its mask on the first frame on which it is there: what a semi-supervised
// method may know. v is the video, with the names of its frames.
func (l Layout) Given(truth *evaluate.Folder, v export.Video) ([]Given, error) {
	in := export.Input{Video: v}
	frames, err := in.FramesOf("true masks", truth.Names)
	if err != nil {
		return nil, err
	}
	var out []Given
	for i, id := range truth.IDs {
		g := Given{ID: annotate.ObjectID(i + 1), Name: id}
		if n, err := strconv.Atoi(id); err == nil && !l.Separate {
			g.ID = annotate.ObjectID(n)
		}
		for k, name := range truth.Names {
			if m, there := truth.Mask(name, id); there && !m.Empty() {
				g.Frame, g.Mask = frames[k], m
				break
			}
		}
		if g.Mask.IsZero() {
			continue // it is never there
		}
		if w, h := g.Mask.Size(); w != v.W || h != v.H {
			return nil, fmt.Errorf("the true masks are %dx%d, the frames %dx%d", w, h, v.W, v.H)
		}
		out = append(out, g)
	}
	return out, nil
}

// HasTruth reports whether there are true masks to compare with, beside those
// that are given: the public parts of some data sets have none.
func HasTruth(truth *evaluate.Folder, given []Given) bool {
	frames := map[int]bool{}
	for _, g := range given {
		frames[g.Frame] = true
	}
	return len(truth.Names) > len(frames)
}
