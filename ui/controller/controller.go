package controller

import (
	"context"
	"fmt"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller/classes"
	"github.com/masklet/masklet/ui/controller/lanes"
	"github.com/masklet/masklet/ui/controller/marks"
	"github.com/masklet/masklet/ui/controller/places"
	"github.com/masklet/masklet/ui/controller/shelf"
	"github.com/masklet/masklet/ui/controller/speed"
	"github.com/masklet/masklet/ui/controller/thumbs"
	"github.com/masklet/masklet/ui/controller/tracks"
	"github.com/masklet/masklet/ui/controller/works"
	"github.com/masklet/masklet/ui/session"
)

// Controller is the state of one window, made of its parts. See the package's
// documentation for who may call it.
type Controller struct {
	*desk
	*Messages
	*Tools
	*Engine
	*Playback
	*Objects
	*Preview
	*Painter
	*Prompts
	*Cursor
	*Review
	*marks.Flags
	*classes.Classes
	Thumbs *thumbs.Thumbs // small pictures of frames
	*Tracker
	*speed.Estimator
	*History
	*tracks.Tracks
	*Canvas
	*works.Works
	*Leaving
	*Files
	*Counting
	lanes  *lanes.Set
	Shelf  *shelf.Shelf // of clips, where a folder of them is open
	slot   *session.Slot
	cancel context.CancelFunc
}

// New returns a controller without a video. listen is told of every change.
func New(deps Deps, listen Listener) *Controller {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.After == nil {
		deps.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := &desk{deps: deps, ctx: ctx, listen: listen}
	c := &Controller{desk: d, cancel: cancel, slot: session.NewSlot(deps.Engines.Open)}
	c.Messages, c.Tools, c.Engine = &Messages{d}, newTools(d), newEngine(d)
	c.Playback = &Playback{desk: d, leaves: c.leaves}
	c.Objects = &Objects{desk: d, play: c.Playback, leaves: c.leaves}
	c.Preview = &Preview{desk: d, play: c.Playback, objects: c.Objects}
	c.Painter = &Painter{desk: d, play: c.Playback, objects: c.Objects, tools: c.Tools, preview: c.Preview}
	c.Prompts = &Prompts{desk: d, play: c.Playback, objects: c.Objects, preview: c.Preview, painter: c.Painter}
	c.Cursor = &Cursor{desk: d, tools: c.Tools, prompts: c.Prompts, painter: c.Painter}
	c.Tools.leaves = func() {
		c.cancelStroke()
		c.Area.Cancel()
		c.corner = nil
		c.movedOn(nextStep(c.sess))
	}
	c.Flags = marks.New(marks.Desk{
		Session: func() *session.Session { return d.sess }, Frame: func() int { return c.Playback.frame },
		Say: func(text string) { d.say(Info, text) }, Changed: func() { d.changed(PartTimeline | PartReview) },
	})
	c.Classes = classes.New(classes.Desk{
		Session: func() *session.Session { return d.sess }, Say: func(text string) { d.say(Info, text) }, Failed: d.alert,
	})
	c.Thumbs = &thumbs.Thumbs{Session: func() *session.Session { return d.sess }, Changed: func() { d.changed(PartReview) }}
	c.Review = &Review{desk: d, play: c.Playback, objects: c.Objects, marks: c.Flags}
	c.Tracker = &Tracker{desk: d, engine: c.Engine, prompts: c.Prompts, review: c.Review}
	c.Estimator = speed.NewEstimator(deps.Prefs)
	c.Estimator.Session, c.Estimator.Changed = func() *session.Session { return d.sess }, func() { d.changed(PartTrack) }
	c.Estimator.NextStep = func() string { return nextStep(d.sess) }
	c.History = &History{desk: d, play: c.Playback, objects: c.Objects, prompts: c.Prompts, review: c.Review}
	c.Canvas = &Canvas{
		desk: d, play: c.Playback, objects: c.Objects, prompts: c.Prompts, preview: c.Preview,
		painter: c.Painter, cursor: c.Cursor, view: c.Tools,
	}
	c.Works, c.Leaving = works.New(d.worksDesk()), &Leaving{desk: d}
	c.Tracks = tracks.New(trackDesk{d, c.Objects})
	c.Files = &Files{desk: d, leaving: c.Leaving, adopt: c.show}
	c.Counting = &Counting{desk: d, play: c.Playback, anew: func() { c.lanes = lanes.Of(c.doc()) }, grown: func() { c.lanes.Resize(c.doc().Frames()) }}
	c.Shelf = shelf.New(c.shelfDesk())
	c.Files.clips = c.Shelf.OpenFolder
	c.start(session.NoClip())
	return c
}

// Lane returns what the timeline shows of an object, or nil.
func (c *Controller) Lane(id annotate.ObjectID) *lanes.Lane { return c.lanes.Lane(id) }

// Document returns the open document, which is empty without a video. It may
// only be read, and only on the UI goroutine.
func (c *Controller) Document() *annotate.Document { return c.doc() }

// show shows a clip in place of the one that is open.
func (c *Controller) show(clip *session.Clip) {
	c.keepPlace()
	c.sess.Close()
	c.start(clip)
	s := c.sess
	c.message, c.banner = Message{Text: clip.Notice, stay: clip.Notice != ""}, Banner{}
	if s.IsOpen() {
		if c.message.Text == "" {
			c.message = Message{Text: openLine(s)}
		}
		c.Playback.opened()
		if place, ok := places.Of(c.deps.Prefs, s.Store.Path()); ok {
			c.Select(place.Object)
		}
		c.Tracker.opened()
		c.Review.rank()
	}
	c.Shelf.Opened()
	c.changed(PartAll)
}

// shelfDesk is what the folder of clips needs.
func (c *Controller) shelfDesk() shelf.Desk {
	return shelf.Desk{
		Ctx: c.ctx, Go: func(f func()) { c.work.Go(f) }, Post: c.deps.Post,
		Open: c.OpenFile, Path: c.Path, Document: c.Document, Do: func(ch annotate.Change) { c.sess.Do(ch) },
		Settings:  func() (string, inference.Settings) { return c.EngineName(), c.Settings() },
		Use:       c.Engine.use,
		Say:       func(text string) { c.say(Info, text) },
		Alert:     c.alert,
		Changed:   func() { c.changed(PartClips) },
		Thumbnail: shelf.Thumbnail,
	}
}

// keepPlace remembers where the user is, for the next time that this is opened.
func (c *Controller) keepPlace() {
	if c.IsOpen() {
		places.Keep(c.deps.Prefs, places.Place{Project: c.sess.Store.Path(), Frame: c.Frame(), Object: c.Selected()})
	}
}

// start starts a session and brings the parts in step with its document.
func (c *Controller) start(clip *session.Clip) {
	var s *session.Session
	s = session.New(clip, session.Config{
		Post: c.deps.Post, Log: c.deps.Log, Slot: c.slot, Cache: c.deps.Cache, IsCut: c.deps.IsCut,
		Engine: c.EngineName(), Settings: c.Settings(),
		Notify: func(e session.Event) {
			if c.sess == s {
				c.event(e)
			}
		},
	})
	c.sess = s
	c.Painter.reset()
	c.lanes = lanes.Of(c.doc())
	c.Playback.closed()
	c.Objects.opened()
	c.leaves()
	c.at = nil
	c.Estimator.Opened()
	c.Review.opened()
}

// leaves gives up what is bound to the current frame and object.
func (c *Controller) leaves() {
	c.Prompts.leave()
	c.corner = nil
	if c.IsOpen() && !c.Playing() {
		c.movedOn(nextStep(c.sess))
	}
}

// Busy reports whether an answer, a run or a ranking is still to come.
func (c *Controller) Busy() bool { return c.sess.Pending() || c.sess.Tracking() || c.Review.busy }

// Close ends everything that runs and closes the video and its project. It
// waits for the workers; nothing is posted afterwards that has an effect. The
// error says that work could not be saved.
func (c *Controller) Close() error {
	c.cancel()
	c.CancelOpening()
	c.Stay()
	c.keepPlace()
	c.sess.Close()
	err := c.sess.Wait()
	c.work.Wait()
	_ = c.slot.Close() // an engine holds nothing that could be lost
	return err
}

// event brings the parts in step with what the session did.
func (c *Controller) event(e session.Event) {
	switch e := e.(type) {
	case session.Edited:
		c.edited(e.Edits)
		if !c.sess.Tracking() {
			c.Shelf.Update()
		}
	case session.EngineChanged:
		c.Engine.engineChanged(e.Notice, e.Err)
		c.sess.Want(c.Frame())
		c.Shelf.Update()
	case session.Progressed:
		c.changed(PartTrack)
	case session.Asked:
		c.Prompts.asked()
		c.changed(PartTrack)
	case session.Answered:
		c.Prompts.answered(e)
	case session.Chosen:
		c.Prompts.chosen(e)
	case session.Previewed:
		c.Preview.previewed(e)
	case session.Encoded:
		c.Estimator.EncodedOne()
		if e.Frame == c.Frame() {
			c.changed(PartTrack)
		}
	case session.CutsSeen:
		c.changed(PartTimeline)
	case session.Scanning:
		c.say(Info, fmt.Sprintf("Looking for scene cuts: %d of %d frames", e.Done, e.Total))
	case session.Started:
		c.Tracker.started()
	case session.Measured:
		c.Estimator.Note(e)
	case session.Ended:
		c.Tracker.ended(e.Outcome)
		c.Shelf.Update()
	case session.Counted:
		c.Counting.reading(e)
	case session.Failed:
		c.fail(e.What, e.Err)
	}
}

// edited brings the parts in step with edits of the document.
func (c *Controller) edited(edits []annotate.Edit) {
	c.lanes.Edited(edits)
	c.Objects.edited(edits)
	parts := PartTimeline | PartHistory
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.ObjectEdit:
			parts |= PartObjects | PartScene | PartReview | PartTrack
			if e.After == nil {
				c.Review.objectGone(e.ID)
			}
		case annotate.ClassEdit:
			parts |= PartObjects
		case annotate.PromptEdit:
			parts |= PartScene | PartTrack
		case annotate.ResultEdit:
			c.Review.maskChanged(e.Key)
			if e.Key.Frame == c.Playback.shown.frame || e.Key.Frame == c.Frame() || c.View().Onion {
				parts |= PartScene
			}
		case annotate.ProtectEdit:
			parts |= PartScene | PartReview | PartTrack
		case annotate.NotesEdit, annotate.CutEdit:
			parts |= PartObjects | PartScene | PartTrack | PartReview
		case annotate.RangeEdit:
			parts |= PartTrack
		case annotate.SettingEdit:
			parts |= PartReview
		}
	}
	c.changed(parts)
}
