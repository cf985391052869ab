package inference

import (
	"errors"

	"github.com/masklet/masklet/annotate"
)

// ErrSuperseded is the answer to a prompt that a newer one for the same object
// and frame replaced before it was computed.
var ErrSuperseded = errors.New("superseded by a newer prompt")

// ErrBusy is returned by Runner.Track while another job runs.
var ErrBusy = errors.New("a job is already running")

// Event is what a Runner tells: one of the types below.
type Event interface{ event() }

// ProgressEvent tells how far a job is: at once when it starts, at every change
// of stage, and at least once a second.
type ProgressEvent struct {
	Job      int64
	Progress Progress
}

// FrameEncoded tells that Phase 1 finished a frame.
type FrameEncoded struct{ Frame int }

// FramePrepared tells that the frame which Want named first is ready for
// clicks; only sessions that are Preparers cause it.
type FramePrepared struct{ Frame int }

// PromptAnswer is the result of Runner.Prompt.
type PromptAnswer struct {
	PromptRequest
	Result annotate.Result
	Err    error // nil, ErrSuperseded, ErrClosed or the engine's
}

// PreviewAnswer is the result of Runner.Preview.
type PreviewAnswer struct {
	PromptRequest
	Result annotate.Result
	Err    error
}

// FrameTracked holds the masks of a frame that Phase 2 finished.
type FrameTracked struct {
	Job int64
	FrameResults
}

// StateKept holds what tracking rests on before the first frame of Phase 2; what
// changes comes with the frames.
type StateKept struct {
	Job  int64
	Kept []Kept
}

// JobEnded is the last event of a job. Err is nil if all was done, wraps
// context.Canceled if it was stopped, and is the failure otherwise; finished
// frames stay in every case.
type JobEnded struct {
	Job   int64
	Err   error
	Stats JobStats
}

// JobStats is what a job did and how long it took, in seconds of wall time.
type JobStats struct {
	Encoded       int // frames that Phase 1 computed (not those that were ready)
	Phase1Seconds float64
	Frames        int // frames that Phase 2 covers (see Coverage)
	Finished      int // of these, finished at the end, those that were so before included
	Tracked       int // of these, finished by this job
	Phase2Seconds float64
}

// Plus returns what two jobs did together.
func (s JobStats) Plus(o JobStats) JobStats {
	return JobStats{
		Encoded: s.Encoded + o.Encoded, Phase1Seconds: s.Phase1Seconds + o.Phase1Seconds,
		Frames: s.Frames + o.Frames, Finished: s.Finished + o.Finished, Tracked: s.Tracked + o.Tracked,
		Phase2Seconds: s.Phase2Seconds + o.Phase2Seconds,
	}
}

func (ProgressEvent) event() {}
func (FrameEncoded) event()  {}
func (FramePrepared) event() {}
func (PromptAnswer) event()  {}
func (PreviewAnswer) event() {}
func (FrameTracked) event()  {}
func (StateKept) event()     {}
func (JobEnded) event()      {}
