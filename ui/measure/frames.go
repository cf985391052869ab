package measure

import (
	"context"
	"fmt"
	"image"

	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/session"
)

// pingPong makes a video of any length out of a short one: frames run forward,
// then backward, and so on, so that the motion stays natural.
type pingPong struct {
	*media.Video
	frames int
}

// Looped returns a clip of so many frames of a video, back and forth if it has
// fewer; 0 means as many as it has. Closing it leaves the video open.
func Looped(video *media.Video, frames int) session.Video {
	if frames == 0 {
		frames = video.Len()
	}
	return pingPong{video, frames}
}

// Len implements inference.Frames.
func (p pingPong) Len() int { return p.frames }

// Hash implements inference.Frames: another length is another video.
func (p pingPong) Hash() string { return fmt.Sprintf("%s-pingpong-%d", p.Video.Hash(), p.frames) }

// Frame implements inference.Frames.
func (p pingPong) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	return p.Video.Frame(ctx, reflectIndex(i, p.Video.Len()))
}

// reflectIndex maps 0, 1, 2, ... to 0, ..., n-1, n-2, ..., 1, 0, 1, ...
func reflectIndex(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	if i %= period; i >= n {
		return period - i
	}
	return i
}

// Close implements session.Video: the video is used further.
func (p pingPong) Close() error { return nil }
