package annotate

import (
	"maps"
	"slices"
)

// Document is everything a labeler made for one video. One goroutine owns it
// (the UI goroutine, or the command line's main goroutine); it has no locks.
// It is changed only by History.Do, Undo and Redo, so that every change can be
// undone and saved.
type Document struct {
	w, h, frames int
	revision     int

	classes   map[ClassID]Class
	objects   map[ObjectID]Object
	prompts   map[FrameKey]Prompt
	results   map[ObjectID]map[int]Result
	protected map[FrameKey]bool
	notes     map[ObjectID]Notes
	cuts      map[int]bool
	rng       *Range
	settings  map[string]string

	found     map[int]bool // cuts, as the pictures tell
	foundStop bool         // tracks stop there
}

// NewDocument returns an empty document for a video of w by h pixels and the
// given number of frames.
func NewDocument(w, h, frames int) *Document {
	return &Document{
		w: w, h: h, frames: frames,
		classes:   map[ClassID]Class{},
		objects:   map[ObjectID]Object{},
		prompts:   map[FrameKey]Prompt{},
		results:   map[ObjectID]map[int]Result{},
		protected: map[FrameKey]bool{},
		notes:     map[ObjectID]Notes{},
		cuts:      map[int]bool{},
		settings:  map[string]string{},
	}
}

// Size returns the video's width and height in pixels.
func (d *Document) Size() (w, h int) { return d.w, d.h }

// Frames returns the number of frames of the video.
func (d *Document) Frames() int { return d.frames }

// Revision grows by one with every change; answers that were asked for at an
// older revision can be recognised as stale.
func (d *Document) Revision() int { return d.revision }

// Classes returns the classes in order of their ID.
func (d *Document) Classes() []Class { return sortedValues(d.classes) }

// Class returns a class by ID.
func (d *Document) Class(id ClassID) (Class, bool) { c, ok := d.classes[id]; return c, ok }

// Objects returns the objects in order of their ID.
func (d *Document) Objects() []Object { return sortedValues(d.objects) }

// Object returns an object by ID.
func (d *Document) Object(id ObjectID) (Object, bool) { o, ok := d.objects[id]; return o, ok }

// Name returns the label of an object, or its class, or "object N".
func (d *Document) Name(id ObjectID) string { return d.objects[id].name(d.classes) }

// NextObjectID returns the smallest ID above all that are in use.
func (d *Document) NextObjectID() ObjectID { return nextKey(d.objects) }

// NextClassID returns the smallest class ID above all that are in use.
func (d *Document) NextClassID() ClassID { return nextKey(d.classes) }

// Prompt returns what was said about an object on a frame.
func (d *Document) Prompt(k FrameKey) (Prompt, bool) { p, ok := d.prompts[k]; return p, ok }

// Keyframes returns the frames on which an object has a prompt, in order.
func (d *Document) Keyframes(id ObjectID) []int {
	var out []int
	for k := range d.prompts {
		if k.Object == id {
			out = append(out, k.Frame)
		}
	}
	slices.Sort(out)
	return out
}

// FirstKeyframe returns the first frame with a prompt of any object, or 0.
func (d *Document) FirstKeyframe() int {
	first := -1
	for k := range d.prompts {
		if first < 0 || k.Frame < first {
			first = k.Frame
		}
	}
	return max(0, first)
}

// Result returns the mask of an object on a frame.
func (d *Document) Result(k FrameKey) (Result, bool) {
	r, ok := d.results[k.Object][k.Frame]
	return r, ok
}

// ResultFrames returns the frames on which an object has a result, in order.
func (d *Document) ResultFrames(id ObjectID) []int {
	return slices.Sorted(maps.Keys(d.results[id]))
}

// HasResults reports whether an object has a result on any frame.
func (d *Document) HasResults(id ObjectID) bool { return len(d.results[id]) > 0 }

// Protected reports whether the user accepted the mask of an object on a frame.
func (d *Document) Protected(k FrameKey) bool { return d.protected[k] }

// ProtectedFrames returns the protected frames of an object, in order.
func (d *Document) ProtectedFrames(id ObjectID) []int {
	var out []int
	for k := range d.protected {
		if k.Object == id {
			out = append(out, k.Frame)
		}
	}
	slices.Sort(out)
	return out
}

// Notes returns what the user says of an object beside its prompts and masks.
func (d *Document) Notes(id ObjectID) Notes { return d.notes[id] }

// Cut returns what the user says of a scene cut between a frame and the one
// before it: that there is one, or that there is none. set is false where only
// the picture says so.
func (d *Document) Cut(frame int) (cut, set bool) { cut, set = d.cuts[frame]; return cut, set }

// Cuts returns a copy of all that the user says of scene cuts, by the frame
// after the cut.
func (d *Document) Cuts() map[int]bool { return maps.Clone(d.cuts) }

// Range returns the in/out range, or the whole video where none is set.
func (d *Document) Range() Range {
	if d.rng != nil {
		return *d.rng
	}
	return Range{0, d.frames - 1}
}

// RangeSet reports whether an in/out range was set by the user.
func (d *Document) RangeSet() bool { return d.rng != nil }

// Setting returns a setting that is stored with the document.
func (d *Document) Setting(key string) (string, bool) { v, ok := d.settings[key]; return v, ok }

// Settings returns a copy of all stored settings.
func (d *Document) Settings() map[string]string { return maps.Clone(d.settings) }

func (o Object) name(classes map[ClassID]Class) string {
	if o.Label != "" {
		return o.Label
	}
	if c, ok := classes[o.Class]; ok && c.Name != "" {
		return c.Name
	}
	return "object " + itoa(int(o.ID))
}
