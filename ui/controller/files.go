package controller

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

// Files opens videos, with the questions that come up, and closes them.
type Files struct {
	*desk
	leaving *Leaving
	adopt   func(*session.Clip) // shows what was opened in place of what is open
	clips   func(folder string) // shows a folder of clips
	opening *openWork
	missing *opening.MissingVideo // nil: nothing to ask
	other   *opening.OtherProject // nil: nothing to ask
}

// openWork is a video that is being opened.
type openWork struct {
	path        string
	ctx         context.Context
	cancel      context.CancelFunc
	done, total int
	last        time.Time // of the latest update that was posted
}

// maxRecent is how many files the welcome screen offers.
const maxRecent = 8

// OpenFile opens a video, a frame folder, a project or a folder of clips in place of what
// is open.
// What is open stays open if that fails.
func (f *Files) OpenFile(path string) {
	if f.IsOpen() && (opening.SameFile(path, f.sess.Path) || opening.SameFile(path, f.sess.Store.Path())) {
		if f.opening != nil {
			f.CancelOpening()
		}
		f.say(Info, filepath.Base(path)+" is open already")
		return
	}
	f.open(opening.OpenRequest{Path: path})
}

func (f *Files) open(r opening.OpenRequest) {
	if f.opening != nil {
		f.opening.cancel()
	}
	f.missing, f.other = nil, nil
	f.outdate()
	ctx, cancel := context.WithCancel(f.ctx)
	o := &openWork{path: r.Path, ctx: ctx, cancel: cancel}
	f.opening = o
	f.say(Info, "Opening "+filepath.Base(r.Path)+" ...")
	f.changed(PartClip)
	f.work.Go(func() {
		if clips.IsFolder(r.Path) {
			f.deps.Post(func() { f.openClips(o) })
			return
		}
		opened, err := f.deps.Open(ctx, r, func(done, total int) { f.indexProgress(o, done, total) })
		f.deps.Post(func() { f.openEnded(o, opened, err) })
	})
}

// openClips goes on with what turned out to be a folder of clips.
func (f *Files) openClips(o *openWork) {
	if f.opening == o && f.ctx.Err() == nil {
		f.opening = nil
		f.changed(PartClip)
		f.clips(o.path)
	}
}

// CancelOpening gives the opening up.
func (f *Files) CancelOpening() {
	if f.opening != nil {
		f.opening.cancel()
		f.opening = nil
		f.say(Info, "Opening was cancelled")
		f.changed(PartClip)
	}
}

// Opening returns what is being opened and how many of its frames are indexed.
func (f *Files) Opening() (path string, done, total int, ok bool) {
	if f.opening == nil {
		return "", 0, 0, false
	}
	return f.opening.path, f.opening.done, f.opening.total, true
}

// indexProgress is called on the opener's goroutine, one call at a time.
func (f *Files) indexProgress(o *openWork, done, total int) {
	now := f.deps.Now()
	if now.Sub(o.last) < 100*time.Millisecond && done != total {
		return
	}
	o.last = now
	f.deps.Post(func() {
		if f.opening == o {
			o.done, o.total = done, total
			f.changed(PartClip)
		}
	})
}

func (f *Files) openEnded(o *openWork, clip *session.Clip, err error) {
	if f.opening != o || f.ctx.Err() != nil {
		if clip != nil {
			f.work.Go(func() { _ = clip.Close() })
		}
		return
	}
	f.opening = nil
	if err != nil {
		errors.As(err, &f.missing)
		errors.As(err, &f.other)
		if f.missing != nil || f.other != nil {
			f.fail("Open "+filepath.Base(o.path), err) // the user is asked
		} else {
			f.alert("Open "+filepath.Base(o.path), err)
		}
		f.changed(PartClip)
		return
	}
	f.leaving.Leave(func() {
		f.addRecent(clip.Path)
		f.adopt(clip)
	}, func() { f.work.Go(func() { _ = clip.Close() }) })
}

// Path returns the path of the open video as it was given.
func (f *Files) Path() string { return f.sess.Path }

// ProjectPath returns the path of the open project file.
func (f *Files) ProjectPath() string { return f.sess.Store.Path() }

// CloseClip closes the open video and shows the welcome screen, unless work
// would be lost: Unsaved then asks.
func (f *Files) CloseClip() {
	f.leaving.Leave(func() { f.adopt(session.NoClip()) }, func() {})
}

// Recent returns the paths that were opened lately, the latest first.
func (f *Files) Recent() []string {
	v := f.deps.Prefs.Get("recent")
	if v == "" {
		return nil
	}
	return strings.Split(v, "\n")
}

func (f *Files) addRecent(path string) {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	list := []string{path}
	for _, p := range f.Recent() {
		if p != path && len(list) < maxRecent {
			list = append(list, p)
		}
	}
	f.deps.Prefs.Set("recent", strings.Join(list, "\n"))
}

// MissingVideo returns what could not be opened because its video was not
// found, or nil. It is the same value until the user answers.
func (f *Files) MissingVideo() *opening.MissingVideo { return f.missing }

// LocateVideo answers MissingVideo: the video is at path, or in that folder.
// Another video is refused, and MissingVideo then says so.
func (f *Files) LocateVideo(path string) {
	if m := f.missing; m != nil {
		f.open(opening.OpenRequest{Path: m.Project, Video: path})
	}
}

// LeaveMissing answers MissingVideo: the project is not opened.
func (f *Files) LeaveMissing() {
	if m := f.missing; m != nil {
		f.missing = nil
		f.say(Warning, filepath.Base(m.Project)+" was not opened: its video was not found")
		f.changed(PartClip)
	}
}

// OtherProject returns what could not be opened because the project beside it
// belongs to another video, or nil. It is the same value until the user answers.
func (f *Files) OtherProject() *opening.OtherProject { return f.other }

// StartFresh answers OtherProject: the video gets a new project beside the other.
func (f *Files) StartFresh() {
	if o := f.other; o != nil {
		f.open(opening.OpenRequest{Path: o.Video, Fresh: true})
	}
}

// OpenOther answers OtherProject: that project is opened, with its own video.
func (f *Files) OpenOther() {
	if o := f.other; o != nil {
		f.open(opening.OpenRequest{Path: o.Project})
	}
}

// LeaveOther answers OtherProject: nothing is opened.
func (f *Files) LeaveOther() {
	if o := f.other; o != nil {
		f.other = nil
		f.say(Warning, filepath.Base(o.Video)+" was not opened: "+filepath.Base(o.Project)+" belongs to another video")
		f.changed(PartClip)
	}
}
