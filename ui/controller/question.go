package controller

import "path/filepath"

// MissingVideo returns what could not be opened because its video was not
// found, or nil. It is the same value until the person answers.
func (c *Controller) MissingVideo() *MissingVideo { return c.missing }

// LocateVideo answers MissingVideo: the video is at path, or in that folder.
// Another video is refused, and MissingVideo then says so.
func (c *Controller) LocateVideo(path string) {
	if m := c.missing; m != nil {
		c.open(OpenRequest{Path: m.Project, Video: path})
	}
}

// LeaveMissing answers MissingVideo: the project is not opened.
func (c *Controller) LeaveMissing() {
	if m := c.missing; m != nil {
		c.missing = nil
		c.say(Warning, filepath.Base(m.Project)+" was not opened: its video was not found")
		c.changed(PartClip)
	}
}

// OtherProject returns what could not be opened because the project beside it
// belongs to another video, or nil. It is the same value until the person answers.
func (c *Controller) OtherProject() *OtherProject { return c.other }

// StartFresh answers OtherProject: the video gets a new project beside the other.
func (c *Controller) StartFresh() {
	if o := c.other; o != nil {
		c.open(OpenRequest{Path: o.Video, Fresh: true})
	}
}

// OpenOther answers OtherProject: that project is opened, with its own video.
func (c *Controller) OpenOther() {
	if o := c.other; o != nil {
		c.open(OpenRequest{Path: o.Project})
	}
}

// LeaveOther answers OtherProject: nothing is opened.
func (c *Controller) LeaveOther() {
	if o := c.other; o != nil {
		c.other = nil
		c.say(Warning, filepath.Base(o.Video)+" was not opened: "+filepath.Base(o.Project)+" belongs to another video")
		c.changed(PartClip)
	}
}
