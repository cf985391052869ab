package inference

import (
	"context"
	"errors"
	"image"
	"io"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
)

// Errors that engines wrap, so that callers can tell a mistake of the user
// from a failure of the machine.
var (
	// ErrUsage: the request cannot be met as it was made (a frame beyond the
	// end, an object without prompts, a setting the engine has not got).
	ErrUsage = errors.New("cannot do that")
	// ErrClosed: the session or runner was closed.
	ErrClosed = errors.New("closed")
)

// Frames gives the decoded frames of one video. It is safe for concurrent use.
type Frames interface {
	// Len returns the number of frames.
	Len() int
	// Size returns the width and height of every frame in pixels.
	Size() (w, h int)
	// Frame returns frame i (0-based, display orientation) as a tight RGBA
	// image whose bounds start at (0, 0). The caller must not change it.
	Frame(ctx context.Context, i int) (*image.RGBA, error)
	// Hash identifies the video's content, for cache keys.
	Hash() string
}

// Engine turns prompts into masks. It is safe for concurrent use.
type Engine interface {
	// Name returns the engine's name with its model, for example "builtin".
	Name() string
	// Open starts a session for one video. cache may be nil.
	Open(ctx context.Context, video Frames, cache *FeatureCache, settings Settings) (Session, error)
	// Close frees what all sessions share. Sessions must be closed before.
	io.Closer
}

// Session is the work of one engine on one video. Encode and Ready may be
// called at any time from any goroutine; all other methods are called from one
// goroutine at a time, between two calls of Propagation.Next if one is open.
// A method that fails or is cancelled leaves the state as it was.
type Session interface {
	// Encode makes a frame ready (Phase 1). It returns at once if it is. Up to
	// EncodeWorkers calls may run at the same time.
	Encode(ctx context.Context, frame int) error
	// Ready reports whether Encode(frame) would return at once.
	Ready(frame int) bool
	// EncodeWorkers returns how many Encode calls at a time make Phase 1
	// fastest on this machine.
	EncodeWorkers() int

	// SetPrompt replaces what is known about an object on a frame and returns
	// the object's mask there. It encodes what it needs that is not ready. A
	// prompt for a new object starts that object, at any time.
	SetPrompt(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (annotate.Result, error)
	// Preview returns the mask that SetPrompt would return and changes nothing.
	Preview(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (annotate.Result, error)
	// ClearPrompt takes the prompt of an object on a frame back.
	ClearPrompt(key annotate.FrameKey) error
	// RemoveObject forgets an object and all its prompts.
	RemoveObject(id annotate.ObjectID) error
	// SetKnown tells the session a mask that stands: a frame that the user
	// accepted, or one finished before the program was restarted. protected
	// frames act as keyframes that Phase 2 never changes; others only help to
	// go on from there. A zero mask takes it back.
	SetKnown(key annotate.FrameKey, m annotate.Mask, protected bool) error

	// Propagate prepares Phase 2. The request is checked at once; no frame is
	// computed before the first Next.
	Propagate(req PropagateRequest) (Propagation, error)

	// Close frees the session. It waits for calls that are under way.
	io.Closer
}

// Noticer is an Engine that may work in another way than the one that was asked
// for.
type Noticer interface {
	// Notice returns a sentence that the user should be told once when the engine
	// was opened; "" if there is nothing to tell.
	Notice() string
}

// Chooser is a Session whose answers to prompts come with others that may have
// been meant: a part of the object, or something larger.
type Chooser interface {
	// Choices returns the masks that a prompt without a mask may mean, best first,
	// the one that SetPrompt answers with included. It changes nothing: Restore
	// makes another than the first the answer. It is called like SetPrompt.
	Choices(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) ([]annotate.Result, error)
}

// Softener is a Session that knows the probability of the pixels of its masks.
type Softener interface {
	// Softness returns how much of each pixel belongs to a mask; ok is false where
	// that is not known, as of masks that come from elsewhere. It may be called at
	// any time from any goroutine, after Close too.
	Softness(key annotate.FrameKey, m annotate.Mask) (a edges.Alpha, ok bool)
}

// Preparer is a Session that can do more for the frame that the user looks at
// than Encode does for every frame, so that a first click is answered fast.
type Preparer interface {
	// Prepare makes an encoded frame ready for clicks. Like Encode it may be
	// called at any time from any goroutine, and returns at once if the frame
	// is prepared.
	Prepare(ctx context.Context, frame int) error
}

// Sparse is a Session that does not need every frame encoded.
type Sparse interface {
	// Needed returns those of frames, in their order, that Phase 1 must make
	// ready for a request; nil means Phase 1 alone. It is called like the
	// methods of Session that change it.
	Needed(frames []int, req *PropagateRequest) []int
}

// PropagateRequest says what Phase 2 shall do.
type PropagateRequest struct {
	Objects   []annotate.ObjectID // in the order of their IDs; each has a keyframe
	Range     annotate.Range      // frames that may get a new mask; keyframes outside it still guide
	Direction Direction
	// Skip names (object, frame) pairs that are finished: they are not
	// computed and not returned again. It may be nil. It must stay valid
	// and unchanged while the propagation is open.
	Skip func(annotate.FrameKey) bool
	// Left names those of the skipped pairs that are left out rather than finished.
	// It may be nil: there are none.
	Left func(annotate.FrameKey) bool
}

// Direction says on which side of the keyframes masks are propagated.
type Direction string

// The directions.
const (
	Both     Direction = "both"
	Forward  Direction = "forward"
	Backward Direction = "backward"
)

// Side says which frames the direction reaches from keyframes that lie from
// first to last: those on its side of some keyframe, the keyframes included.
func (d Direction) Side(first, last int) func(frame int) bool {
	switch d {
	case Forward:
		return func(f int) bool { return f >= first }
	case Backward:
		return func(f int) bool { return f <= last }
	}
	return func(int) bool { return true }
}

// Propagation is Phase 2 under way, one frame at a time.
type Propagation interface {
	// Coverage tells how far the propagation is; between two calls of Next.
	Coverage() Coverage
	// Next computes the next frame and returns the masks of all objects that
	// were tracked on it. It returns io.EOF after the last. A cancelled Next
	// leaves no half state: it can be called again, or the propagation closed
	// and another opened.
	Next(ctx context.Context) (FrameResults, error)
	// Close ends the propagation; what is finished stays known.
	Close()
}

// FrameResults holds the masks of one frame.
type FrameResults struct {
	Frame   int
	Results map[annotate.ObjectID]annotate.Result
	Kept    []Kept // what changed in what tracking rests on; set by the Runner
}
