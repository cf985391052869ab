package controller

import (
	"context"
	"image"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Video is what the controller needs of an open video beyond its frames.
type Video interface {
	inference.Frames
	// Timestamp returns the presentation time of frame i in seconds.
	Timestamp(i int) float64
	// Nearest returns, without waiting, the decoded frame that is nearest to i
	// and its number; ok is false while no frame is decoded.
	Nearest(i int) (img *image.RGBA, at int, ok bool)
	// Playhead tells, without waiting, which frame a person looks at.
	Playhead(i int)
	Close() error
}

// Project keeps the document of one video safe.
type Project interface {
	Document() *annotate.Document
	History() *annotate.History
	// Problem returns why saving fails, in one plain line; "" while it works.
	Problem() string
	// Retry tries again to save what could not be saved.
	Retry(ctx context.Context) error
	// Adopt returns r with a mask that moves out of memory once it is saved.
	Adopt(r annotate.Result) (annotate.Result, error)
	// StartRun notes that a propagation begins (ID 0) or is continued, so that
	// a killed one can be continued; EndRun that it is over (done) or was stopped.
	StartRun(r Run) (id int64, err error)
	EndRun(id int64, done bool) error
	// PendingRun returns the propagation that was cut short, if there is one.
	PendingRun() (Run, bool)
	// Finished returns which masks a propagation has made and that were not
	// undone since. It waits for the disk.
	Finished(ctx context.Context, r Run) (map[annotate.FrameKey]bool, error)
	// SaveCopy writes a copy with the video to a new folder or zip file.
	SaveCopy(ctx context.Context, path string) error
	// Path returns the project file.
	Path() string
	Close() error
}

// Run is a propagation as the project file keeps it.
type Run struct {
	ID        int64 // given by StartRun
	Objects   []annotate.ObjectID
	Range     annotate.Range
	Direction inference.Direction
	Engine    string
	Group     int64
}

// Opened is a video with its project.
type Opened struct {
	Path    string // as a person gave it
	Video   Video
	Project Project
	// Notice is one plain line about the opening that a person should know, or "".
	Notice string
}

// OpenRequest says what to open.
type OpenRequest struct {
	Path string // a video, a frame folder or a project
	// Video is where the video of the project at Path is, as a person said: the
	// file or frame folder, or a folder that holds it. "" looks for it.
	Video string
	// Fresh makes a new project for the video at Path where the project file
	// beside it belongs to another video.
	Fresh bool
}

// MissingVideo is the error of opening a project whose video is not found, or
// is another one than the project was made for.
type MissingVideo struct {
	Project string // path of the project file
	Video   string // where the video was last, or what was looked at in its stead
	Reason  string // one sentence for a person
	Err     error
}

// Error implements error.
func (e *MissingVideo) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *MissingVideo) Unwrap() error { return e.Err }

// OtherProject is the error of opening a video where its project would be the
// project of another one.
type OtherProject struct {
	Video   string // what was to be opened
	Project string // path of the project file that belongs to another video
	Reason  string // one sentence for a person
	Err     error
}

// Error implements error.
func (e *OtherProject) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *OtherProject) Unwrap() error { return e.Err }

// Engines opens engines by name.
type Engines interface {
	// Names returns the engines that can be opened, the embedded one first.
	Names() []string
	// Kind tells which settings an engine has, by its name.
	Kind(name string) inference.Kind
	Open(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)
}

// ExportJob says what to write where.
type ExportJob struct {
	Formats  []string // "png", "davis", "coco", ...
	Folder   string   // an existing or new folder
	Polygons bool     // coco: polygons rather than run lengths
	Contents annotate.Contents
	Source   string              // the video's path
	Times    func(i int) float64 // presentation time of frame i in seconds
}

// Prefs keeps small values between sessions of the program.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Deps is what the controller works with. All functions but Post may be
// called from other goroutines than the UI's.
type Deps struct {
	// Post runs f later on the UI goroutine, in order.
	Post func(f func())
	// Open opens a video, frame folder or project. done and total of progress
	// count frames of the index; total is 0 while unknown. The error is a
	// *MissingVideo if the person should say where the project's video is, an
	// *OtherProject if they should say which project they want.
	Open func(ctx context.Context, r OpenRequest, progress func(done, total int)) (*Opened, error)
	// Export writes masks. It returns what was written, in a few words.
	Export  func(ctx context.Context, job ExportJob, progress func(done, total int)) (string, error)
	Engines Engines
	// Settings are the engine's at first, before a person changed any; the zero
	// value means the defaults. Engine is the one that is then used, the first
	// whose name begins with it; "" means the embedded one.
	Settings inference.Settings
	Engine   string
	Cache    *inference.FeatureCache // may be nil
	Prefs    Prefs
	Now      func() time.Time
}
