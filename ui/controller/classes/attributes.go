package classes

import (
	"strings"

	"github.com/masklet/masklet/annotate"
)

// SetAttribute says something of an object: on all frames, or on some.
func (c *Classes) SetAttribute(id annotate.ObjectID, a annotate.Attribute) {
	a.Key, a.Value = strings.TrimSpace(a.Key), strings.TrimSpace(a.Value)
	if a.Key == "" {
		c.desk.Say("An attribute needs a name")
		return
	}
	if err := a.Validate(); err != nil {
		c.desk.Failed("Set attribute", err)
		return
	}
	c.do("Set attribute", c.doc().SetNotes(id, c.doc().Notes(id).WithAttribute(a)))
}

// DeleteAttribute takes back what was said on the attribute's frames.
func (c *Classes) DeleteAttribute(id annotate.ObjectID, a annotate.Attribute) {
	n := c.doc().Notes(id)
	if a.Frames != nil {
		n = n.WithoutAttribute(a.Key, a.Frames)
	} else {
		var rest []annotate.Attribute
		for _, b := range n.Attributes {
			if b.Key != a.Key || b.Frames != nil {
				rest = append(rest, b)
			}
		}
		n.Attributes = rest
	}
	c.do("Delete attribute", c.doc().SetNotes(id, n))
}
