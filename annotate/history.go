package annotate

// Recorder is told of every change that was applied to a document, in order:
// the project file's writer implements it. Applied is called on the goroutine
// that owns the document and must not block.
type Recorder interface {
	// Applied reports a change that was done, undone or redone. kind says
	// which; for an undo the change's edits are already the inverse ones.
	Applied(c Change, kind ChangeKind)
}

// ChangeKind says how a change came about.
type ChangeKind int

// The kinds of change.
const (
	Done   ChangeKind = iota // a new action: it ends what could be redone
	Undone                   // one change was taken back
	Redone                   // one change was done again
)

// History applies changes to a document and can take them back, without limit.
type History struct {
	doc    *Document
	rec    Recorder
	done   []Change
	undone []Change
	group  int64
}

// NewHistory returns the history of doc. rec may be nil.
func NewHistory(doc *Document, rec Recorder) *History {
	return &History{doc: doc, rec: rec}
}

// Restore sets what can be undone and redone, for a document that was read
// from a file: done with the latest change last, undone with the change that
// Redo would do first last.
func (h *History) Restore(done, undone []Change) {
	h.done, h.undone = done, undone
	for _, c := range append(append([]Change{}, done...), undone...) {
		h.group = max(h.group, c.Group)
	}
}

// NewGroup returns a number for the Group of changes that form one step.
func (h *History) NewGroup() int64 {
	h.group++
	return h.group
}

// Do applies a new change. A change without edits is ignored.
func (h *History) Do(c Change) {
	if len(c.Edits) == 0 {
		return
	}
	h.undone = nil
	h.done = append(h.done, c)
	h.apply(c, Done)
}

// CanUndo returns the name of the step that Undo would take back.
func (h *History) CanUndo() (name string, ok bool) { return last(h.done) }

// CanRedo returns the name of the step that Redo would do again.
func (h *History) CanRedo() (name string, ok bool) { return last(h.undone) }

// Undo takes the latest step back: one change, or all of its group. It returns
// the changes as they were applied, for those who show them.
func (h *History) Undo() []Change {
	return h.move(&h.done, &h.undone, Undone, Change.Inverse)
}

// Redo does the step again that was undone last.
func (h *History) Redo() []Change {
	return h.move(&h.undone, &h.done, Redone, func(c Change) Change { return c })
}

// Before goes back through what was done to the time when the prompt of a frame
// was last as wanted says (nil: there was none), and returns the prompt and the
// mask of that time. ok is false if the history does not reach back so far.
func (h *History) Before(k FrameKey, wanted func(*Prompt) bool) (p *Prompt, r *Result, ok bool) {
	p, r = get(h.doc.prompts, k), get(h.doc.results[k.Object], k.Frame)
	for i := len(h.done) - 1; i >= 0; i-- {
		edits := h.done[i].Edits
		for j := len(edits) - 1; j >= 0; j-- {
			switch e := edits[j].(type) {
			case PromptEdit:
				if e.Key == k {
					p = e.Before
				}
			case ResultEdit:
				if e.Key == k {
					r = e.Before
				}
			}
		}
		group := h.done[i].Group
		inside := group != 0 && i > 0 && h.done[i-1].Group == group
		if !inside && wanted(p) {
			return p, r, true
		}
	}
	return nil, nil, false
}

func (h *History) move(from, to *[]Change, kind ChangeKind, as func(Change) Change) []Change {
	var out []Change
	for len(*from) > 0 {
		c := (*from)[len(*from)-1]
		if len(out) > 0 && (c.Group == 0 || c.Group != out[0].Group) {
			break
		}
		*from = (*from)[:len(*from)-1]
		*to = append(*to, c)
		a := as(c)
		h.apply(a, kind)
		out = append(out, a)
	}
	return out
}

func (h *History) apply(c Change, kind ChangeKind) {
	for _, e := range c.Edits {
		e.apply(h.doc)
	}
	h.doc.revision++
	if h.rec != nil {
		h.rec.Applied(c, kind)
	}
}

func last(cs []Change) (string, bool) {
	if len(cs) == 0 {
		return "", false
	}
	return cs[len(cs)-1].Name, true
}
