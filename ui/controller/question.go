package controller

import (
	"path/filepath"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session"
)

// MissingVideo returns what could not be opened because its video was not
// found, or nil. It is the same value until the user answers.
func (c *Files) MissingVideo() *session.MissingVideo { return c.missing }

// LocateVideo answers MissingVideo: the video is at path, or in that folder.
// Another video is refused, and MissingVideo then says so.
func (c *Files) LocateVideo(path string) {
	if m := c.missing; m != nil {
		c.open(session.OpenRequest{Path: m.Project, Video: path})
	}
}

// LeaveMissing answers MissingVideo: the project is not opened.
func (c *Files) LeaveMissing() {
	if m := c.missing; m != nil {
		c.missing = nil
		c.say(Warning, filepath.Base(m.Project)+" was not opened: its video was not found")
		c.changed(PartClip)
	}
}

// OtherProject returns what could not be opened because the project beside it
// belongs to another video, or nil. It is the same value until the user answers.
func (c *Files) OtherProject() *session.OtherProject { return c.other }

// StartFresh answers OtherProject: the video gets a new project beside the other.
func (c *Files) StartFresh() {
	if o := c.other; o != nil {
		c.open(session.OpenRequest{Path: o.Video, Fresh: true})
	}
}

// OpenOther answers OtherProject: that project is opened, with its own video.
func (c *Files) OpenOther() {
	if o := c.other; o != nil {
		c.open(session.OpenRequest{Path: o.Project})
	}
}

// LeaveOther answers OtherProject: nothing is opened.
func (c *Files) LeaveOther() {
	if o := c.other; o != nil {
		c.other = nil
		c.say(Warning, filepath.Base(o.Video)+" was not opened: "+filepath.Base(o.Project)+" belongs to another video")
		c.changed(PartClip)
	}
}

// Unsaved is work that closing the video would lose, because it cannot be saved.
type Unsaved struct {
	Project string // path of the project file
	Reason  string // why, in one sentence
	then    func()
	stay    func()
}

// Leave calls then once what was done is saved. If it cannot be saved, Unsaved
// asks, and stay is called if the user does not leave.
func (c *Files) Leave(then, stay func()) {
	s := c.sess
	c.Stay()
	if st := s.Store.Status(); st.State == project.Saved {
		then()
		return
	}
	s.Go(func() {
		err := s.Store.Flush(s.Context())
		s.Post(func() {
			if err == nil {
				then()
				return
			}
			c.unsaved = &Unsaved{Project: s.Store.Path(), Reason: PlainLine(err), then: then, stay: stay}
			c.changed(PartClip | PartMessage)
		})
	})
}

// Unsaved returns what closing would lose, or nil. It is the same value until
// the user answers.
func (c *Files) Unsaved() *Unsaved { return c.unsaved }

// Stay answers Unsaved: nothing is closed.
func (c *Files) Stay() {
	if u := c.unsaved; u != nil {
		c.unsaved = nil
		u.stay()
	}
}

// LeaveUnsaved answers Unsaved: what is not saved is lost.
func (c *Files) LeaveUnsaved() {
	if u := c.unsaved; u != nil {
		c.unsaved = nil
		u.then()
	}
}

// RetryLeaving answers Unsaved: saving is tried again.
func (c *Files) RetryLeaving() {
	u, s := c.unsaved, c.sess
	if u == nil {
		return
	}
	c.unsaved = nil
	s.Go(func() {
		_ = s.Store.Retry(s.Context()) // Leave tells how it went
		s.Post(func() { c.Leave(u.then, u.stay) })
	})
}
