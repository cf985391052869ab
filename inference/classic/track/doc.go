// Package track carries the mask of one object from a frame to its neighbour,
// in either direction of time, without any learned weights: optical flow says
// where the object went, colour and motion models say which pixels near its
// border belong to it, and a graph cut decides.
//
// It exists apart from the session so that one step can be read, tested and
// measured alone. It knows nothing of videos, prompts or caches: a Tracker is
// given Lab images and motion fields at one working size, and masks of 0 and 1.
//
// A Tracker's state follows from its key frame and the masks accepted since,
// and from nothing else: feeding it the same masks again (Accept) brings back
// the same state, which is how a stopped run goes on.
package track
