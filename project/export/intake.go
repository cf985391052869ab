package export

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Meeting says what becomes of imported objects where a document has some.
type Meeting string

// The ways in which imported objects meet those of a document.
const (
	// MeetAsk joins objects of one number unless their names differ, which is
	// refused: the user must choose.
	MeetAsk   Meeting = ""
	MeetMerge Meeting = "merge" // objects of one number are one
	MeetLabel Meeting = "label" // objects of one label are one; others are new
	MeetNew   Meeting = "new"   // all are new
)

// ParseMeeting reads an option.
func ParseMeeting(s string) (Meeting, error) {
	switch m := Meeting(s); m {
	case MeetAsk, MeetMerge, MeetLabel, MeetNew:
		return m, nil
	}
	return "", fmt.Errorf("%q: use merge, label or new", s)
}

// Intake collects imported masks for a document. Nothing reaches it before all
// of them were read, so that a damaged input changes nothing.
type Intake struct {
	doc   *annotate.Document
	how   Meeting
	masks map[annotate.FrameKey]annotate.Mask
}

// NewIntake returns an empty intake for a document.
func NewIntake(doc *annotate.Document, how Meeting) *Intake {
	return &Intake{doc: doc, how: how, masks: map[annotate.FrameKey]annotate.Mask{}}
}

// Take is an Input's Take.
func (t *Intake) Take(key annotate.FrameKey, m annotate.Mask) error {
	t.masks[key] = m
	return nil
}

// Masks returns how many masks were taken so far.
func (t *Intake) Masks() int { return len(t.masks) }

// Taken says what a change adds to a document.
type Taken struct {
	Masks, Objects int
	Kept           int // accepted frames, which stay as they are
	Notes          []string
}

// Change returns the one step that adds everything to the document; named are
// the objects as the input calls them.
func (t *Intake) Change(named []Object) (annotate.Change, Taken, error) {
	about := map[annotate.ObjectID]Object{}
	for _, o := range named {
		about[o.ID] = o
	}
	ids := map[annotate.ObjectID]bool{}
	for key := range t.masks {
		ids[key.Object] = true
	}
	p := placing{doc: t.doc, how: t.how, next: t.doc.NextObjectID(), classes: map[string]annotate.ClassID{}, nextClass: t.doc.NextClassID()}
	for _, c := range t.doc.Classes() {
		p.classes[c.Name] = c.ID
	}
	to := map[annotate.ObjectID]annotate.ObjectID{}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		o := about[id]
		o.ID = id
		place, err := p.place(o)
		if err != nil {
			return annotate.Change{}, Taken{}, err
		}
		to[id] = place
		if notes := p.noted(place, o.Notes); notes != nil {
			p.edits = append(p.edits, notes)
		}
	}
	taken := Taken{Objects: len(ids), Notes: p.notes}
	edits := append(p.edits, t.results(to, &taken)...)
	return annotate.Change{Name: "Import masks", Edits: edits}, taken, nil
}

func (t *Intake) results(to map[annotate.ObjectID]annotate.ObjectID, taken *Taken) []annotate.Edit {
	keys := slices.SortedFunc(maps.Keys(t.masks), func(a, b annotate.FrameKey) int {
		if a.Object != b.Object {
			return int(a.Object - b.Object)
		}
		return a.Frame - b.Frame
	})
	var edits []annotate.Edit
	for _, from := range keys {
		key := annotate.FrameKey{Object: to[from.Object], Frame: from.Frame}
		if t.doc.Protected(key) {
			taken.Kept++
			continue
		}
		r := annotate.NewResult(t.masks[from], 1, annotate.Imported, "import")
		edits = append(edits, t.doc.SetResult(key, &r))
		taken.Masks++
	}
	return edits
}

// placing finds the object of the document that each imported one becomes.
type placing struct {
	doc       *annotate.Document
	how       Meeting
	next      annotate.ObjectID
	classes   map[string]annotate.ClassID
	nextClass annotate.ClassID
	edits     []annotate.Edit
	notes     []string
}

func (p *placing) place(o Object) (annotate.ObjectID, error) {
	met, there := p.doc.Object(o.ID)
	switch {
	case p.how == MeetNew:
		return p.add(o, there || len(p.doc.Objects()) > 0), nil
	case p.how == MeetLabel:
		for _, known := range p.doc.Objects() {
			if o.Label != "" && strings.EqualFold(known.Label, o.Label) {
				p.notes = append(p.notes, fmt.Sprintf("%s goes on as object %d of the project", nameOf(o), known.ID))
				return known.ID, nil
			}
		}
		return p.add(o, there), nil
	case !there:
		return p.add(o, false), nil
	case p.how == MeetAsk && p.differs(met, o):
		return 0, fmt.Errorf("%w: object %d of the project is %s, that of the file %s: choose merge (one object), label (by their names) or new (as new objects) with -objects",
			ErrImport, o.ID, p.doc.Name(o.ID), nameOf(o))
	}
	p.notes = append(p.notes, fmt.Sprintf("object %d is in the project already: the imported masks are added to it", o.ID))
	return o.ID, nil
}

// noted returns the edit that adds what an input says of an object, nil if it
// says nothing.
func (p *placing) noted(id annotate.ObjectID, n annotate.Notes) annotate.Edit {
	n = n.Within(annotate.Range{Last: p.doc.Frames() - 1})
	if n.Empty() {
		return nil
	}
	all := Known{int(id): {ID: id, Notes: p.doc.Notes(id)}}
	all.Note(nil, int(id), n)
	return p.doc.SetNotes(id, all[int(id)].Notes)
}

// differs reports whether an object of the document and an imported one have
// names that say that they are not the same.
func (p *placing) differs(met annotate.Object, o Object) bool {
	class, _ := p.doc.Class(met.Class)
	if met.Label != "" && o.Label != "" {
		return !strings.EqualFold(met.Label, o.Label)
	}
	known := slices.DeleteFunc([]string{met.Label, class.Name}, func(s string) bool { return s == "" })
	given := slices.DeleteFunc([]string{o.Label, o.Class}, func(s string) bool { return s == "" })
	if len(known) == 0 || len(given) == 0 {
		return false
	}
	return !slices.ContainsFunc(given, func(g string) bool {
		return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(g, k) })
	})
}

// nameOf returns what an imported object is called in a sentence.
func nameOf(o Object) string {
	switch {
	case o.Label != "":
		return o.Label
	case o.Class != "":
		return o.Class
	}
	return fmt.Sprint("object ", o.ID)
}

// add adds a new object, under a free number if its own is taken.
func (p *placing) add(o Object, renumber bool) annotate.ObjectID {
	id := o.ID
	if renumber {
		id = p.next
		p.notes = append(p.notes, fmt.Sprintf("%s of the file is object %d of the project", nameOf(o), id))
	}
	p.next = max(p.next, id+1)
	out := annotate.Object{ID: id, Label: o.Label, Color: annotate.PaletteColor(int(id))}
	if o.Class != "" {
		if p.classes[o.Class] == 0 {
			p.classes[o.Class] = p.nextClass
			p.edits = append(p.edits, p.doc.SetClass(annotate.Class{ID: p.nextClass, Name: o.Class, Color: annotate.PaletteColor(int(p.nextClass))}))
			p.nextClass++
		}
		out.Class = p.classes[o.Class]
	}
	p.edits = append(p.edits, p.doc.SetObject(out))
	return id
}
