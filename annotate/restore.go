package annotate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrContents is wrapped by the errors of Restore.
var ErrContents = errors.New("bad document")

// Contents is everything a document holds, as plain data: what a project file
// stores and what two documents are compared by. Results that are on disk
// stay there.
type Contents struct {
	W, H, Frames int // video size in pixels and number of frames
	Classes      []Class
	Objects      []Object
	Prompts      map[FrameKey]Prompt
	Results      map[ObjectID]map[int]Result
	Protected    []FrameKey
	Notes        map[ObjectID]Notes
	Cuts         map[int]bool // what the user says of cuts, by the frame after them
	Range        *Range       // nil: no in/out range was set
	Settings     map[string]string
}

// Restore returns a document that holds c, for one that was read from a file.
// The document takes over the maps of c. A size, a frame or an ID that cannot
// be is an error that wraps ErrContents; nothing else is checked, so that
// whatever was saved can be opened.
func Restore(c Contents) (*Document, error) {
	if err := checkSize(c.W, c.H); err != nil || c.Frames < 1 {
		return nil, fmt.Errorf("%w: a video of %dx%d pixels and %d frames", ErrContents, c.W, c.H, c.Frames)
	}
	d := NewDocument(c.W, c.H, c.Frames)
	for _, cl := range c.Classes {
		if cl.ID < 1 {
			return nil, fmt.Errorf("%w: class %d", ErrContents, cl.ID)
		}
		d.classes[cl.ID] = cl
	}
	for _, o := range c.Objects {
		if o.ID < 1 {
			return nil, fmt.Errorf("%w: object %d", ErrContents, o.ID)
		}
		d.objects[o.ID] = o
	}
	for _, k := range c.Protected {
		d.protected[k] = true
	}
	if c.Prompts != nil {
		d.prompts = c.Prompts
	}
	if c.Settings != nil {
		d.settings = c.Settings
	}
	for id, frames := range c.Results {
		if len(frames) > 0 {
			d.results[id] = frames
		}
	}
	for id, n := range c.Notes {
		if err := n.Validate(c.Frames); err != nil {
			return nil, fmt.Errorf("object %d: %w", id, err)
		}
		if n = n.Tidy(); !n.Empty() {
			d.notes[id] = n
		}
	}
	if c.Cuts != nil {
		d.cuts = c.Cuts
	}
	d.rng = c.Range
	if err := d.checkFrames(); err != nil {
		return nil, err
	}
	return d, nil
}

// checkFrames reports a record of a frame that the video has not got.
func (d *Document) checkFrames() error {
	check := func(what string, id ObjectID, frame int) error {
		if frame < 0 || frame >= d.frames {
			return fmt.Errorf("%w: a %s of object %d on frame %d of %d", ErrContents, what, id, frame, d.frames)
		}
		return nil
	}
	for k := range d.prompts {
		if err := check("prompt", k.Object, k.Frame); err != nil {
			return err
		}
	}
	for k := range d.protected {
		if err := check("protection", k.Object, k.Frame); err != nil {
			return err
		}
	}
	for f := range d.cuts {
		if f < 1 || f >= d.frames {
			return fmt.Errorf("%w: a cut before frame %d of %d", ErrContents, f, d.frames)
		}
	}
	for id, frames := range d.results {
		for f := range frames {
			if err := check("mask", id, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// Contents returns a copy of everything the document holds. Classes, objects
// and protected frames are in order, so that equal documents give equal
// contents.
func (d *Document) Contents() Contents {
	c := Contents{
		W: d.w, H: d.h, Frames: d.frames,
		Classes:   d.Classes(),
		Objects:   d.Objects(),
		Prompts:   maps.Clone(d.prompts),
		Results:   map[ObjectID]map[int]Result{},
		Protected: slices.SortedFunc(maps.Keys(d.protected), FrameKey.compare),
		Notes:     maps.Clone(d.notes),
		Cuts:      maps.Clone(d.cuts),
		Settings:  maps.Clone(d.settings),
	}
	for id, frames := range d.results {
		c.Results[id] = maps.Clone(frames)
	}
	if d.rng != nil {
		r := *d.rng
		c.Range = &r
	}
	return c
}

func (k FrameKey) compare(o FrameKey) int {
	if k.Object != o.Object {
		return int(k.Object - o.Object)
	}
	return k.Frame - o.Frame
}
