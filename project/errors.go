package project

import (
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/lock"
	"github.com/masklet/masklet/project/internal/mediaref"
)

// Errors that say why a project cannot be opened or saved. Every error of the
// package that has one of these reasons wraps it and names the file.
var (
	// ErrNotProject: the file is not a Masklet project at all.
	ErrNotProject = dbfile.ErrNotProject
	// ErrDamaged: the file is a project, but parts of it cannot be read.
	ErrDamaged = dbfile.ErrDamaged
	// ErrNewer: the file was written by a newer version of Masklet.
	ErrNewer = dbfile.ErrNewer
	// ErrLocked: another Masklet has the project open.
	ErrLocked = lock.ErrLocked
	// ErrExists: a new project or copy would overwrite a file.
	ErrExists = dbfile.ErrExists
	// ErrClosed: the project was closed.
	ErrClosed = dbfile.ErrClosed
	// ErrReadOnly: the file or its folder cannot be written.
	ErrReadOnly = dbfile.ErrReadOnly
	// ErrDiskFull: there is no room for more.
	ErrDiskFull = dbfile.ErrDiskFull
	// ErrRemoved: the file was removed, renamed or replaced while it was open.
	ErrRemoved = dbfile.ErrRemoved
	// ErrMediaMissing: the project's video is not where it was.
	ErrMediaMissing = mediaref.ErrMissing
	// ErrMediaDiffers: the video is not the one the project was made for.
	ErrMediaDiffers = mediaref.ErrDiffers
)
