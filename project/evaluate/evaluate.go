// Package evaluate compares folders of masks with true ones by the measures of
// the DAVIS benchmark: whatever the layout of the two folders, objects and
// frames are paired first, then measured one by one.
package evaluate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
)

// Progress is told what goes on: done of total items, of which total may be 0
// while it is unknown. stage is for programs, what for people.
type Progress interface {
	Doing(stage, what, items string, done, total int)
}

// Options say what is compared.
type Options struct {
	Pred, Truth string // folders of masks
	All         bool   // count the first and last frame too, which DAVIS leaves out
	MatchIDs    bool   // pair objects by the assignment that overlaps most, not by their numbers
}

// Judged says which frames of an object are compared.
type Judged int

// The rules of the benchmarks.
const (
	// Inner leaves out the first and the last frame, as DAVIS and MOSE do.
	Inner Judged = iota
	// Every counts all frames.
	Every
	// OwnInner leaves out the first and the last of the frames that have a true
	// picture of the object, as SA-V does, whose objects have frames of their own.
	OwnInner
	// Later counts the frames after the first on which the object is there, as
	// YouTube-VOS does.
	Later
)

// Result is what a comparison gives.
type Result struct {
	Measures
	Frames  int      `json:"frames"`  // frames that were compared, per object
	Missing int      `json:"missing"` // predictions that were not there; they count as empty
	Objects []Object `json:"objects"`
	Notes   []string `json:"-"` // what the user should know of how the masks were read
}

// Object is the comparison of one object.
type Object struct {
	ID   Name   `json:"id"`
	Pred string `json:"pred,omitempty"` // the predicted object, where it was assigned
	Measures
}

// Name is an object's folder name; in JSON a number where it is one.
type Name string

// MarshalJSON implements json.Marshaler.
func (n Name) MarshalJSON() ([]byte, error) {
	if id, err := strconv.Atoi(string(n)); err == nil {
		return json.Marshal(id)
	}
	return json.Marshal(string(n))
}

// Measures holds means over frames (and objects) of J and F with the recall
// and decay of the DAVIS benchmark.
type Measures struct {
	J       float64 `json:"J"`
	F       float64 `json:"F"`
	JF      float64 `json:"JF"`
	JRecall float64 `json:"J_recall"`
	JDecay  float64 `json:"J_decay"`
	FRecall float64 `json:"F_recall"`
	FDecay  float64 `json:"F_decay"`
	T       float64 `json:"T"`       // temporal instability of the contours, 0 is best
	Flicker float64 `json:"flicker"` // share of the area that changes against the motion
}

// Folders compares two mask folders.
func Folders(ctx context.Context, o Options, progress Progress) (*Result, error) {
	progress.Doing("reading", "Reading the folders", "", 0, 0)
	truth, err := ReadFolder(ctx, o.Truth, "Reading the true masks", progress)
	if err != nil {
		return nil, err
	}
	pred, err := ReadFolder(ctx, o.Pred, "Reading the predicted masks", progress)
	if err != nil {
		return nil, err
	}
	judged := Inner
	if o.All {
		judged = Every
	}
	return Compare(ctx, truth, pred, judged, o.MatchIDs, progress)
}

// Compare compares the masks of two folders that were read; best pairs objects
// by the assignment that overlaps most, not by their numbers.
func Compare(ctx context.Context, truth, pred *Folder, judged Judged, best bool, progress Progress) (*Result, error) {
	f, err := besides(truth, pred)
	if err != nil {
		return nil, err
	}
	pairs, err := f.pairs(best)
	if err != nil {
		return nil, err
	}
	var frames [][]string
	total, done := 0, 0
	e := &Result{Notes: append(truth.notes, pred.notes...)}
	pairs = slices.DeleteFunc(pairs, func(p pair) bool {
		of := f.judged(judged, p.truth)
		if len(of) == 0 {
			e.Notes = append(e.Notes, fmt.Sprintf("object %s of %s has no frame that counts", p.id, truth.dir))
			return true
		}
		frames = append(frames, of)
		total += len(of)
		e.Frames = max(e.Frames, len(of))
		return false
	})
	if len(pairs) == 0 {
		return nil, fmt.Errorf("%s has %d frames; without the first and last nothing is left (use -all)", truth.dir, len(truth.Names))
	}
	for i, p := range pairs {
		step := func(int) {
			done++
			progress.Doing("comparing", "Comparing masks", "masks", done, total)
		}
		m, missing, err := f.measure(ctx, p, frames[i], step)
		if err != nil {
			return nil, err
		}
		e.Missing += missing
		object := Object{ID: Name(p.id), Measures: m}
		if p.pred != p.truth && best {
			object.Pred = p.pred
		}
		e.Objects = append(e.Objects, object)
	}
	e.Measures = Mean(e.Objects)
	return e, nil
}

// measure compares one object over the frames.
func (e folders) measure(ctx context.Context, p pair, frames []string, step func(frame int)) (m Measures, missing int, err error) {
	var js, fs []float64
	var truths, preds []annotate.Mask
	for i, name := range frames {
		if err := ctx.Err(); err != nil {
			return m, 0, err
		}
		step(i)
		truth, pred, gone, err := e.masks(name, p)
		if err != nil {
			return m, 0, err
		}
		if gone {
			missing++
		}
		j, err := davis.J(pred, truth)
		if err != nil {
			return m, 0, err
		}
		f, err := davis.F(pred, truth)
		if err != nil {
			return m, 0, err
		}
		js, fs = append(js, j), append(fs, f)
		truths, preds = append(truths, truth), append(preds, pred)
	}
	j, f := davis.Summarise(js), davis.Summarise(fs)
	m = Measures{J: j.Mean, F: f.Mean, JF: (j.Mean + f.Mean) / 2, JRecall: j.Recall, JDecay: j.Decay, FRecall: f.Recall, FDecay: f.Decay}
	m.T, err = davis.T(preds)
	if err != nil {
		return m, 0, err
	}
	m.Flicker, err = davis.Flicker(preds, truths)
	return m, missing, err
}

// Mean returns the mean over objects.
func Mean(objects []Object) Measures {
	var m Measures
	n := float64(len(objects))
	for _, o := range objects {
		m.J += o.J / n
		m.F += o.F / n
		m.JF += o.JF / n
		m.JRecall += o.JRecall / n
		m.JDecay += o.JDecay / n
		m.FRecall += o.FRecall / n
		m.FDecay += o.FDecay / n
		m.T += o.T / n
		m.Flicker += o.Flicker / n
	}
	return m
}
