package media

import "errors"

// Errors that can be told apart with errors.Is. A missing file and missing
// permission are fs.ErrNotExist and fs.ErrPermission.
var (
	// ErrNotVideo: the file is no video that can be read, or the folder holds
	// no frames.
	ErrNotVideo = errors.New("not a video")
	// ErrNoFrames: a video without a single frame that can be decoded.
	ErrNoFrames = errors.New("no frame can be decoded")
	// ErrFrame: one frame cannot be decoded; the message says which.
	ErrFrame = errors.New("broken frame")
	// ErrSize: frames of different or impossible sizes.
	ErrSize = errors.New("frame size")
	// ErrRange: there is no frame of that number.
	ErrRange = errors.New("no such frame")
	// ErrChanged: the file is no longer the one that was opened.
	ErrChanged = errors.New("the file changed while it was open")
	// ErrClosed: the video was closed.
	ErrClosed = errors.New("the video is closed")
)

// errListed says that a frame is not found by the time that the container lists.
var errListed = errors.New("not where the container lists it")

// errLost says that a capture is not where it should be after a seek.
var errLost = errors.New("position lost")
