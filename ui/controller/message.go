package controller

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Kind says how a message is shown.
type Kind int

// The kinds of message.
const (
	Info Kind = iota
	Success
	Warning
	Failure
)

// Message is the one plain line of the status bar.
type Message struct {
	Kind Kind
	Text string
}

// Banner is a line above the canvas that stays until it is dealt with.
type Banner struct {
	Text   string // "": no banner
	Action string // label of its button, "" for none
	Do     func()
}

// Message returns what the status bar shows.
func (c *Controller) Message() Message { return c.message }

// Banner returns the banner, if there is one. A failing disk goes before
// everything else.
func (c *Controller) Banner() Banner {
	if c.clip == nil {
		return Banner{}
	}
	if p := c.clip.Project.Problem(); p != "" {
		return Banner{Text: "Not saved: " + p + ". Your work is kept in memory.", Action: "Try again", Do: c.RetrySave}
	}
	return c.clip.banner
}

// DismissBanner takes the banner away.
func (c *Controller) DismissBanner() {
	if c.clip != nil {
		c.clip.banner = Banner{}
		c.changed(PartMessage)
	}
}

// RetrySave tries again to save what could not be saved.
func (c *Controller) RetrySave() {
	cl := c.clip
	if cl == nil {
		return
	}
	c.start(func() {
		err := cl.Project.Retry(cl.ctx)
		c.postFor(cl, func() {
			if err != nil {
				c.fail("Save", err)
				return
			}
			c.say(Success, "Everything is saved")
		})
	})
}

// Say shows a line in the status bar.
func (c *Controller) Say(k Kind, text string) { c.say(k, text) }

func (c *Controller) say(k Kind, text string) {
	c.message = Message{k, text}
	c.changed(PartMessage)
}

// hint shows what could be done next. It is said by itself, not in answer to the
// person, so it does not take a failure away that they may not have read.
func (c *Controller) hint(text string) {
	if c.message.Kind != Failure {
		c.say(Info, text)
	}
}

// nextStep says what Ctrl+T does now.
func (c *Controller) nextStep() string {
	if c.clip.job.running {
		return "Tracking goes on; Ctrl+T stops"
	}
	switch ranges, _ := c.Fixes(); len(ranges) {
	case 0:
	case 1:
		return fmt.Sprintf("Ctrl+T tracks frames %d–%d again", ranges[0].First, ranges[0].Last)
	default:
		return fmt.Sprintf("Ctrl+T tracks %d stretches again", len(ranges))
	}
	var ids []annotate.ObjectID
	for _, o := range c.clip.doc.Objects() {
		if len(guides(c.clip.doc, o.ID)) > 0 {
			ids = append(ids, o.ID)
		}
	}
	switch {
	case len(ids) == 0:
		return "Click the object to get its mask"
	case c.Frames() == 1:
		return "There is one frame only: Ctrl+E exports"
	case len(ids) == 1:
		return "Ctrl+T tracks " + c.clip.doc.Name(ids[0]) + " through the video"
	}
	return fmt.Sprintf("Ctrl+T tracks the %d objects through the video", len(ids))
}

// openLine says what was opened, or what to do with a new video.
func (c *Controller) openLine() string {
	d := c.clip.doc
	masks, prompts := 0, 0
	for _, o := range d.Objects() {
		masks += len(d.ResultFrames(o.ID))
		prompts += len(d.Keyframes(o.ID))
	}
	if masks <= prompts {
		return c.nextStep()
	}
	return fmt.Sprintf("Opened with %s and %s", count(len(d.Objects()), "object"), count(masks, "mask"))
}

// readOn takes away a failure that the person has gone on from.
func (c *Controller) readOn() {
	if c.message.Kind == Failure {
		c.say(Info, "")
	}
}

// fail shows an error as one plain line. What a person cancelled is no error.
func (c *Controller) fail(what string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	c.say(Failure, what+": "+PlainLine(err))
}

// PlainLine returns an error's text as one line.
func PlainLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
