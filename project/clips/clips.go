// Package clips lists the clips of a folder with the state of their projects: what is
// still to be labeled. It exists so that the window and the command line tell the same.
package clips

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/project/natural"
)

// State is how far the work on a clip is.
type State string

// The states.
const (
	New     State = "new"     // nothing is said about it
	Begun   State = "begun"   // an object lacks masks
	Tracked State = "tracked" // every object has a mask on every frame of the range
	Checked State = "checked" // tracked, and the user said that it is good
)

// Clip is a video or frame folder.
type Clip struct {
	Path     string `json:"path"`
	Project  string `json:"project,omitempty"` // "": none is made yet
	State    State  `json:"state"`
	Frames   int    `json:"frames,omitempty"` // 0: not known before it is opened
	Objects  int    `json:"objects"`
	Masks    int    `json:"masks"`
	Accepted int    `json:"accepted"`          // masks
	Problem  string `json:"problem,omitempty"` // why the project cannot be read
}

// Name returns what the clip is called in a list.
func (c Clip) Name() string { return filepath.Base(c.Path) }

// checkedKey is the document's setting of a clip that the user said is good.
const checkedKey = "clip-checked"

// IsChecked reports whether the user said that the clip is good.
func IsChecked(d *annotate.Document) bool {
	_, on := d.Setting(checkedKey)
	return on
}

// SetChecked returns the edit that says so, or takes it back.
func SetChecked(d *annotate.Document, on bool) annotate.Edit {
	if !on {
		return d.SetSetting(checkedKey, nil)
	}
	yes := "yes"
	return d.SetSetting(checkedKey, &yes)
}

// StateOf returns how far the work on a document is.
func StateOf(d *annotate.Document) State {
	said := false
	r := d.Range()
	whole := len(d.Objects()) > 0
	for _, o := range d.Objects() {
		have := 0
		for _, f := range d.ResultFrames(o.ID) {
			said = true
			if r.Contains(f) {
				have++
			}
		}
		for _, f := range d.Notes(o.ID).Absent.Within(r) {
			have += f.Len() - masksIn(d, o.ID, f)
		}
		said = said || len(d.Keyframes(o.ID)) > 0
		whole = whole && have >= r.Len()
	}
	switch {
	case !said:
		return New
	case !whole:
		return Begun
	case IsChecked(d):
		return Checked
	}
	return Tracked
}

// masksIn returns how many frames of a range have a mask of an object.
func masksIn(d *annotate.Document, id annotate.ObjectID, r annotate.Range) (n int) {
	for f := r.First; f <= r.Last; f++ {
		if _, ok := d.Result(annotate.FrameKey{Object: id, Frame: f}); ok {
			n++
		}
	}
	return n
}

// videos are the extensions of files that are clips.
var videos = []string{".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"}

// ErrNone is wrapped by the error of a folder without clips.
var ErrNone = errors.New("there is no clip in the folder: no video file, and no folder of frames")

// IsFolder reports whether a path is a folder of clips, rather than of frames.
func IsFolder(path string) bool {
	names, err := media.FrameNames(path)
	if err == nil && len(names) > 0 {
		return false
	}
	found, err := find(path)
	return err == nil && len(found) > 0
}

// List returns the clips of a folder in the order of their names. It reads no video, and
// of a project what it holds; one that cannot be read is told by Problem.
func List(ctx context.Context, folder string) ([]Clip, error) {
	paths, err := find(folder)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: %w", folder, ErrNone)
	}
	var out []Clip
	for _, p := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, Read(ctx, p))
	}
	return out, nil
}

// find returns the videos and frame folders in a folder.
func find(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, plain(folder, err)
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		info, err := os.Stat(path) // follows links
		if err != nil {
			continue
		}
		switch {
		case info.Mode().IsRegular() && slices.Contains(videos, strings.ToLower(filepath.Ext(path))):
			out = append(out, path)
		case info.IsDir():
			if names, err := media.FrameNames(path); err == nil && len(names) > 1 {
				out = append(out, path)
			}
		}
	}
	slices.SortFunc(out, natural.Compare) // of one folder: their names decide
	return out, nil
}

// Read returns the state of one clip.
func Read(ctx context.Context, path string) Clip {
	c := Clip{Path: path, State: New}
	if names, err := media.FrameNames(path); err == nil {
		c.Frames = len(names)
	}
	if c.Project = project.Existing(path); c.Project == "" {
		return c
	}
	p, err := project.OpenReadOnly(ctx, c.Project)
	if err != nil {
		c.Problem = strings.Join(strings.Fields(err.Error()), " ")
		return c
	}
	defer p.Close() // nothing was changed that could be lost
	d := p.Document()
	c.State, c.Frames, c.Objects = StateOf(d), d.Frames(), len(d.Objects())
	for _, o := range d.Objects() {
		c.Masks += len(d.ResultFrames(o.ID))
		c.Accepted += len(d.ProtectedFrames(o.ID))
	}
	return c
}

// plain words why a folder cannot be read.
func plain(folder string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: %w", folder, fs.ErrPermission)
	}
	return fmt.Errorf("list the clips of %s: %w", folder, err)
}
