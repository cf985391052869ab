package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/ui/session"
)

// ErrNoMasks is wrapped by the error of exporting a folder in which no clip has masks.
var ErrNoMasks = errors.New("no clip has masks")

// Folder is the export of all clips of a folder that have masks.
type Folder struct {
	Clips   string // the folder
	Out     string // gets a folder for each clip, with its name
	Formats []export.Format
	Options export.Options
	Version string // of the program, for run.json
	// Seen is told of each clip before it is written; Note gets what a format could not
	// hold. Both may be nil.
	Seen func(c clips.Clip, done, total int)
	Note func(c clips.Clip, text string)
}

// Write writes the clips one after the other, each as a whole or not at all, and returns
// how many it wrote. It ends at the first that cannot be written.
func (f Folder) Write(ctx context.Context) (written int, err error) {
	list, err := clips.List(ctx, f.Clips)
	if err != nil {
		return 0, err
	}
	var with []clips.Clip
	for _, c := range list {
		if c.Problem != "" {
			return 0, errors.New(c.Problem)
		}
		if c.Masks > 0 {
			with = append(with, c)
		}
	}
	if len(with) == 0 {
		return 0, fmt.Errorf("%s: %w", f.Clips, ErrNoMasks)
	}
	for i, c := range with {
		if f.Seen != nil {
			f.Seen(c, i, len(with))
		}
		if err := f.write(ctx, c); err != nil {
			return i, fmt.Errorf("export %s: %w", c.Name(), err)
		}
	}
	return len(with), nil
}

func (f Folder) write(ctx context.Context, c clips.Clip) (err error) {
	p, err := project.OpenReadOnly(ctx, c.Project)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	m := p.Media()
	src := export.FromContents(session.ExportVideo(m.AbsPath, m.W, m.H, m.Frames, m.Timestamps), p.Snapshot().Contents)
	out := filepath.Join(f.Out, c.Name())
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	notes, err := session.Export(ctx, export.Targets(out, f.Formats), src, f.Options)
	if err != nil {
		return err
	}
	if f.Note != nil {
		for _, n := range notes {
			f.Note(c, n)
		}
	}
	return RecordOfProject(p, f.Version).Write(ctx, out, src, f.names())
}

func (f Folder) names() (out []string) {
	for _, format := range f.Formats {
		out = append(out, format.Name)
	}
	return out
}
