// Package marks keeps the frames that the user marked for review, and the in/out
// range. It exists apart from the review of what engines made: these are the
// user's own words, kept in the document.
package marks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/session"
)

// Desk is what marks need of the controller.
type Desk struct {
	Session func() *session.Session
	Frame   func() int // that is current
	Say     func(text string)
	Changed func() // other frames are marked
}

// Flags is the marked frames and the in/out range.
type Flags struct{ desk Desk }

// New returns the marks of a desk.
func New(d Desk) *Flags { return &Flags{d} }

func (m *Flags) doc() *annotate.Document { return m.desk.Session().Document() }

// key is the document's setting that keeps the frames.
const key = "marked-frames"

// Marks returns the frames that the user marked for review, in order.
func (m *Flags) Marks() []int {
	v, _ := m.doc().Setting(key)
	var out []int
	for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) {
		if f, err := strconv.Atoi(s); err == nil && f >= 0 && f < m.doc().Frames() {
			out = append(out, f)
		}
	}
	return out
}

// ToggleMark marks the current frame for review or takes the mark off.
func (m *Flags) ToggleMark() {
	f, marks, name := m.desk.Frame(), m.Marks(), "Mark frame"
	text := fmt.Sprintf("Frame %d is marked for review", f)
	if slices.Contains(marks, f) {
		marks, name = without(marks, f), "Take mark off"
		text = fmt.Sprintf("Frame %d is no longer marked", f)
	} else {
		marks = append(marks, f)
		slices.Sort(marks)
	}
	m.desk.Session().Do(annotate.Change{Name: name, Edits: []annotate.Edit{m.edit(marks)}})
	m.desk.Say(text)
	m.desk.Changed()
}

func (m *Flags) edit(marks []int) annotate.Edit {
	if len(marks) == 0 {
		return m.doc().SetSetting(key, nil)
	}
	s := make([]string, len(marks))
	for i, f := range marks {
		s[i] = strconv.Itoa(f)
	}
	v := strings.Join(s, ",")
	return m.doc().SetSetting(key, &v)
}

// SetIn makes the current frame the first of the in/out range.
func (m *Flags) SetIn() {
	r := m.doc().Range()
	m.setRange(annotate.Range{First: m.desk.Frame(), Last: max(r.Last, m.desk.Frame())})
}

// SetOut makes the current frame the last of the in/out range.
func (m *Flags) SetOut() {
	r := m.doc().Range()
	m.setRange(annotate.Range{First: min(r.First, m.desk.Frame()), Last: m.desk.Frame()})
}

// ClearRange makes the whole video the range again.
func (m *Flags) ClearRange() {
	if m.doc().RangeSet() {
		m.desk.Session().Do(annotate.Change{Name: "Clear range", Edits: []annotate.Edit{m.doc().SetRange(nil)}})
		m.desk.Say("In/out range: the whole video")
	}
}

func (m *Flags) setRange(r annotate.Range) {
	if r == m.doc().Range() {
		return
	}
	m.desk.Session().Do(annotate.Change{Name: "Set range", Edits: []annotate.Edit{m.doc().SetRange(&r)}})
	m.desk.Say(fmt.Sprintf("In/out range: frames %d–%d, %s", r.First, r.Last, plain.Count(r.Len(), "frame")))
}

func without(s []int, x int) []int {
	var out []int
	for _, y := range s {
		if y != x {
			out = append(out, y)
		}
	}
	return out
}

// Unmark returns the edits that take the mark off a frame.
func (m *Flags) Unmark(frame int) []annotate.Edit {
	if marks := m.Marks(); slices.Contains(marks, frame) {
		return []annotate.Edit{m.edit(without(marks, frame))}
	}
	return nil
}
