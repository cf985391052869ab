package annotate

// Change is one action of the user, or one step of a job, as a list of edits
// that are applied together. Changes of one Group (not 0) that follow each
// other in the history are undone and redone as one step.
type Change struct {
	Name  string // what undo shows, for example "Add point"
	Group int64
	Edits []Edit
}

// Inverse returns the change that takes c back.
func (c Change) Inverse() Change {
	out := Change{Name: c.Name, Group: c.Group, Edits: make([]Edit, len(c.Edits))}
	for i, e := range c.Edits {
		out.Edits[len(c.Edits)-1-i] = e.Inverse()
	}
	return out
}

// The functions below build the edits of common actions from the document's
// present state. They change nothing.

// SetClass returns the edit that adds or replaces a class.
func (d *Document) SetClass(c Class) Edit {
	return ClassEdit{c.ID, get(d.classes, c.ID), &c}
}

// DeleteClass returns the edits that remove a class and take it off its objects.
func (d *Document) DeleteClass(id ClassID) []Edit {
	var out []Edit
	for _, o := range d.Objects() {
		if o.Class == id {
			o.Class = 0
			out = append(out, d.SetObject(o))
		}
	}
	if before := get(d.classes, id); before != nil {
		out = append(out, ClassEdit{id, before, nil})
	}
	return out
}

// SetObject returns the edit that adds or replaces an object.
func (d *Document) SetObject(o Object) Edit {
	return ObjectEdit{o.ID, get(d.objects, o.ID), &o}
}

// DeleteObject returns the edits that remove an object with all its prompts,
// results, protections and notes.
func (d *Document) DeleteObject(id ObjectID) []Edit {
	var out []Edit
	for _, f := range d.ProtectedFrames(id) {
		out = append(out, d.SetProtected(FrameKey{id, f}, false))
	}
	for _, f := range d.ResultFrames(id) {
		out = append(out, d.SetResult(FrameKey{id, f}, nil))
	}
	for _, f := range d.Keyframes(id) {
		out = append(out, d.SetPrompt(FrameKey{id, f}, nil))
	}
	if !d.notes[id].Empty() {
		out = append(out, d.SetNotes(id, Notes{}))
	}
	if before := get(d.objects, id); before != nil {
		out = append(out, ObjectEdit{id, before, nil})
	}
	return out
}

// SetPrompt returns the edit that sets or (nil) removes a prompt.
func (d *Document) SetPrompt(k FrameKey, p *Prompt) Edit {
	return PromptEdit{k, get(d.prompts, k), p}
}

// SetResult returns the edit that sets or (nil) removes a result.
func (d *Document) SetResult(k FrameKey, r *Result) Edit {
	return ResultEdit{k, get(d.results[k.Object], k.Frame), r}
}

// SetProtected returns the edit that protects a frame of an object or lifts it.
func (d *Document) SetProtected(k FrameKey, on bool) Edit {
	return ProtectEdit{k, d.protected[k], on}
}

// SetNotes returns the edit that replaces what the user says of an object; empty
// notes remove it. What cannot be stored (frames that the video has not got,
// attributes that are not valid or too many) is left out.
func (d *Document) SetNotes(id ObjectID, n Notes) Edit {
	e := NotesEdit{ID: id, Before: get(d.notes, id)}
	if n = n.storable(d.frames); !n.Empty() {
		e.After = &n
	}
	return e
}

// SetCut returns the edit that says whether there is a scene cut between a frame
// (from 1) and the one before it, or (nil) leaves it to the picture.
func (d *Document) SetCut(frame int, cut *bool) Edit {
	return CutEdit{frame, get(d.cuts, frame), cut}
}

// SetRange returns the edit that sets the in/out range or (nil) removes it.
func (d *Document) SetRange(r *Range) Edit { return RangeEdit{d.rng, r} }

// SetSetting returns the edit that sets or (nil) removes a stored setting.
func (d *Document) SetSetting(key string, value *string) Edit {
	return SettingEdit{key, get(d.settings, key), value}
}
