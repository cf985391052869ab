// Package vos measures an engine by the semi-supervised protocol of video object
// segmentation on a whole data set: each object is given with its first true
// mask, is tracked forward, and is compared with the true masks that follow.
//
// It exists so that published figures can be checked against Masklet's with the
// same weights and data. Its output folder holds what it did, so that the same
// command goes on after it was stopped or killed.
package vos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/evaluate"
	"github.com/masklet/masklet/project/evaluate/dataset"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/project/promptfile"
	"github.com/masklet/masklet/ui/progress"
)

// The names of what the output folder holds.
const (
	recordFile = "run.json"
	scoresFile = "scores.json"
	submission = "submission" // the masks, as the benchmark wants them
	projects   = "projects"   // of sequences that are not finished
)

// Record says what a run measures. A folder is gone on with only by the same.
type Record struct {
	Program  string            `json:"program"`
	Dataset  string            `json:"dataset"`
	Layout   string            `json:"layout"`
	Engine   string            `json:"engine"`
	Settings map[string]string `json:"settings"`
}

// Protocol is one run over a data set.
type Protocol struct {
	Layout    dataset.Layout
	Sequences []dataset.Sequence
	Out       string // folder
	Record    Record
	Progress  *progress.Printer
	// Track tracks objects from their prompts forward to the end of the video in
	// a folder of frames, with a project file that a run that was killed may have
	// left, and hands the masks to done.
	Track func(ctx context.Context, frames, project string, objects []promptfile.Object, done func(export.Source) error) error
}

// Score is what one sequence gives.
type Score struct {
	Sequence string            `json:"sequence"`
	Frames   int               `json:"frames"` // compared, of the object with most
	Objects  []evaluate.Object `json:"objects"`
	evaluate.Measures
}

// Result is what a run gives.
type Result struct {
	Record
	Sequences int     `json:"sequences"` // that were tracked
	Objects   int     `json:"objects"`   // that were compared
	Scores    []Score `json:"scores"`
	Unjudged  int     `json:"unjudged"` // sequences without true masks to compare with
	// The means over all objects of all sequences.
	evaluate.Measures
}

// Run tracks and measures every sequence that is not finished yet. A sequence
// that fails is named in the error, and the others go on.
func (p Protocol) Run(ctx context.Context) (*Result, error) {
	if err := p.claim(); err != nil {
		return nil, err
	}
	r := &Result{Record: p.Record, Scores: []Score{}}
	var objects []evaluate.Object
	var failed []string
	var first error
	for i, s := range p.Sequences {
		score, judged, err := p.sequence(ctx, i, s)
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if err != nil {
			failed, first = append(failed, s.Name), errors.Join(first, fmt.Errorf("sequence %s: %w", s.Name, err))
			continue
		}
		r.Sequences++
		if !judged {
			r.Unjudged++
			continue
		}
		r.Scores = append(r.Scores, score)
		objects = append(objects, score.Objects...)
	}
	r.Objects = len(objects)
	if len(objects) > 0 {
		r.Measures = evaluate.Mean(objects)
	}
	data, err := json.Marshal(r)
	if err == nil {
		err = atomicfile.WriteBytes(filepath.Join(p.Out, scoresFile), append(data, '\n'))
	}
	if len(failed) > 0 {
		err = errors.Join(fmt.Errorf("%d of %d sequences failed (%s)", len(failed), len(p.Sequences), strings.Join(failed, ", ")), first, err)
	}
	_ = os.Remove(filepath.Join(p.Out, projects)) // which is left where something failed
	return r, err
}

// claim makes the output folder this run's, or sees that it is.
func (p Protocol) claim() error {
	path := filepath.Join(p.Out, recordFile)
	was, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		atomicfile.Sweep(p.Out)
		entries, err := os.ReadDir(p.Out)
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			return fmt.Errorf("output folder %s holds other files, such as %s: name a new folder", p.Out, entries[0].Name())
		}
		data, err := json.Marshal(p.Record)
		if err != nil {
			return err
		}
		return atomicfile.WriteBytes(path, append(data, '\n'))
	}
	if err != nil {
		return err
	}
	var other Record
	if err := json.Unmarshal(was, &other); err != nil {
		return fmt.Errorf("output folder %s: %s cannot be read: %w", p.Out, recordFile, err)
	}
	other.Program = p.Record.Program
	if !reflect.DeepEqual(other, p.Record) {
		return fmt.Errorf("output folder %s is of another run (engine %s on %s, or other settings): name a new folder", p.Out, other.Engine, other.Dataset)
	}
	return nil
}

// sequence tracks one sequence, unless that is done already, and measures it;
// judged is false where there is nothing to compare with.
func (p Protocol) sequence(ctx context.Context, i int, s dataset.Sequence) (score Score, judged bool, err error) {
	name := fmt.Sprintf("sequence %s (%d of %d)", s.Name, i+1, len(p.Sequences))
	p.Progress.Say("Measuring %s", name)
	read := evaluate.ReadNumbered
	truth, err := read(ctx, s.Truth, "Reading the true masks of "+name, p.Progress)
	if err != nil {
		return score, false, err
	}
	names, err := media.FrameNames(s.Frames)
	if err != nil {
		return score, false, err
	}
	v := export.Video{Name: s.Name, Frames: len(names), FrameNames: names}
	v.W, v.H = truth.Size()
	given, err := p.Layout.Given(truth, v)
	if err != nil {
		return score, false, err
	}
	if len(given) == 0 {
		return score, false, fmt.Errorf("%s shows no object", s.Truth)
	}
	folder := p.Layout.Folder(filepath.Join(p.Out, submission), s.Name)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := p.track(ctx, s, given); err != nil {
			return score, false, err
		}
	}
	if !dataset.HasTruth(truth, given) {
		return score, false, nil
	}
	pred, err := read(ctx, folder, "Reading the masks of "+name, p.Progress)
	if err != nil {
		return score, false, err
	}
	e, err := evaluate.Compare(ctx, truth, pred, p.Layout.Judged, false, p.Progress)
	if err != nil {
		return score, false, err
	}
	return Score{s.Name, e.Frames, e.Objects, e.Measures}, true, nil
}

// track makes the masks of a sequence and hands them in.
func (p Protocol) track(ctx context.Context, s dataset.Sequence, given []dataset.Given) error {
	dir := filepath.Join(p.Out, projects)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var objects []promptfile.Object
	for _, g := range given {
		mask := g.Mask
		objects = append(objects, promptfile.Object{
			Object:  annotate.Object{ID: g.ID, Label: g.Name},
			Prompts: map[int]annotate.Prompt{g.Frame: {Mask: &mask}},
			Frames:  []int{g.Frame},
		})
	}
	path := filepath.Join(dir, s.Name+".masklet")
	err := p.Track(ctx, s.Frames, path, objects, func(src export.Source) error {
		return p.Layout.Submit(ctx, filepath.Join(p.Out, submission), s.Name, given, src)
	})
	if err != nil {
		return err
	}
	return os.Remove(path)
}
