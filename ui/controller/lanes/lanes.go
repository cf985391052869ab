// Package lanes keeps what the timeline shows of every object, frame by frame, in
// step with the document, so that no document of any length is gone through to
// draw it.
package lanes

import "github.com/masklet/masklet/annotate"

// Cell says what is known about an object on a frame.
type Cell uint8

// The facts of a cell.
const (
	Visible   Cell = 1 << iota // the mask is not empty
	Hidden                     // the engine says that the object is not visible
	Key                        // keyframe
	Protected                  // accepted by the user
	Absent                     // not in the picture, as the user says
	Occluded                   // partly hidden, as the user says
)

// Lane is one object over all frames. The slices are as long as the video and
// change with the document: they may only be read on the UI goroutine.
type Lane struct {
	Cells      []Cell
	Confidence []uint8 // 255 is 1; 0 where there is no mask
}

// Set holds a lane of every object of a document.
type Set struct {
	frames int
	lanes  map[annotate.ObjectID]*Lane
}

// Of returns the lanes of a document as it is.
func Of(doc *annotate.Document) *Set {
	s := &Set{doc.Frames(), map[annotate.ObjectID]*Lane{}}
	for _, o := range doc.Objects() {
		l := s.lane(o.ID)
		for _, f := range doc.ResultFrames(o.ID) {
			r, _ := doc.Result(annotate.FrameKey{Object: o.ID, Frame: f})
			l.setResult(f, &r)
		}
		for _, f := range doc.Keyframes(o.ID) {
			l.set(f, Key, true)
		}
		for _, f := range doc.ProtectedFrames(o.ID) {
			l.set(f, Protected, true)
		}
		n := doc.Notes(o.ID)
		l.setNotes(&n)
	}
	return s
}

// Resize makes the lanes as long as the video is known to be now.
func (s *Set) Resize(frames int) {
	s.frames = frames
	for _, l := range s.lanes {
		n := Lane{Cells: make([]Cell, frames), Confidence: make([]uint8, frames)}
		copy(n.Cells, l.Cells)
		copy(n.Confidence, l.Confidence)
		*l = n
	}
}

// Lane returns the lane of an object, or nil.
func (s *Set) Lane(id annotate.ObjectID) *Lane { return s.lanes[id] }

func (s *Set) lane(id annotate.ObjectID) *Lane {
	l := s.lanes[id]
	if l == nil {
		l = &Lane{Cells: make([]Cell, s.frames), Confidence: make([]uint8, s.frames)}
		s.lanes[id] = l
	}
	return l
}

// Edited keeps the lanes in step with edits that were applied.
func (s *Set) Edited(edits []annotate.Edit) {
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.ObjectEdit:
			if e.After == nil {
				delete(s.lanes, e.ID)
			} else {
				s.lane(e.ID)
			}
		case annotate.PromptEdit:
			s.lane(e.Key.Object).set(e.Key.Frame, Key, e.After != nil)
		case annotate.ProtectEdit:
			s.lane(e.Key.Object).set(e.Key.Frame, Protected, e.After)
		case annotate.ResultEdit:
			s.lane(e.Key.Object).setResult(e.Key.Frame, e.After)
		case annotate.NotesEdit:
			s.lane(e.ID).setNotes(e.After)
		}
	}
}

func (l *Lane) set(f int, c Cell, on bool) {
	if f < 0 || f >= len(l.Cells) {
		return
	}
	if on {
		l.Cells[f] |= c
	} else {
		l.Cells[f] &^= c
	}
}

func (l *Lane) setResult(f int, r *annotate.Result) {
	if f < 0 || f >= len(l.Cells) {
		return
	}
	l.set(f, Visible, r != nil && r.Area > 0)
	l.set(f, Hidden, r != nil && r.Area == 0)
	l.Confidence[f] = 0
	if r != nil {
		l.Confidence[f] = uint8(1 + 254*min(1, max(0, r.Confidence)))
	}
}

func (l *Lane) setNotes(n *annotate.Notes) {
	for f := range l.Cells {
		l.Cells[f] &^= Absent | Occluded
	}
	if n == nil {
		return
	}
	for _, part := range []struct {
		frames annotate.Ranges
		cell   Cell
	}{{n.Absent, Absent}, {n.Occluded, Occluded}} {
		for _, r := range part.frames {
			for f := r.First; f <= r.Last; f++ {
				l.set(f, part.cell, true)
			}
		}
	}
}
