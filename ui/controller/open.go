package controller

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/masklet/masklet/annotate"
)

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
func (c *Controller) OpenFile(path string) {
	if c.clip != nil && (sameFile(path, c.clip.Path) || sameFile(path, c.clip.Project.Path())) {
		if c.opening != nil {
			c.CancelOpening()
		}
		c.say(Info, filepath.Base(path)+" is open already")
		return
	}
	c.open(OpenRequest{Path: path})
}

func (c *Controller) open(r OpenRequest) {
	if c.opening != nil {
		c.opening.cancel()
	}
	c.missing, c.other = nil, nil
	ctx, cancel := context.WithCancel(c.ctx)
	o := &opening{path: r.Path, ctx: ctx, cancel: cancel}
	c.opening = o
	c.say(Info, "Opening "+filepath.Base(r.Path)+" ...")
	c.changed(PartClip)
	c.start(func() {
		opened, err := c.deps.Open(ctx, r, func(done, total int) { c.indexProgress(o, done, total) })
		c.deps.Post(func() { c.openEnded(o, opened, err) })
	})
}

// CancelOpening gives the opening up.
func (c *Controller) CancelOpening() {
	if c.opening != nil {
		c.opening.cancel()
		c.opening = nil
		c.say(Info, "Opening was cancelled")
		c.changed(PartClip)
	}
}

// Opening returns what is being opened and how many of its frames are indexed.
func (c *Controller) Opening() (path string, done, total int, ok bool) {
	if c.opening == nil {
		return "", 0, 0, false
	}
	return c.opening.path, c.opening.done, c.opening.total, true
}

// indexProgress is called on the opener's goroutine, one call at a time.
func (c *Controller) indexProgress(o *opening, done, total int) {
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

func (c *Controller) openEnded(o *opening, opened *Opened, err error) {
	if c.opening != o || c.ctx.Err() != nil {
		if opened != nil {
			c.start(func() { opened.Project.Close(); opened.Video.Close() })
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
	c.CloseClip()
	c.addRecent(opened.Path)
	c.adopt(opened)
}

// adopt shows a video that was opened.
func (c *Controller) adopt(o *Opened) {
	ctx, cancel := context.WithCancel(c.ctx)
	cl := &clip{
		Opened: o, doc: o.Project.Document(), hist: o.Project.History(),
		ctx: ctx, cancel: cancel, point: -1,
		lanes:   map[annotate.ObjectID]*Lane{},
		pending: map[annotate.FrameKey]pendingPrompt{},
		fixes:   fixSet{},
		taken:   map[int64]fixSet{},
		job:     jobState{gone: map[annotate.ObjectID]bool{}},
	}
	cl.cuts = newCutFinder(o.Video, func() { c.postFor(cl, func() { c.changed(PartTimeline) }) })
	cl.loader = newLoader(ctx, cl.cuts)
	c.clip = cl
	c.start(func() {
		cl.loader.run(func(l loaded) { c.postFor(cl, func() { c.frameLoaded(l) }) })
	})
	cl.buildLanes()
	if objs := cl.doc.Objects(); len(objs) > 0 {
		cl.selected = objs[0].ID
	}
	c.message = Message{Info, o.Notice}
	if o.Notice == "" {
		c.message.Text = c.openLine()
	}
	c.startSession()
	if first := cl.firstKeyframe(); first >= 0 {
		cl.frame = first
	}
	c.showFrame(cl.frame)
	c.offerContinue()
	c.rankReview()
	c.changed(PartAll)
}

// CloseClip closes the open video and shows the welcome screen.
func (c *Controller) CloseClip() {
	old := c.clip
	if old == nil {
		return
	}
	c.clip = nil
	c.message = Message{}
	// On the lane, because the engine must not be closed before its sessions.
	s := c.takeSession()
	c.engine.lane.do(func() { old.shut(s) })
	c.changed(PartAll)
}

// shut ends what runs for the clip and closes its parts, in the order in which
// they depend on each other.
func (cl *clip) shut(s *session) {
	cl.cancel()
	if s != nil {
		s.close()
	}
	cl.loader.wait()
	cl.Project.Close()
	cl.Video.Close()
}

// Recent returns the paths that were opened lately, the latest first.
func (c *Controller) Recent() []string {
	v := c.deps.Prefs.Get("recent")
	if v == "" {
		return nil
	}
	return strings.Split(v, "\n")
}

func (c *Controller) addRecent(path string) {
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

// firstKeyframe returns the first frame with a prompt, or -1.
func (cl *clip) firstKeyframe() int {
	first := -1
	for _, o := range cl.doc.Objects() {
		if ks := cl.doc.Keyframes(o.ID); len(ks) > 0 && (first < 0 || ks[0] < first) {
			first = ks[0]
		}
	}
	return first
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
