package controller

import (
	"fmt"

	"github.com/masklet/masklet/ui/session"
)

// OtherMask takes the next of the masks that the prompt of the selected object
// on the current frame may mean: a part, the object, something larger.
func (c *Prompts) OtherMask() {
	c.begin()
	if !c.sess.OtherMask(c.objects.key()) {
		c.say(Info, "Click on the object first: then there may be other masks to choose from")
	}
}

// chosen says which mask was taken.
func (c *Prompts) chosen(e session.Chosen) {
	switch {
	case e.Err != nil:
		c.fail("Other masks", e.Err)
	case e.Of == 0:
		c.say(Info, "There is no other mask for these points: add one, or draw a box")
	default:
		c.say(Info, fmt.Sprintf("Mask %d of %d for these points", e.Number, e.Of))
	}
	c.changed(PartScene | PartTrack)
}
