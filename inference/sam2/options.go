package sam2

import "github.com/masklet/masklet/annotate"

// Options change what a Predictor does. The zero value is not valid: a Session
// has its own.
type Options struct {
	MemoryFrames int // 1..NumMaskmem memory frames, conditioning ones counted as one
	Pointers     int // 0..MaxPointers
	Stride       int // distance of recent memory frames, at least 1
	// Every is the largest distance of tracked frames. Above 1, memory and
	// pointers count tracked frames, as if the others were not in the video, and
	// Stride is not used; 0 and 1 mean that every frame is tracked.
	Every   int
	MaxCond int // most conditioning frames that a frame attends to; below 2: all
	// PromptOrder attends to conditioning frames in the order in which they were
	// prompted, as the reference does. It changes rounding, and with MaxCond
	// which of two equally distant frames counts. Without it they are taken by
	// frame number, so that the order of the prompts does not matter.
	PromptOrder bool

	// AllFramesAsCond turns every corrected frame into a conditioning frame, so
	// that no correction is lost when the frame is tracked over again.
	AllFramesAsCond bool
	// ClearMemoryAround drops the non-conditioning memory around a prompted frame
	// (NumMaskmem strides on both sides) when it enters the memory bank and each
	// time a conditioning frame is tracked over. Where a correction is not a
	// conditioning frame, its own memory is dropped with the rest, as the
	// reference has it.
	ClearMemoryAround bool
	// FillHoles fills holes of up to 8 low-res pixels in stored masks.
	FillHoles bool
	// Evict drops memories and logits that the next frames cannot read. They
	// are computed again from the mask if they are needed after all.
	Evict bool

	// Trace, if set, is told of every mask that was decoded.
	Trace func(Trace)
}

// Trace tells how one mask came about.
type Trace struct {
	Object    annotate.ObjectID
	Frame     int
	Reverse   bool
	Selection *Selection // nil where no memory was used
	Tokens    [2]int     // memory and pointer tokens attended to
	Multimask bool
	Fallback  bool // the single mask was unstable and was replaced
	Score     float32
	IoU       []float32 // of the decoder's four masks
	Stability float32
}
