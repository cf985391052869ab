package session

import (
	"context"
	"errors"
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
)

// Video is an open video. All methods may be called from any goroutine.
type Video interface {
	inference.Frames
	// Timestamp returns the presentation time of frame i in seconds.
	Timestamp(i int) float64
	// Nearest returns, without waiting, the decoded frame that is nearest to i
	// and its number; ok is false while no frame is decoded.
	Nearest(i int) (img *image.RGBA, at int, ok bool)
	// Playhead tells, without waiting, which frame the user looks at.
	Playhead(i int)
	Close() error
}

// Store keeps the document of one video: a *project.Project, which saves it, or
// Memory. Document and History belong to the session's owner, all other
// methods may be called from any goroutine.
type Store interface {
	Document() *annotate.Document
	History() *annotate.History
	// Adopt returns r with a mask that moves out of memory once it is saved.
	Adopt(r annotate.Result) (annotate.Result, error)

	StartRun(r project.Run) project.Run
	FinishRun(id int64, state project.RunState) error
	PendingRun() (project.Run, bool)
	LastRun() (project.Run, bool)
	FinishedFrames(ctx context.Context, r project.Run) (map[annotate.FrameKey]bool, error)

	// Recount stores how many frames there are and, if that is certain, their
	// times; anew: frames got other numbers. It belongs to the owner.
	Recount(frames int, times []float64, anew bool)

	// Keep stores what the run goes on from besides masks, KeepWithNext together
	// with the next change; Kept returns it.
	Keep(list []project.Memory)
	KeepWithNext(list []project.Memory)
	Kept(ctx context.Context) ([]project.Memory, error)

	// Status says whether the work is safe.
	Status() project.Status
	// Flush waits until everything is saved; Retry tries again where that failed.
	Flush(ctx context.Context) error
	Retry(ctx context.Context) error
	// SaveCopy writes a copy with the video at a path to a new folder or zip file.
	SaveCopy(ctx context.Context, dest, video string, hash project.Hasher) error
	// Path returns the project file, "" where there is none.
	Path() string
	Close() error
}

var _ Store = (*project.Project)(nil)

// Clip is an open video with the store of its document.
type Clip struct {
	Path      string // as the user gave it: a video, a frame folder or a project
	VideoPath string
	Video     Video
	Store     Store
	// Counter counts the frames of a video that was not read to its end yet; nil
	// where their number is certain.
	Counter Counter
	// Notice is one plain line about the opening that the user should know, or "".
	Notice string
}

// IsOpen reports whether there is a video: NoClip has none.
func (c *Clip) IsOpen() bool { return c.Video.Len() > 0 }

// Close closes both.
func (c *Clip) Close() error { return errors.Join(c.Store.Close(), c.Video.Close()) }

// NoClip returns what stands where no video is open: no frames, and an empty
// document in memory.
func NoClip() *Clip { return &Clip{Video: noVideo{}, Store: NewMemory(noVideo{})} }

type noVideo struct{}

func (noVideo) Len() int                             { return 0 }
func (noVideo) Size() (w, h int)                     { return 0, 0 }
func (noVideo) Hash() string                         { return "" }
func (noVideo) Timestamp(int) float64                { return 0 }
func (noVideo) Nearest(int) (*image.RGBA, int, bool) { return nil, 0, false }
func (noVideo) Playhead(int)                         {}
func (noVideo) Close() error                         { return nil }
func (noVideo) Frame(context.Context, int) (*image.RGBA, error) {
	return nil, errors.New("there is no video")
}

// Memory is a Store without a file.
type Memory struct {
	doc  *annotate.Document
	hist *annotate.History
}

// NewMemory returns an empty document for a video.
func NewMemory(video inference.Frames) *Memory {
	w, h := video.Size()
	return MemoryOf(annotate.NewDocument(w, h, video.Len()))
}

// MemoryOf returns a store of that document.
func MemoryOf(doc *annotate.Document) *Memory {
	return &Memory{doc, annotate.NewHistory(doc, nil)}
}

// Document implements Store.
func (m *Memory) Document() *annotate.Document { return m.doc }

// History implements Store.
func (m *Memory) History() *annotate.History { return m.hist }

// Adopt implements Store: there is nowhere else for a mask to be.
func (m *Memory) Adopt(r annotate.Result) (annotate.Result, error) { return r, nil }

// StartRun implements Store. A run in memory cannot be cut short, so it has no number.
func (m *Memory) StartRun(r project.Run) project.Run { return r }

// FinishRun implements Store.
func (m *Memory) FinishRun(int64, project.RunState) error { return nil }

// PendingRun implements Store.
func (m *Memory) PendingRun() (r project.Run, ok bool) { return r, false }

// LastRun implements Store.
func (m *Memory) LastRun() (r project.Run, ok bool) { return r, false }

// FinishedFrames implements Store.
func (m *Memory) FinishedFrames(context.Context, project.Run) (map[annotate.FrameKey]bool, error) {
	return nil, nil
}

// Recount implements Store.
func (m *Memory) Recount(frames int, _ []float64, anew bool) {
	m.doc.Recount(frames)
	if anew {
		m.hist.Forget()
	}
}

// Keep implements Store.
func (m *Memory) Keep([]project.Memory) {}

// KeepWithNext implements Store.
func (m *Memory) KeepWithNext([]project.Memory) {}

// Kept implements Store.
func (m *Memory) Kept(context.Context) ([]project.Memory, error) { return nil, nil }

// Status implements Store.
func (m *Memory) Status() project.Status { return project.Status{State: project.Saved} }

// Flush implements Store.
func (m *Memory) Flush(context.Context) error { return nil }

// Retry implements Store.
func (m *Memory) Retry(context.Context) error { return nil }

// SaveCopy implements Store.
func (m *Memory) SaveCopy(context.Context, string, string, project.Hasher) error {
	return errors.New("there is no project file to copy")
}

// Path implements Store.
func (m *Memory) Path() string { return "" }

// Close implements Store.
func (m *Memory) Close() error { return nil }
