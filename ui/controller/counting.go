package controller

import "github.com/masklet/masklet/ui/session"

// Counting is what is known of a video that is read to its end while it is
// worked on.
type Counting struct {
	*desk
	play *Playback
	anew func() // makes the lanes anew
}

// Reading returns how far the video was read.
func (c *Counting) Reading() session.Count { return c.sess.Count() }

// reading brings the parts in step with frames that were read.
func (c *Counting) reading(e session.Counted) {
	parts := PartTimeline | PartMessage
	if e.Grown {
		c.anew()
		c.play.renumbered(e.Moved)
		parts = PartAll &^ PartClip
	}
	if e.Notice != "" {
		c.banner = Banner{Kind: Warning, Text: e.Notice}
		c.say(Warning, e.Notice)
	}
	c.changed(parts)
}
