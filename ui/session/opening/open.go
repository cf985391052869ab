// Package opening opens what a user names: a video, a folder of frames, a project
// or a packed copy of one, with the project and the video that belong to it. It
// stands apart from the session, which it only hands a clip to.
package opening

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/session"
)

// OpenRequest says what to open.
type OpenRequest struct {
	Path string // a video, a frame folder or a project
	// Video is where the video of the project at Path is, as the user said: the
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
	Reason  string // one sentence for the user
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
	Reason  string // one sentence for the user
	Err     error
}

// Error implements error.
func (e *OtherProject) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *OtherProject) Unwrap() error { return e.Err }

// Open opens a video, a frame folder, a project file or a zip file with a copy of
// a project, which is unpacked beside it first, and the project, which is made
// beside the video if there is none. The Counter of the clip reads on where the
// video is not read to its end by then. Nothing stays open when it fails. done and
// total of progress count frames that were read; total is an estimate, 0 while
// unknown. The error is a
// *MissingVideo if a project's video is not found, an *OtherProject if the
// project of a video belongs to another one.
func Open(ctx context.Context, r OpenRequest, progress func(done, total int)) (*session.Clip, error) {
	return OpenWithin(ctx, r, openPatience, progress)
}

// OpenWithin is Open, of a video that is read for so long before it is shown.
func OpenWithin(ctx context.Context, r OpenRequest, patience time.Duration, progress func(done, total int)) (*session.Clip, error) {
	path := r.Path
	if project.IsArchive(path) {
		var err error
		if path, err = project.Unpack(ctx, path); err != nil {
			return nil, err
		}
	}
	if strings.EqualFold(filepath.Ext(path), project.Extension) {
		return openProject(ctx, path, r.Video, func(video string) (*media.Video, error) { return openAhead(ctx, video, patience, progress) })
	}
	v, err := openAhead(ctx, path, patience, progress)
	if err != nil {
		return nil, err
	}
	p, err := projectOf(ctx, path, v, r.Fresh)
	if err != nil {
		_ = v.Close()
		return nil, err
	}
	return opened(path, v, p, ""), nil
}

// openPatience is how long a video is read before it is shown: a short clip is
// then known as a whole.
const openPatience = 700 * time.Millisecond

// openAhead opens a video or frame folder for a user who waits for it: what is not
// read by then is read while it is worked on.
func openAhead(ctx context.Context, path string, patience time.Duration, progress func(done, total int)) (*media.Video, error) {
	v, err := media.Open(ctx, path, media.Options{Ahead: true})
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := v.Index(soon, progress); err != nil && (ctx.Err() != nil || soon.Err() == nil) {
		_ = v.Close()
		return nil, err
	}
	return v, nil
}

// OpenVideo opens a video or frame folder and reads its index. cacheBytes is what
// its decoded frames may take in memory, 0 what serves a user who jumps about.
func OpenVideo(ctx context.Context, path string, cacheBytes int64, progress func(done, total int)) (*media.Video, error) {
	v, err := media.Open(ctx, path, media.Options{CacheBytes: cacheBytes})
	if err != nil {
		return nil, err
	}
	if err := v.Index(ctx, progress); err != nil {
		_ = v.Close()
		return nil, err
	}
	return v, nil
}

// maxProjects is how many project files beside a video are looked at.
const maxProjects = 99

// projectOf opens the project of a video or makes it. Where the usual file
// belongs to another video, a numbered one beside it may be the video's own; fresh
// makes the first of these that is free.
func projectOf(ctx context.Context, path string, v *media.Video, fresh bool) (*project.Project, error) {
	place, err := project.DefaultPath(path)
	if err != nil {
		return nil, err
	}
	var other *OtherProject
	for n := 1; n <= maxProjects; n++ {
		file := numbered(place, n)
		if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
			if n > 1 && !fresh {
				return nil, other
			}
			return create(ctx, file, path, v)
		}
		p, err := project.Open(ctx, file)
		if err != nil {
			return nil, err
		}
		if err = fits(ctx, p, v, path); err == nil {
			return p, nil
		}
		if err = errors.Join(err, p.Close()); !errors.Is(err, project.ErrMediaDiffers) {
			return nil, err
		}
		if other == nil {
			other = &OtherProject{Video: path, Project: file, Err: err,
				Reason: fmt.Sprintf("%s lies beside %s but was made for another video.", filepath.Base(file), filepath.Base(path))}
		}
	}
	return nil, other
}

// numbered returns the name of the nth project file at a place: clip.mp4.masklet,
// clip.mp4-2.masklet and so on.
func numbered(place string, n int) string {
	if n == 1 {
		return place
	}
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(place, project.Extension), n, project.Extension)
}

func create(ctx context.Context, place, path string, v *media.Video) (*project.Project, error) {
	m := mediaOf(v)
	if err := m.Identify(path, media.QuickHash); err != nil {
		return nil, err
	}
	return project.Create(ctx, place, m)
}

// OpenProject opens a project file and its video, which is where told says
// unless that is "".
func OpenProject(ctx context.Context, path, told string, progress func(done, total int)) (*session.Clip, error) {
	return openProject(ctx, path, told, func(video string) (*media.Video, error) { return OpenVideo(ctx, video, 0, progress) })
}

func openProject(ctx context.Context, path, told string, open func(video string) (*media.Video, error)) (*session.Clip, error) {
	p, err := project.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	before := p.Media().AbsPath
	video, err := locate(ctx, p, told)
	var v *media.Video
	if err == nil {
		v, err = open(video)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	if err := fits(ctx, p, v, video); err != nil {
		_ = v.Close()
		return nil, errors.Join(err, p.Close())
	}
	notice := ""
	if video != before {
		notice = "The video was found at " + video
		if err := p.SetMediaPath(video, media.QuickHash); err != nil {
			notice = err.Error()
		}
	}
	return opened(path, v, p, notice), nil
}

// Reopen opens the project file at place for a video that is open already.
func Reopen(ctx context.Context, v *media.Video, place string) (*session.Clip, error) {
	p, err := project.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	if err := fits(ctx, p, v, v.Path()); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return opened(v.Path(), v, p, ""), nil
}

// fits reports an error if the project was made for another video.
func fits(ctx context.Context, p *project.Project, v *media.Video, path string) error {
	m := p.Media()
	if err := project.CheckMedia(path, m, media.QuickHash); err != nil {
		return fmt.Errorf("project %s: %w", filepath.Base(p.Path()), err)
	}
	w, h := v.Size()
	frames, final := v.Reach()
	if p.Counted() && final && m.Frames != frames || m.W != w || m.H != h {
		return fmt.Errorf("project %s was made for %d frames of %dx%d, %s has %d of %dx%d: %w",
			filepath.Base(p.Path()), m.Frames, m.W, m.H, filepath.Base(path), frames, w, h, project.ErrMediaDiffers)
	}
	if !final {
		v.Expect(m.Frames, p.Counted())
	} else if !p.Counted() {
		// The project was closed before its video was read to the end.
		v.CheckList(ctx)
		session.Recount(p, v, v.Recount())
	}
	return nil
}

func mediaOf(v *media.Video) project.Media {
	w, h := v.Size()
	frames, final := v.Reach()
	m := project.Media{Frames: frames, W: w, H: h, Rotation: v.Rotation()}
	if final {
		m.Timestamps = v.Timestamps()
	}
	return m
}

func opened(path string, v *media.Video, p *project.Project, notice string) *session.Clip {
	if notice == "" {
		notice = v.Shortfall()
	}
	if n := p.Notice(); n != "" {
		notice = n
	}
	c := &session.Clip{Path: path, VideoPath: v.Path(), Video: v, Store: p, Notice: notice}
	if _, final := v.Reach(); !final {
		c.Counter = v
	}
	return c
}

// Create opens a video with a new project file at place, or with a document in
// memory if place is "".
func Create(ctx context.Context, v *media.Video, place string) (*session.Clip, error) {
	c := &session.Clip{Path: v.Path(), VideoPath: v.Path(), Video: v, Store: session.NewMemory(v)}
	if place == "" {
		return c, nil
	}
	p, err := create(ctx, place, v.Path(), v)
	if err != nil {
		return nil, err
	}
	c.Store = p
	return c, nil
}

// SameFile reports whether both paths lead to one file or folder, which may be
// gone meanwhile.
func SameFile(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	if err1 == nil && err2 == nil && x == y {
		return true
	}
	i, err1 := os.Stat(a)
	j, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(i, j)
}
