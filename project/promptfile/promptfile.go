// Package promptfile reads the JSON that says what to track: objects with their
// clicks, boxes and masks per frame, in video pixels. Files of other systems,
// with a byte order mark or in Latin-1, are read as they are meant.
package promptfile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/picture"
	"github.com/masklet/masklet/project/infile"
)

// content is the JSON of a prompt file; coordinates are video pixels.
type content struct {
	Objects []promptObject `json:"objects"`
}

type promptObject struct {
	ID      int           `json:"id"`
	Label   string        `json:"label,omitempty"`
	Prompts []promptEntry `json:"prompts"`
}

type promptEntry struct {
	Frame  int         `json:"frame"`
	Points [][]float64 `json:"points,omitempty"` // [x, y, 1 on the object or 0 not]
	Box    []float64   `json:"box,omitempty"`    // [x0, y0, x1, y1]
	Mask   string      `json:"mask,omitempty"`   // PNG, relative to the prompt file
}

// Object is what a prompt file says about one object.
type Object struct {
	annotate.Object
	Prompts map[int]annotate.Prompt // by frame
	Frames  []int                   // in the file's order
}

// maxPromptFile bounds what is read of a prompt file: far above any that a
// person or a script makes.
const maxPromptFile = 64 << 20

// File is a prompt file that was read and not yet held against a video.
type File struct {
	path  string
	file  content
	Notes []string // what the user should know of how it was read
}

// Read reads the JSON at path, a regular file of plausible size. The error names the file.
func Read(ctx context.Context, path string) (File, error) {
	src := File{path: path}
	data, err := infile.Read(ctx, path, maxPromptFile)
	if errors.Is(err, infile.ErrNotRegular) {
		err = fmt.Errorf("%w: name a JSON file", err)
	}
	if err != nil {
		return src, fmt.Errorf("read the prompts: %w", err)
	}
	var file content
	var latin bool
	err = infile.Within(ctx, func() (err error) {
		if data, latin, err = jsonin.Text(data); err == nil {
			file, err = decodePrompts(data)
		}
		return err
	})
	if err != nil {
		return src, fmt.Errorf("prompts %s: %w", path, err)
	}
	src.file = file
	if latin {
		src.Notes = append(src.Notes, fmt.Sprintf("prompts %s: the text is no UTF-8, it was read as Latin-1", path))
	}
	return src, nil
}

// Objects checks the prompts for a video of w by h pixels and the given number
// of frames. The error names the file and the entry, or is that of ctx.
func (s *File) Objects(ctx context.Context, w, h, frames int) ([]Object, error) {
	path := s.path
	load := func(name string, object int) (annotate.Mask, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		m, notes, err := picture.Read(ctx, name, object)
		for _, n := range notes {
			s.Notes = append(s.Notes, fmt.Sprintf("mask %s: %s", filepath.Base(name), n))
		}
		return m, err
	}
	out, err := s.file.labelled(w, h, frames, load)
	if err != nil {
		return nil, fmt.Errorf("prompts %s: %w", path, err)
	}
	for _, lp := range out {
		for _, f := range lp.Frames {
			if onlyNegative(lp.Prompts[f]) {
				s.Notes = append(s.Notes, fmt.Sprintf("prompts %s: object %d has on frame %d only points that are not on it: they say nothing of where it is",
					path, lp.ID, f))
			}
		}
	}
	return out, nil
}

// onlyNegative reports whether a prompt has no sign of the object itself.
func onlyNegative(p annotate.Prompt) bool {
	return p.Box == nil && p.Mask == nil && !slices.ContainsFunc(p.Points, func(q annotate.Point) bool { return q.Positive })
}

// decodePrompts reads the JSON; an error says where a value is of the wrong kind.
func decodePrompts(data []byte) (file content, err error) {
	err = json.Unmarshal(data, &file)
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return file, errors.New(`the file is empty: it holds {"objects": [...]}`)
	case errors.As(err, &kind) && kind.Field == "":
		return file, fmt.Errorf(`the file holds %s, not {"objects": [...]}`, kind.Value)
	case errors.As(err, &kind):
		return file, fmt.Errorf("%s cannot be %s (near byte %d)", kind.Field, kind.Value, kind.Offset)
	case err != nil:
		return file, fmt.Errorf("not valid JSON: %w", err)
	}
	return file, nil
}

// maskLoader reads the mask of an object.
type maskLoader func(name string, object int) (annotate.Mask, error)

func (file content) labelled(w, h, frames int, load maskLoader) ([]Object, error) {
	if len(file.Objects) == 0 {
		return nil, errors.New(`no objects: the file holds {"objects": [...]}`)
	}
	seen := map[int]bool{}
	var out []Object
	for _, o := range file.Objects {
		if o.ID < 1 || o.ID > MaxObjectID {
			return nil, fmt.Errorf("object id %d: use 1 to %d", o.ID, MaxObjectID)
		}
		if seen[o.ID] {
			return nil, fmt.Errorf("object %d appears twice", o.ID)
		}
		seen[o.ID] = true
		lp, err := o.labelled(w, h, frames, load)
		if err != nil {
			return nil, fmt.Errorf("object %d: %w", o.ID, err)
		}
		out = append(out, lp)
	}
	return out, nil
}

// MaxObjectID keeps object IDs in what every output format can hold.
const MaxObjectID = 1 << 20

func (o promptObject) labelled(w, h, frames int, load maskLoader) (Object, error) {
	if len(o.Prompts) == 0 {
		return Object{}, errors.New("no prompts")
	}
	lp := Object{
		Object: annotate.Object{
			ID: annotate.ObjectID(o.ID), Label: o.Label, Color: annotate.PaletteColor(o.ID),
		},
		Prompts: map[int]annotate.Prompt{},
	}
	for _, e := range o.Prompts {
		if e.Frame < 0 || e.Frame >= frames {
			return lp, fmt.Errorf("frame %d is outside the video (0 to %d)", e.Frame, frames-1)
		}
		if _, twice := lp.Prompts[e.Frame]; twice {
			return lp, fmt.Errorf("frame %d appears twice", e.Frame)
		}
		p, err := e.prompt(func(name string) (annotate.Mask, error) { return load(name, o.ID) })
		if err == nil {
			err = p.Validate(w, h)
		}
		if err != nil {
			return lp, fmt.Errorf("frame %d: %w", e.Frame, err)
		}
		lp.Prompts[e.Frame] = p
		lp.Frames = append(lp.Frames, e.Frame)
	}
	return lp, nil
}

func (e promptEntry) prompt(load func(string) (annotate.Mask, error)) (annotate.Prompt, error) {
	var p annotate.Prompt
	for i, c := range e.Points {
		if len(c) != 3 || c[2] != 0 && c[2] != 1 {
			return p, fmt.Errorf("point %d is not [x, y, 0 or 1]", i)
		}
		p.Points = append(p.Points, annotate.Point{X: c[0], Y: c[1], Positive: c[2] == 1})
	}
	if len(e.Box) > 0 {
		if len(e.Box) != 4 {
			return p, errors.New("the box is not [x0, y0, x1, y1]")
		}
		p.Box = &annotate.Box{X0: e.Box[0], Y0: e.Box[1], X1: e.Box[2], Y1: e.Box[3]}
	}
	if e.Mask != "" {
		m, err := load(e.Mask)
		if err != nil {
			return p, err
		}
		p.Mask = &m
	}
	return p, nil
}
