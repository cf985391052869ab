package controller

import "github.com/masklet/masklet/annotate"

// Cell says what is known about an object on a frame.
type Cell uint8

// The facts of a cell.
const (
	CellVisible   Cell = 1 << iota // the mask is not empty
	CellHidden                     // the engine says that the object is not visible
	CellKey                        // keyframe
	CellProtected                  // accepted by the user
)

// Lane is one object over all frames. The slices are as long as the video and
// change with the document: they may only be read on the UI goroutine.
type Lane struct {
	Cells      []Cell
	Confidence []uint8 // 255 is 1; 0 where there is no mask
}

func newLane(frames int) *Lane {
	return &Lane{Cells: make([]Cell, frames), Confidence: make([]uint8, frames)}
}

// Lanes keeps a lane of every object in step with the document.
type Lanes struct {
	*desk
	lanes map[annotate.ObjectID]*Lane
}

// Lane returns the lane of an object, or nil.
func (ls *Lanes) Lane(id annotate.ObjectID) *Lane { return ls.lanes[id] }

// opened makes the lanes of a document that was just opened.
func (ls *Lanes) opened() {
	ls.lanes = map[annotate.ObjectID]*Lane{}
	doc := ls.doc()
	for _, o := range doc.Objects() {
		l := ls.lane(o.ID)
		for _, f := range doc.ResultFrames(o.ID) {
			r, _ := doc.Result(annotate.FrameKey{Object: o.ID, Frame: f})
			l.setResult(f, &r)
		}
		for _, f := range doc.Keyframes(o.ID) {
			l.set(f, CellKey, true)
		}
		for _, f := range doc.ProtectedFrames(o.ID) {
			l.set(f, CellProtected, true)
		}
	}
}

func (ls *Lanes) lane(id annotate.ObjectID) *Lane {
	l := ls.lanes[id]
	if l == nil {
		l = newLane(ls.doc().Frames())
		ls.lanes[id] = l
	}
	return l
}

// edited keeps the lanes in step with edits that were applied.
func (ls *Lanes) edited(edits []annotate.Edit) {
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.ObjectEdit:
			if e.After == nil {
				delete(ls.lanes, e.ID)
			} else {
				ls.lane(e.ID)
			}
		case annotate.PromptEdit:
			ls.lane(e.Key.Object).set(e.Key.Frame, CellKey, e.After != nil)
		case annotate.ProtectEdit:
			ls.lane(e.Key.Object).set(e.Key.Frame, CellProtected, e.After)
		case annotate.ResultEdit:
			ls.lane(e.Key.Object).setResult(e.Key.Frame, e.After)
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
	l.set(f, CellVisible, r != nil && r.Area > 0)
	l.set(f, CellHidden, r != nil && r.Area == 0)
	l.Confidence[f] = 0
	if r != nil {
		l.Confidence[f] = uint8(1 + 254*min(1, max(0, r.Confidence)))
	}
}
