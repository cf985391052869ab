package controller

import "github.com/masklet/masklet/ui/session"

// Counting is what is known of a video that is read to its end while it is
// worked on.
type Counting struct {
	*desk
	play *Playback
	// The lanes are made anew, or are to have another length.
	anew, grown func()
}

// Reading returns how far the video was read.
func (c *Counting) Reading() session.Count { return c.sess.Count() }

// reading brings the parts in step with frames that were read.
func (c *Counting) reading(e session.Counted) {
	parts := PartTimeline | PartMessage
	switch {
	case e.Moved != nil:
		c.anew()
		c.play.renumbered(e.Moved)
		parts = PartAll &^ PartClip
	case e.Grown:
		c.grown()
		c.play.renumbered(nil)
		parts |= PartFrame | PartTrack
	}
	if e.Notice != "" {
		c.banner = Banner{Kind: Warning, Text: e.Notice}
		c.say(Warning, e.Notice)
	}
	c.changed(parts)
}
