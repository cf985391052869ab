// Package works does in the background what the user asks for and waits for:
// exports, imports, copies of the project. It exists apart from the controller, of
// which it needs little more than the session.
package works

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller/pace"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/transfer"
)

// Desk is what works need of the controller.
type Desk struct {
	Session func() *session.Session
	Post    func(f func()) // runs f on the UI goroutine
	Now     func() time.Time
	Go      func(f func())            // runs f on a goroutine that is waited for at the end
	Version string                    // of the program, for run.json
	Reveal  func(folder string) error // shows a folder in the file manager; may be nil
	// Begun is told that something begins, Done what it came to, with something
	// that can be done about it where action is no "", and Failed why it did not.
	Begun  func()
	Done   func(text, action string, do func())
	Failed func(what string, err error)
}

// Works is what runs in the background at the user's request.
type Works struct{ desk Desk }

// New returns the works of a desk.
func New(d Desk) *Works { return &Works{d} }

func (c *Works) doc() *annotate.Document { return c.desk.Session().Document() }

// Work is something that runs in the background at the user's request, with a
// progress that the window shows.
type Work struct {
	Name        string
	Done, Total int64
	cancel      context.CancelFunc
}

// Cancel ends the work.
func (w *Work) Cancel() { w.cancel() }

// HasMasks reports whether there is anything to export.
func (c *Works) HasMasks() bool {
	return slices.ContainsFunc(c.doc().Objects(), func(o annotate.Object) bool { return c.doc().HasResults(o.ID) })
}

// Export writes masks in the background. update is called with the work's
// progress and, at the end, with its error or what was written.
func (c *Works) Export(e transfer.Export, update func(w *Work, ended bool, text string, err error)) {
	write := e.Of(c.desk.Session(), c.desk.Version)
	c.background("Export to "+filepath.Base(e.Folder), update, func(ctx context.Context, progress func(done, total int64)) (done, error) {
		text, err := write(ctx, progress)
		return done{text: text, action: "Show folder", do: func() { c.show(e.Folder) }}, err
	})
}

// show shows a folder in the system's file manager.
func (c *Works) show(folder string) {
	c.desk.Begun()
	if c.desk.Reveal == nil {
		return
	}
	if err := c.desk.Reveal(folder); err != nil {
		c.desk.Failed("Show "+folder, err)
	}
}

// Import adds masks of other tools, or of an earlier export, as one step.
func (c *Works) Import(i transfer.Import, update func(w *Work, ended bool, text string, err error)) {
	s, doc, video := c.desk.Session(), c.doc(), c.desk.Session().Described()
	c.background("Import "+filepath.Base(i.Path), update, func(ctx context.Context, progress func(done, total int64)) (done, error) {
		read, err := i.Read(ctx, doc, video, func(masks int64) { progress(masks, 0) })
		return done{apply: func() (string, error) { return read.Into(s) }}, err
	})
}

// ExportLine says what an export would write.
func (c *Works) ExportLine(what transfer.Selection) string {
	objects, frames := what.Count(c.doc())
	if objects == 0 {
		return "There is no mask in that."
	}
	return fmt.Sprintf("%s with masks on %d of %s.", plain.Count(objects, "object"), frames, plain.Count(c.doc().Frames(), "frame"))
}

// SaveCopy writes a copy of the project with its video to a new folder or zip.
func (c *Works) SaveCopy(path string, update func(w *Work, ended bool, text string, err error)) {
	s := c.desk.Session()
	c.background("Save a copy", update, func(ctx context.Context, _ func(done, total int64)) (done, error) {
		err := s.Store.SaveCopy(ctx, path, s.VideoPath, media.QuickHash)
		return done{text: "Saved the project with its video to " + path}, err
	})
}

// done is what work came to.
type done struct {
	text   string
	apply  func() (text string, err error) // the rest, on the UI goroutine; nil: there is none
	action string                          // of what can be done next, "" for nothing
	do     func()
}

// background runs f and reports on the UI goroutine.
func (c *Works) background(name string, update func(*Work, bool, string, error), f func(context.Context, func(done, total int64)) (done, error)) {
	open := c.desk.Session().Context()
	ctx, cancel := context.WithCancel(open)
	w := &Work{Name: name, cancel: cancel}
	gate := &pace.Throttle{Post: c.desk.Post, Now: c.desk.Now}
	c.desk.Begun()
	update(w, false, "", nil)
	c.desk.Go(func() {
		defer cancel()
		end, err := f(ctx, func(done, total int64) {
			gate.Do(func() {
				w.Done, w.Total = done, total
				update(w, false, "", nil)
			})
		})
		c.desk.Post(func() {
			if err == nil && end.apply != nil {
				if err = open.Err(); err == nil {
					end.text, err = end.apply()
				}
			}
			update(w, true, end.text, err)
			if err != nil {
				c.desk.Failed(name, err)
				return
			}
			c.desk.Done(end.text, end.action, end.do)
		})
	})
}
