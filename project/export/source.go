package export

import (
	"context"
	"errors"
	"fmt"
	"image"

	"github.com/masklet/masklet/annotate"
)

// Errors that can be told apart with errors.Is.
var (
	// ErrSource: what is to be exported does not fit the format or itself.
	ErrSource = errors.New("cannot be exported")
	// ErrVerify: what was read back is not what was written.
	ErrVerify = errors.New("read-back differs")
	// ErrOccupied: the output folder holds files that are not from an export,
	// which must not be replaced.
	ErrOccupied = errors.New("holds other files")
	// ErrImport: an input file is damaged or does not fit the video.
	ErrImport = errors.New("cannot be imported")
)

// Source is what is exported. Its methods are called from one goroutine.
type Source interface {
	// Video describes the video.
	Video() Video
	// Objects returns the objects in the order of their IDs.
	Objects() []Object
	// Each calls f for every frame that was tracked, in order, with the masks
	// of its objects in the order of their IDs; an object that was tracked and
	// not seen has an empty mask. Masks have the video's size. It is called
	// more than once and must give the same each time. It stops at the first
	// error of f, or when ctx ends.
	Each(ctx context.Context, f func(frame int, masks []FrameMask) error) error
}

// Video describes the video that the masks belong to.
type Video struct {
	Name       string    // file name, without folders
	W, H       int       // pixels, display orientation
	Frames     int       // number of frames
	Timestamps []float64 // presentation time of each frame in seconds; may be nil
	FrameNames []string  // file names of a folder's frames; nil for a video file
	// Picture returns the picture of a frame, which must not be changed; nil where
	// the video is not at hand. It is called from one goroutine.
	Picture func(ctx context.Context, frame int) (*image.RGBA, error)
}

// Object is one tracked object.
type Object struct {
	ID    annotate.ObjectID
	Label string // what the user calls it; may be empty
	Class string // name of its class; may be empty
	Notes annotate.Notes
}

// FrameMask is the mask of one object on one frame.
type FrameMask struct {
	Object     annotate.ObjectID
	Mask       annotate.Mask
	Confidence float64 // 0..1
	Score      float64 // the engine's object score; above 0 visible, 0 unknown
}

// Report says what an export did.
type Report struct {
	Files  int // files written
	Frames int // frames with masks
	Masks  int // masks of objects, empty ones included
	// OverlapPixels counts the pixels that more than one object claims, which
	// an indexed PNG cannot hold; OverlapFrames the frames that have any.
	OverlapPixels, OverlapFrames int
}

// Each is src.Each with a check of what it gives: sizes, frame numbers
// and their order.
func Each(ctx context.Context, src Source, f func(frame int, masks []FrameMask) error) error {
	v := src.Video()
	before := -1
	return src.Each(ctx, func(frame int, masks []FrameMask) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if frame <= before || frame >= v.Frames {
			return fmt.Errorf("%w: frame %d after %d in a video of %d frames", ErrSource, frame, before, v.Frames)
		}
		before = frame
		last := annotate.ObjectID(0)
		for _, m := range masks {
			if m.Object <= last {
				return fmt.Errorf("%w: frame %d has object %d after %d", ErrSource, frame, m.Object, last)
			}
			last = m.Object
			if w, h := m.Mask.Size(); w != v.W || h != v.H {
				return fmt.Errorf("%w: the mask of object %d on frame %d is %dx%d, the video %dx%d",
					ErrSource, m.Object, frame, w, h, v.W, v.H)
			}
		}
		return f(frame, masks)
	})
}

// EachFrame is Each for every frame of the video: those that were not tracked
// have no masks.
func EachFrame(ctx context.Context, src Source, f func(frame int, masks []FrameMask) error) error {
	next := 0
	fill := func(to int) error {
		for ; next < to; next++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := f(next, nil); err != nil {
				return err
			}
		}
		return nil
	}
	err := Each(ctx, src, func(frame int, masks []FrameMask) error {
		if err := fill(frame); err != nil {
			return err
		}
		next++
		return f(frame, masks)
	})
	if err != nil {
		return err
	}
	return fill(src.Video().Frames)
}

// Times returns the presentation times of all frames in seconds; 25 frames a
// second where they are not known.
func (v Video) Times() []float64 {
	if len(v.Timestamps) == v.Frames {
		return v.Timestamps
	}
	out := make([]float64, v.Frames)
	for i := range out {
		out[i] = float64(i) / 25
	}
	return out
}
