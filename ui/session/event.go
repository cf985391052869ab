package session

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
)

// Event is what a Session tells its driver: one of the types below.
type Event interface{ event() }

type (
	// Edited: the document was changed, by whatever.
	Edited struct{ Edits []annotate.Edit }
	// EngineChanged: an engine is being started, is ready, or cannot be had
	// (Err). Notice is what a ready one has to tell about itself, or "".
	EngineChanged struct {
		Notice string
		Err    error
	}
	// Asked: a prompt waits for its answer.
	Asked struct{ Key annotate.FrameKey }
	// Answered: a prompt has its mask, or there is none (Err). Kept says that
	// the mask is the user's own, which the answer only confirms.
	Answered struct {
		Key  annotate.FrameKey
		Area int
		Kept bool
		Err  error
	}
	// Chosen answers OtherMask: the mask of that number (from 1) of so many is the
	// prompt's answer now. Of is 0 where there is no other mask.
	Chosen struct {
		Number, Of int
		Err        error
	}
	// Previewed answers Preview.
	Previewed struct{ inference.PreviewAnswer }
	// Encoded: Phase 1 finished a frame.
	Encoded struct{ Frame int }
	// Prepared: the frame that Want named first is ready for clicks.
	Prepared struct{ Frame int }
	// CutsSeen: more is known of the video's scene cuts.
	CutsSeen struct{}
	// Scanning tells how far a run is in looking for cuts, before it begins.
	Scanning struct{ Done, Total int }
	// Started: a run begins.
	Started struct{ Name string }
	// Progressed tells how far the run is.
	Progressed struct{ inference.Progress }
	// Tracked: the masks of a frame are in the document.
	Tracked struct{ Frame int }
	// Measured tells how fast one job of the run was.
	Measured struct {
		Stats   inference.JobStats
		Objects int
	}
	// Ended: the run is over. What it finished is in the document.
	Ended struct{ Outcome }
	// Counted: more of the video was read. Grown says that the document may have
	// another number of frames. Moved is, where frames got other numbers, the new
	// one of each. Notice is what the user must know about the count, or "".
	Counted struct {
		Grown  bool
		Moved  []int
		Notice string
	}
	// Failed: something in the background failed.
	Failed struct {
		What string
		Err  error
	}
)

// Outcome is how a run ended.
type Outcome struct {
	Name string
	// Run can be continued if it was stopped; its ID is 0 where nothing is
	// noted.
	Run project.Run
	// Err is nil if all was done, wraps context.Canceled if the run was stopped.
	Err   error
	Stats inference.JobStats
	// Again: it tracked only what corrections can affect.
	Again bool
	// Stops are where scene cuts ended the tracks of objects.
	Stops []Stop
	// Dropped: what it was doing is no longer wanted (an undo, another engine).
	Dropped bool
}

func (Edited) event()        {}
func (EngineChanged) event() {}
func (Asked) event()         {}
func (Answered) event()      {}
func (Chosen) event()        {}
func (Previewed) event()     {}
func (Encoded) event()       {}
func (Prepared) event()      {}
func (CutsSeen) event()      {}
func (Scanning) event()      {}
func (Started) event()       {}
func (Progressed) event()    {}
func (Tracked) event()       {}
func (Measured) event()      {}
func (Ended) event()         {}
func (Counted) event()       {}
func (Failed) event()        {}
