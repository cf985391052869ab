package project

import "errors"

// Errors that say why a project cannot be opened or saved. Every error of the
// package that has one of these reasons wraps it and names the file.
var (
	// ErrNotProject: the file is not a Masklet project at all.
	ErrNotProject = errors.New("not a Masklet project")
	// ErrDamaged: the file is a project, but parts of it cannot be read.
	ErrDamaged = errors.New("damaged")
	// ErrNewer: the file was written by a newer version of Masklet.
	ErrNewer = errors.New("written by a newer Masklet")
	// ErrLocked: another Masklet has the project open.
	ErrLocked = errors.New("open in another Masklet")
	// ErrExists: a new project or copy would overwrite a file.
	ErrExists = errors.New("already exists")
	// ErrClosed: the project was closed.
	ErrClosed = errors.New("the project is closed")
	// ErrReadOnly: the file or its folder cannot be written.
	ErrReadOnly = errors.New("cannot be written (read-only)")
	// ErrDiskFull: there is no room for more.
	ErrDiskFull = errors.New("the disk is full")
	// ErrRemoved: the file was removed, renamed or replaced while it was open.
	ErrRemoved = errors.New("the project file was removed or replaced")
	// ErrMediaMissing: the project's video is not where it was.
	ErrMediaMissing = errors.New("the video was not found")
	// ErrMediaDiffers: the video is not the one the project was made for.
	ErrMediaDiffers = errors.New("a different video")
)
