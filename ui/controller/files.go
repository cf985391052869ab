package controller

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/masklet/masklet/ui/session"
)

// Files opens videos, with the questions that come up, and closes them.
type Files struct {
	*desk
	adopt   func(*session.Clip) // shows what was opened in place of what is open
	opening *opening
	missing *session.MissingVideo // nil: nothing to ask
	other   *session.OtherProject // nil: nothing to ask
	unsaved *Unsaved              // nil: nothing to ask
}

// opening is a video that is being opened.
type opening struct {
	path        string
	ctx         context.Context
	cancel      context.CancelFunc
	done, total int
	last        time.Time // of the latest update that was posted
}

// maxRecent is how many files the welcome screen offers.
const maxRecent = 8

// OpenFile opens a video, a frame folder or a project in place of what is open.
// What is open stays open if that fails.
func (c *Files) OpenFile(path string) {
	if c.IsOpen() && (sameFile(path, c.sess.Path) || sameFile(path, c.sess.Store.Path())) {
		if c.opening != nil {
			c.CancelOpening()
		}
		c.say(Info, filepath.Base(path)+" is open already")
		return
	}
	c.open(session.OpenRequest{Path: path})
}

func (c *Files) open(r session.OpenRequest) {
	if c.opening != nil {
		c.opening.cancel()
	}
	c.missing, c.other = nil, nil
	ctx, cancel := context.WithCancel(c.ctx)
	o := &opening{path: r.Path, ctx: ctx, cancel: cancel}
	c.opening = o
	c.say(Info, "Opening "+filepath.Base(r.Path)+" ...")
	c.changed(PartClip)
	c.work.Go(func() {
		opened, err := c.deps.Open(ctx, r, func(done, total int) { c.indexProgress(o, done, total) })
		c.deps.Post(func() { c.openEnded(o, opened, err) })
	})
}

// CancelOpening gives the opening up.
func (c *Files) CancelOpening() {
	if c.opening != nil {
		c.opening.cancel()
		c.opening = nil
		c.say(Info, "Opening was cancelled")
		c.changed(PartClip)
	}
}

// Opening returns what is being opened and how many of its frames are indexed.
func (c *Files) Opening() (path string, done, total int, ok bool) {
	if c.opening == nil {
		return "", 0, 0, false
	}
	return c.opening.path, c.opening.done, c.opening.total, true
}

// indexProgress is called on the opener's goroutine, one call at a time.
func (c *Files) indexProgress(o *opening, done, total int) {
	now := c.deps.Now()
	if now.Sub(o.last) < 100*time.Millisecond && done != total {
		return
	}
	o.last = now
	c.deps.Post(func() {
		if c.opening == o {
			o.done, o.total = done, total
			c.changed(PartClip)
		}
	})
}

func (c *Files) openEnded(o *opening, clip *session.Clip, err error) {
	if c.opening != o || c.ctx.Err() != nil {
		if clip != nil {
			c.work.Go(func() { _ = clip.Close() })
		}
		return
	}
	c.opening = nil
	if err != nil {
		errors.As(err, &c.missing)
		errors.As(err, &c.other)
		c.fail("Open "+filepath.Base(o.path), err)
		c.changed(PartClip)
		return
	}
	c.Leave(func() {
		c.addRecent(clip.Path)
		c.adopt(clip)
	}, func() { c.work.Go(func() { _ = clip.Close() }) })
}

// Path returns the path of the open video as it was given.
func (c *Files) Path() string { return c.sess.Path }

// ProjectPath returns the path of the open project file.
func (c *Files) ProjectPath() string { return c.sess.Store.Path() }

// CloseClip closes the open video and shows the welcome screen, unless work
// would be lost: Unsaved then asks.
func (c *Files) CloseClip() {
	c.Leave(func() { c.adopt(session.NoClip()) }, func() {})
}

// Recent returns the paths that were opened lately, the latest first.
func (c *Files) Recent() []string {
	v := c.deps.Prefs.Get("recent")
	if v == "" {
		return nil
	}
	return strings.Split(v, "\n")
}

func (c *Files) addRecent(path string) {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	list := []string{path}
	for _, p := range c.Recent() {
		if p != path && len(list) < maxRecent {
			list = append(list, p)
		}
	}
	c.deps.Prefs.Set("recent", strings.Join(list, "\n"))
}

// sameFile reports whether both paths lead to one file or folder, which may be
// gone meanwhile.
func sameFile(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	if err1 == nil && err2 == nil && x == y {
		return true
	}
	i, err1 := os.Stat(a)
	j, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(i, j)
}
