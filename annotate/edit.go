package annotate

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// Edit is one change of one record of a document: what the record was before
// and what it is after; nil means that it does not exist. Every action of a
// user is a list of edits, which makes undo, redo, the saved history and the
// saving itself one mechanism.
type Edit interface {
	// Inverse returns the edit that takes this one back.
	Inverse() Edit
	apply(d *Document)
}

// ClassEdit changes a class.
type ClassEdit struct {
	ID            ClassID
	Before, After *Class
}

// ObjectEdit changes an object.
type ObjectEdit struct {
	ID            ObjectID
	Before, After *Object
}

// PromptEdit changes the prompt of an object on a frame.
type PromptEdit struct {
	Key           FrameKey
	Before, After *Prompt
}

// ResultEdit changes the mask of an object on a frame.
type ResultEdit struct {
	Key           FrameKey
	Before, After *Result
}

// ProtectEdit sets or removes the protection of an object's frame.
type ProtectEdit struct {
	Key           FrameKey
	Before, After bool
}

// NotesEdit changes what the user says of an object beside its prompts and masks.
type NotesEdit struct {
	ID            ObjectID
	Before, After *Notes
}

// CutEdit changes what the user says of a scene cut before a frame: true there
// is one, false there is none, nil it is left to the picture.
type CutEdit struct {
	Frame         int
	Before, After *bool
}

// RangeEdit changes the in/out range; nil is the whole video.
type RangeEdit struct{ Before, After *Range }

// SettingEdit changes a setting that is stored with the document.
type SettingEdit struct {
	Key           string
	Before, After *string
}

// Inverse implements Edit.
func (e ClassEdit) Inverse() Edit { return ClassEdit{e.ID, e.After, e.Before} }

// Inverse implements Edit.
func (e ObjectEdit) Inverse() Edit { return ObjectEdit{e.ID, e.After, e.Before} }

// Inverse implements Edit.
func (e PromptEdit) Inverse() Edit { return PromptEdit{e.Key, e.After, e.Before} }

// Inverse implements Edit.
func (e ResultEdit) Inverse() Edit { return ResultEdit{e.Key, e.After, e.Before} }

// Inverse implements Edit.
func (e ProtectEdit) Inverse() Edit { return ProtectEdit{e.Key, e.After, e.Before} }

// Inverse implements Edit.
func (e NotesEdit) Inverse() Edit { return NotesEdit{e.ID, e.After, e.Before} }

// Inverse implements Edit.
func (e CutEdit) Inverse() Edit { return CutEdit{e.Frame, e.After, e.Before} }

// Inverse implements Edit.
func (e RangeEdit) Inverse() Edit { return RangeEdit{e.After, e.Before} }

// Inverse implements Edit.
func (e SettingEdit) Inverse() Edit { return SettingEdit{e.Key, e.After, e.Before} }

func (e ClassEdit) apply(d *Document)   { put(d.classes, e.ID, e.After) }
func (e ObjectEdit) apply(d *Document)  { put(d.objects, e.ID, e.After) }
func (e PromptEdit) apply(d *Document)  { put(d.prompts, e.Key, e.After) }
func (e SettingEdit) apply(d *Document) { put(d.settings, e.Key, e.After) }
func (e NotesEdit) apply(d *Document)   { put(d.notes, e.ID, e.After) }
func (e CutEdit) apply(d *Document)     { put(d.cuts, e.Frame, e.After) }
func (e RangeEdit) apply(d *Document)   { d.rng = e.After }

func (e ResultEdit) apply(d *Document) {
	frames := d.results[e.Key.Object]
	if frames == nil {
		frames = map[int]Result{}
		d.results[e.Key.Object] = frames
	}
	put(frames, e.Key.Frame, e.After)
	if len(frames) == 0 {
		delete(d.results, e.Key.Object)
	}
}

func (e ProtectEdit) apply(d *Document) {
	if e.After {
		d.protected[e.Key] = true
	} else {
		delete(d.protected, e.Key)
	}
}

func put[K comparable, V any](m map[K]V, k K, v *V) {
	if v == nil {
		delete(m, k)
	} else {
		m[k] = *v
	}
}

func get[K comparable, V any](m map[K]V, k K) *V {
	if v, ok := m[k]; ok {
		return &v
	}
	return nil
}

func sortedValues[K cmp.Ordered, V any](m map[K]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func nextKey[K ~int, V any](m map[K]V) K {
	next := K(1)
	for k := range m {
		next = max(next, k+1)
	}
	return next
}

func itoa(n int) string { return strconv.Itoa(n) }
