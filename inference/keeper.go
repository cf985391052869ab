package inference

import "github.com/masklet/masklet/annotate"

// Keeper is a Session whose tracking rests on more than prompts and masks: on a
// memory of its own, which is kept beside the masks so that a run that was cut
// short goes on as if it had not been.
type Keeper interface {
	// Keep returns what the tracking of some objects rests on: what changed since
	// the last call, or all of it with anew. Objects that were prompted since are
	// told as a whole. It is called like the methods of Session that change it.
	Keep(objects []annotate.ObjectID, anew bool) []Kept
	// Recall takes back what an earlier session kept, after this one was told of
	// the prompts and masks that stand. Objects of which a part is missing are
	// tracked from their masks. The error tells why nothing could be used of an
	// object: another model or other settings, or bytes that cannot be read.
	Recall(kept []Kept) error
}

// Kept is a piece of what tracking rests on, in the engine's own form. What was
// kept under the key before is replaced by it.
type Kept struct {
	annotate.FrameKey        // Frame WholeObject: what is known of the object beside its frames
	Data              []byte // nil: nothing; with WholeObject, on any of the object's frames
}

// WholeObject stands for a frame where a Kept is about the object as a whole.
const WholeObject = -1
