package controller

import "github.com/masklet/masklet/annotate"

// Cell says what is known about an object on a frame.
type Cell uint8

// The facts of a cell.
const (
	CellVisible   Cell = 1 << iota // the mask is not empty
	CellHidden                     // the engine says that the object is not visible
	CellKey                        // keyframe
	CellProtected                  // accepted by a person
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

// Lane returns the lane of an object, or nil.
func (c *Controller) Lane(id annotate.ObjectID) *Lane {
	if c.clip == nil {
		return nil
	}
	return c.clip.lanes[id]
}

// buildLanes makes the lanes of a document that was just opened.
func (cl *clip) buildLanes() {
	for _, o := range cl.doc.Objects() {
		l := cl.lane(o.ID)
		for _, f := range cl.doc.ResultFrames(o.ID) {
			r, _ := cl.doc.Result(annotate.FrameKey{Object: o.ID, Frame: f})
			l.setResult(f, &r)
		}
		for _, f := range cl.doc.Keyframes(o.ID) {
			l.set(f, CellKey, true)
		}
		for _, f := range cl.doc.ProtectedFrames(o.ID) {
			l.set(f, CellProtected, true)
		}
	}
}

func (cl *clip) lane(id annotate.ObjectID) *Lane {
	l := cl.lanes[id]
	if l == nil {
		l = newLane(cl.doc.Frames())
		cl.lanes[id] = l
	}
	return l
}

// note keeps the lanes in step with edits that were applied.
func (cl *clip) note(edits []annotate.Edit) {
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.ObjectEdit:
			if e.After == nil {
				delete(cl.lanes, e.ID)
			} else {
				cl.lane(e.ID)
			}
		case annotate.PromptEdit:
			cl.lane(e.Key.Object).set(e.Key.Frame, CellKey, e.After != nil)
		case annotate.ProtectEdit:
			cl.lane(e.Key.Object).set(e.Key.Frame, CellProtected, e.After)
		case annotate.ResultEdit:
			cl.lane(e.Key.Object).setResult(e.Key.Frame, e.After)
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
