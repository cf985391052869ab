package controller

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Work is something that runs in the background at a person's request, with a
// progress that the window shows.
type Work struct {
	Name        string
	Done, Total int64
	cancel      context.CancelFunc
}

// Cancel ends the work.
func (w *Work) Cancel() { w.cancel() }

// Export writes the masks in the background. update is called with the work's
// progress and, at the end, with its error or what was written.
func (c *Controller) Export(formats []string, folder string, polygons bool, update func(w *Work, ended bool, text string, err error)) {
	cl := c.clip
	if cl == nil {
		return
	}
	job := ExportJob{
		Formats: formats, Folder: folder, Polygons: polygons,
		Contents: cl.doc.Contents(), Source: cl.Path,
		Times: cl.Video.Timestamp,
	}
	c.background("Export to "+filepath.Base(folder), update, func(ctx context.Context, progress func(done, total int64)) (string, error) {
		if len(formats) == 0 {
			return "", errors.New("choose a format")
		}
		return c.deps.Export(ctx, job, func(done, total int) { progress(int64(done), int64(total)) })
	})
}

// ExportLine says what an export would write.
func (c *Controller) ExportLine() string {
	if c.clip == nil {
		return ""
	}
	objects, frames := 0, map[int]bool{}
	for _, o := range c.clip.doc.Objects() {
		fs := c.clip.doc.ResultFrames(o.ID)
		if len(fs) > 0 {
			objects++
		}
		for _, f := range fs {
			frames[f] = true
		}
	}
	if objects == 0 {
		return "There is no mask yet: click an object and track it first."
	}
	return fmt.Sprintf("%s with masks on %d of %s.", count(objects, "object"), len(frames), count(c.Frames(), "frame"))
}

// SaveCopy writes a copy of the project with its video to a new folder or zip.
func (c *Controller) SaveCopy(path string, update func(w *Work, ended bool, text string, err error)) {
	cl := c.clip
	if cl == nil {
		return
	}
	c.background("Save a copy", update, func(ctx context.Context, _ func(done, total int64)) (string, error) {
		if err := cl.Project.SaveCopy(ctx, path); err != nil {
			return "", err
		}
		return fmt.Sprintf("Saved the project with its video to %s", path), nil
	})
}

// background runs f and reports on the UI goroutine.
func (c *Controller) background(name string, update func(*Work, bool, string, error), f func(context.Context, func(done, total int64)) (string, error)) {
	ctx, cancel := context.WithCancel(c.clip.ctx)
	w := &Work{Name: name, cancel: cancel}
	gate := &throttle{post: c.deps.Post, now: c.deps.Now}
	update(w, false, "", nil)
	c.start(func() {
		defer cancel()
		text, err := f(ctx, func(done, total int64) {
			gate.do(func() {
				w.Done, w.Total = done, total
				update(w, false, "", nil)
			})
		})
		c.deps.Post(func() {
			update(w, true, text, err)
			if err == nil {
				c.say(Success, text)
			} else {
				c.fail(name, err)
			}
		})
	})
}
