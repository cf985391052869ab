package controller

import (
	"context"
	"sync"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Part names what changed, for a Listener; parts can be joined with |.
type Part uint32

// The parts.
const (
	PartClip     Part = 1 << iota // another video, or none
	PartFrame                     // the current frame
	PartScene                     // what the canvas shows
	PartObjects                   // objects, classes, selection
	PartTimeline                  // lanes, keyframes, range, marks
	PartTool                      // tool, brush, view options
	PartHistory                   // what can be undone and redone
	PartTrack                     // job, progress, estimate
	PartReview                    // review queue
	PartMessage                   // status line, banner
	PartEngine                    // engine, settings
	PartPlay                      // playing or not
	PartAll      Part = 1<<iota - 1
)

// Listener is told on the UI goroutine that parts of the state changed.
type Listener func(Part)

// Controller is the state of one window. See the package's documentation for
// who may call it.
type Controller struct {
	deps   Deps
	listen Listener
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // goroutines that must end before Close returns

	clip     *clip // nil: welcome screen
	opening  *opening
	missing  *MissingVideo // nil: nothing to ask
	other    *OtherProject // nil: nothing to ask
	engine   engineState
	settings inference.Settings

	tool    Tool
	brush   float64 // radius in pixels
	view    ViewOptions
	message Message
	speeds  speeds
}

// clip is everything that belongs to one open video.
type clip struct {
	*Opened
	doc    *annotate.Document
	hist   *annotate.History
	ctx    context.Context
	cancel context.CancelFunc

	frame    int // current frame
	shown    shownFrame
	loader   *loader
	cuts     *cutFinder
	play     playState
	selected annotate.ObjectID
	lastID   annotate.ObjectID // no ID is used twice in one session

	lanes   map[annotate.ObjectID]*Lane
	pending map[annotate.FrameKey]pendingPrompt
	held    []inference.FrameTracked // wait until no prompt is pending
	fixes   fixSet
	taken   map[int64]fixSet // corrections that runs made good, by their history group
	stroke  *strokeState
	preview previewState
	seq     int64 // of the latest request to the engine
	point   int   // index of the selected point prompt, -1 none
	cursor  *annotate.Point
	corner  *annotate.Point // first corner of a box made by keyboard
	banner  Banner
	job     jobState
	review  reviewState
}

// New returns a controller without a video. listen is told of every change.
func New(deps Deps, listen Listener) *Controller {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &Controller{deps: deps, listen: listen, ctx: ctx, cancel: cancel, brush: 12}
	c.settings = deps.Settings
	if c.settings == (inference.Settings{}) {
		c.settings = inference.DefaultSettings()
	}
	c.loadPrefs()
	return c
}

// Close ends everything that runs and closes the video and its project. It
// waits for the workers; nothing is posted afterwards that has an effect.
func (c *Controller) Close() {
	c.cancel()
	if c.opening != nil {
		c.opening.cancel()
		c.opening = nil
	}
	old := c.clip
	c.clip = nil
	if old != nil {
		old.shut(c.takeSession())
	}
	c.work.Wait()
	c.closeEngine()
}

// Open reports whether a video is open.
func (c *Controller) IsOpen() bool { return c.clip != nil }

// Document returns the open document, or nil. It may only be read, and only on
// the UI goroutine.
func (c *Controller) Document() *annotate.Document {
	if c.clip == nil {
		return nil
	}
	return c.clip.doc
}

// Path returns the path of the open video as it was given.
func (c *Controller) Path() string {
	if c.clip == nil {
		return ""
	}
	return c.clip.Path
}

// ProjectPath returns the path of the open project file.
func (c *Controller) ProjectPath() string {
	if c.clip == nil {
		return ""
	}
	return c.clip.Project.Path()
}

func (c *Controller) changed(p Part) {
	if c.listen != nil {
		c.listen(p)
	}
}

// start runs f on a goroutine that Close waits for.
func (c *Controller) start(f func()) {
	c.work.Add(1)
	go func() {
		defer c.work.Done()
		f()
	}()
}

// postFor runs f on the UI goroutine if cl is still the open clip.
func (c *Controller) postFor(cl *clip, f func()) {
	c.deps.Post(func() {
		if c.clip == cl {
			f()
		}
	})
}
