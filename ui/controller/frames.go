package controller

import (
	"image"
	"slices"
	"time"
)

// shownFrame is the picture on the screen.
type shownFrame struct {
	frame int
	img   *image.RGBA
}

// Frame returns the current frame.
func (c *Controller) Frame() int {
	if c.clip == nil {
		return 0
	}
	return c.clip.frame
}

// Frames returns the number of frames, 0 without a video.
func (c *Controller) Frames() int {
	if c.clip == nil {
		return 0
	}
	return c.clip.doc.Frames()
}

// Size returns the size of the video in pixels.
func (c *Controller) Size() (w, h int) {
	if c.clip == nil {
		return 0, 0
	}
	return c.clip.doc.Size()
}

// Time returns the presentation time of a frame.
func (c *Controller) Time(frame int) time.Duration {
	if c.clip == nil || frame < 0 || frame >= c.Frames() {
		return 0
	}
	return c.clip.time(frame)
}

// Duration returns how long the video is: the time of its last frame, and as
// long as a frame lasts on average.
func (c *Controller) Duration() time.Duration {
	last := c.Frames() - 1
	if last < 1 {
		return 0
	}
	span := c.Time(last) - c.Time(0)
	return c.Time(last) + (span+time.Duration(last)/2)/time.Duration(last)
}

// GoTo makes a frame current; numbers beyond the ends mean the ends. It ends
// playing.
func (c *Controller) GoTo(frame int) {
	if c.clip == nil {
		return
	}
	c.pause()
	c.moveTo(frame)
}

// Step moves by n frames.
func (c *Controller) Step(n int) { c.GoTo(c.Frame() + n) }

// moveTo changes the current frame, without ending playing.
func (c *Controller) moveTo(frame int) {
	cl := c.clip
	frame = min(max(0, frame), cl.doc.Frames()-1)
	if frame == cl.frame {
		return
	}
	c.cancelStroke()
	c.endPreview()
	cl.point, cl.corner = -1, nil
	cl.frame = frame
	c.showFrame(frame)
}

// showFrame brings a frame on the screen: at once if it is decoded, else the
// nearest one that is until it is.
func (c *Controller) showFrame(frame int) {
	cl := c.clip
	img, at, ok := cl.Video.Nearest(frame)
	if ok && (at == frame || abs(at-frame) < abs(cl.shown.frame-frame) || cl.shown.img == nil) {
		cl.shown = shownFrame{at, img}
	}
	if ok && at == frame {
		cl.cuts.see(frame, img)
		cl.loader.ask(-1)
	} else {
		cl.loader.ask(frame)
	}
	cl.Video.Playhead(frame)
	if !cl.play.on {
		c.want(frame)
	}
	c.changed(PartFrame | PartScene)
}

func (c *Controller) frameLoaded(l loaded) {
	cl := c.clip
	if l.err != nil {
		if l.frame == cl.frame {
			c.pause()
			c.fail("Show the frame", l.err)
		}
		return
	}
	if l.frame == cl.frame || cl.play.on || abs(l.frame-cl.frame) < abs(cl.shown.frame-cl.frame) {
		cl.shown = shownFrame{l.frame, l.img}
		c.changed(PartScene)
	}
}

// NextKeyframe moves to the next keyframe of the selected object, or of any if
// none is selected.
func (c *Controller) NextKeyframe() {
	c.goToKeyframe(1, "There is no keyframe after this frame")
}

// PrevKeyframe moves to the previous keyframe, as NextKeyframe does.
func (c *Controller) PrevKeyframe() {
	c.goToKeyframe(-1, "There is no keyframe before this frame")
}

func (c *Controller) goToKeyframe(dir int, none string) {
	if c.clip == nil {
		return
	}
	f, ok := c.keyframeFrom(c.Frame(), dir)
	if !ok {
		c.say(Info, none)
		return
	}
	c.GoTo(f)
}

func (c *Controller) keyframeFrom(frame, dir int) (int, bool) {
	if c.clip == nil {
		return 0, false
	}
	best, found := 0, false
	for _, o := range c.clip.doc.Objects() {
		if c.clip.selected != 0 && o.ID != c.clip.selected {
			continue
		}
		for _, f := range c.clip.doc.Keyframes(o.ID) {
			if d := (f - frame) * dir; d > 0 && (!found || d < (best-frame)*dir) {
				best, found = f, true
			}
		}
	}
	return best, found
}

// Cuts returns for every frame whether a scene cut was found before it.
func (c *Controller) Cuts() []bool {
	if c.clip == nil {
		return nil
	}
	return c.clip.cuts.cuts()
}

// NextCut moves to the next scene cut that is known.
func (c *Controller) NextCut() {
	if c.clip == nil {
		return
	}
	if i := slices.Index(c.Cuts()[c.Frame()+1:], true); i >= 0 {
		c.GoTo(c.Frame() + 1 + i)
	} else {
		c.say(Info, "No scene cut is known after this frame")
	}
}

func abs(n int) int { return max(n, -n) }

func (cl *clip) time(frame int) time.Duration {
	return time.Duration(cl.Video.Timestamp(frame) * float64(time.Second))
}
