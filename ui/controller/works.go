package controller

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller/pace"
	"github.com/masklet/masklet/ui/session"
)

// Works is what runs in the background at the user's request.
type Works struct{ *desk }

// Work is something that runs in the background at the user's request, with a
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
func (c *Works) Export(names []string, folder string, polygons bool, update func(w *Work, ended bool, text string, err error)) {
	src := c.sess.Source()
	c.background("Export to "+filepath.Base(folder), update, func(ctx context.Context, progress func(done, total int64)) (string, error) {
		chosen, err := formats.Named(names)
		if err == nil && len(chosen) == 0 {
			err = errors.New("choose a format")
		}
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", fmt.Errorf("make the folder: %w", err)
		}
		frames := int64(src.Video().Frames)
		opt := export.Options{Polygons: polygons, Progress: func(f export.Format, frame int) {
			i := slices.IndexFunc(chosen, func(g export.Format) bool { return g.Name == f.Name })
			progress(int64(i)*frames+int64(frame)+1, int64(len(chosen))*frames)
		}}
		notes, err := session.Export(ctx, export.Targets(folder, chosen), src, opt)
		return strings.Join(append([]string{"Exported to " + folder}, notes...), "; "), err
	})
}

// ExportLine says what an export would write.
func (c *Works) ExportLine() string {
	objects, frames := 0, map[int]bool{}
	for _, o := range c.doc().Objects() {
		fs := c.doc().ResultFrames(o.ID)
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
	return fmt.Sprintf("%s with masks on %d of %s.", count(objects, "object"), len(frames), count(c.doc().Frames(), "frame"))
}

// SaveCopy writes a copy of the project with its video to a new folder or zip.
func (c *Works) SaveCopy(path string, update func(w *Work, ended bool, text string, err error)) {
	s := c.sess
	c.background("Save a copy", update, func(ctx context.Context, _ func(done, total int64)) (string, error) {
		if err := s.Store.SaveCopy(ctx, path, s.VideoPath, media.QuickHash); err != nil {
			return "", err
		}
		return fmt.Sprintf("Saved the project with its video to %s", path), nil
	})
}

// background runs f and reports on the UI goroutine.
func (c *Works) background(name string, update func(*Work, bool, string, error), f func(context.Context, func(done, total int64)) (string, error)) {
	ctx, cancel := context.WithCancel(c.sess.Context())
	w := &Work{Name: name, cancel: cancel}
	gate := &pace.Throttle{Post: c.deps.Post, Now: c.deps.Now}
	c.outdate()
	update(w, false, "", nil)
	c.work.Go(func() {
		defer cancel()
		text, err := f(ctx, func(done, total int64) {
			gate.Do(func() {
				w.Done, w.Total = done, total
				update(w, false, "", nil)
			})
		})
		c.deps.Post(func() {
			update(w, true, text, err)
			if err == nil {
				c.say(Success, text)
			} else {
				c.alert(name, err)
			}
		})
	})
}
