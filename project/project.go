package project

import (
	"context"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/tables"
)

// Project is an open project file with its document. Document and History
// belong to the goroutine that works on the document; all other methods may be
// called from any goroutine.
type Project struct {
	path    string
	backup  string
	aside   *Aside
	doc     *annotate.Document
	history *annotate.History
	masks   *tables.Masks
	w       *writer

	mu      sync.Mutex
	media   Media
	runs    []Run // in order of ID
	nextRun int64
}

// start puts together what Open found out. saveErr is why nothing can be
// saved for now, if so.
func (p *Project) start(st *store, l *tables.Loaded, doc *annotate.Document, saveErr error) {
	p.media, p.runs = l.Media, l.Runs
	p.nextRun = 1
	for _, r := range p.runs {
		p.nextRun = max(p.nextRun, r.ID+1)
	}
	p.w = newWriter(st, l.Sequence, saveErr)
	p.doc = doc
	p.history = annotate.NewHistory(doc, p.w)
	p.history.Restore(l.Done, l.Undone)
	// A new step must not be taken for that of a run whose history is gone.
	for _, r := range p.runs {
		for group := int64(0); group < r.Group; {
			group = p.history.NewGroup()
		}
	}
}

// Path returns the absolute path of the project file.
func (p *Project) Path() string { return p.path }

// Backup returns the path of the copy that was made because the file had an
// older format, or "".
func (p *Project) Backup() string { return p.backup }

// Aside returns what a killed Masklet left of another file of the project's
// name, nil if there was nothing of the kind.
func (p *Project) Aside() *Aside { return p.aside }

// Notice returns what the user must be told after the project was opened, "" if
// there is nothing.
func (p *Project) Notice() string {
	switch {
	case p.aside != nil:
		return p.aside.notice(dbfile.Base(p.path))
	case p.backup != "":
		return "The project was brought to the present format; a copy of the old one is " + dbfile.Base(p.backup)
	}
	return ""
}

// Document returns the document. It is changed through History only.
func (p *Project) Document() *annotate.Document { return p.doc }

// History returns the history of the document. Every change that it makes is
// saved.
func (p *Project) History() *annotate.History { return p.history }

// Media returns the video that the project belongs to.
func (p *Project) Media() Media {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.media
}

// SetMediaPath stores where the video is now. The error wraps ErrMediaMissing
// or ErrMediaDiffers, and nothing is stored, if it is not the project's video.
func (p *Project) SetMediaPath(path string, hash Hasher) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := CheckMedia(path, p.media, hash); err != nil {
		return err
	}
	m := p.media
	if err := m.Identify(path, hash); err != nil {
		return err
	}
	m.RelPath = m.RelativeTo(p.path)
	p.media = m
	p.w.add(op{task: func(b *tables.Batch) error { return b.PutMedia(m) }})
	return nil
}

// Counted reports whether the project knows the frames of its video exactly: it
// has their times. It does not while the video is not read to its end.
func (p *Project) Counted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.media.Timestamps != nil
}

// Recount stores how many frames the video has and, once that is certain, when
// they are shown. It belongs to the document's owner, and frames beyond the end
// must be empty. anew says that frames got other numbers (see
// annotate.Document.Renumber): the history then ends here, and so do runs.
func (p *Project) Recount(frames int, times []float64, anew bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doc.Recount(frames)
	p.media.Frames, p.media.Timestamps = frames, times
	m := p.media
	p.w.add(op{task: func(b *tables.Batch) error { return b.PutMedia(m) }})
	if !anew {
		return
	}
	p.history.Forget()
	for i, r := range p.runs {
		if r.State != RunDone {
			p.runs[i].State = RunDone
			done := p.runs[i]
			p.w.add(op{task: func(b *tables.Batch) error { return b.ChangeRun(done, now()) }})
		}
	}
	p.w.add(op{task: (*tables.Batch).ForgetHistory})
}

// Adopt returns r with a mask that moves out of memory once it is saved. The
// document of a long video stays small if results pass through Adopt before
// they are put into a change.
func (p *Project) Adopt(r annotate.Result) (annotate.Result, error) {
	if r.Mask == nil {
		return r, nil
	}
	m, err := p.masks.Adopt(r.Mask)
	if err == nil {
		r.Mask = m
	}
	return r, err
}

// Flush waits until every change made before the call is committed. It returns
// the reason at once if saving fails; Retry makes another attempt.
func (p *Project) Flush(ctx context.Context) error { return p.w.flush(ctx) }

// Retry tries at once to save what waits, and returns how that ended. A file
// that was removed or renamed is put back in its place; another file in that
// place is never overwritten.
func (p *Project) Retry(ctx context.Context) error { return p.w.retry(ctx) }

// Status returns whether the work is safe.
func (p *Project) Status() Status { return p.w.status() }

// OnStatus has f called after every attempt to save, with the status then. f
// runs on the writer's goroutine: it must return soon and not call the project
// except for Status. Listeners are called in the order they were added.
func (p *Project) OnStatus(f func(Status)) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	p.w.listeners = append(p.w.listeners, f)
}

// Close makes a last attempt to save and closes the file. If changes remain
// unsaved they are lost with the project: the error says how many and why, so
// call Flush first and offer SaveCopy.
func (p *Project) Close() error { return p.w.close() }
