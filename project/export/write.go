package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/atomicfile"
)

// Target is one format and where it goes.
type Target struct {
	Format Format
	Path   string // the folder or file that is replaced
}

// Targets returns where the formats go in an output folder.
func Targets(dir string, formats []Format) []Target {
	out := make([]Target, len(formats))
	for i, f := range formats {
		out[i] = Target{f, filepath.Join(dir, f.Place)}
	}
	return out
}

// Write writes the source to every target. All of them are written and checked
// before the first takes its place: if one fails, or ctx ends, everything is
// as it was. A folder that holds anything that is not from an export is left
// alone (ErrOccupied). The reports are in the order of the targets.
func Write(ctx context.Context, targets []Target, src Source, opt Options) ([]Report, error) {
	var staged []*atomicfile.Staged
	defer func() {
		for _, s := range staged {
			s.Discard()
		}
	}()
	for _, t := range targets {
		if t.Format.Pictures && src.Video().Picture == nil {
			return nil, fmt.Errorf("%w: the format %s shows the pictures of the video, which is not at hand", ErrSource, t.Format.Name)
		}
	}
	if err := sayLost(ctx, src, targets, opt.Lost); err != nil {
		return nil, err
	}
	reports := make([]Report, len(targets))
	for i, t := range targets {
		if err := CheckTarget(t, src.Video(), src.Objects()); err != nil {
			return nil, err
		}
		stage := atomicfile.StageFolder
		if t.Format.File {
			stage = atomicfile.StageFile
		}
		s, err := stage(t.Path)
		if err != nil {
			return nil, err
		}
		staged = append(staged, s)
		reports[i], err = t.Format.Write(ctx, s.Temp(), watched{src, t.Format, opt.Progress}, opt)
		if err != nil {
			return nil, s.Error(err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return reports, atomicfile.Commit(staged...)
}

// sayLost tells what the targets cannot hold.
func sayLost(ctx context.Context, src Source, targets []Target, say func(line string)) error {
	if say == nil {
		return nil
	}
	l, err := survey(ctx, src, targets)
	if err != nil {
		return err
	}
	for _, t := range targets {
		for _, line := range l.by(t.Format) {
			say(line)
		}
	}
	return nil
}

// watched tells of each frame that is read from a source.
type watched struct {
	Source
	format Format
	saw    func(f Format, frame int)
}

// Each implements Source.
func (w watched) Each(ctx context.Context, f func(int, []FrameMask) error) error {
	return w.Source.Each(ctx, func(frame int, masks []FrameMask) error {
		if w.saw != nil {
			w.saw(w.format, frame)
		}
		return f(frame, masks)
	})
}

// CheckTarget returns the error with which writing would be refused, so that it
// can be said before hours of work: ErrOccupied because of what lies there, or
// ErrSource for the number of an object that the format cannot hold.
func CheckTarget(t Target, v Video, objects []Object) error {
	for _, o := range objects {
		if most := t.Format.Holds.MaxID; most > 0 && int(o.ID) > most {
			return fmt.Errorf("%w: the format %s holds object IDs up to %d, there is object %d", ErrSource, t.Format.Name, most, o.ID)
		}
	}
	if t.Format.File {
		if info, err := os.Stat(t.Path); err == nil && info.IsDir() {
			return fmt.Errorf("%w: %s is a folder, not a file", ErrOccupied, t.Path)
		}
		return nil
	}
	entries, err := os.ReadDir(t.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into the output folder: %w", err)
	}
	for _, e := range entries {
		if t.Format.Ours == nil || !t.Format.Ours(v, t.Path, e) {
			return fmt.Errorf("%w: %s contains %s, which is not from an export; choose another output folder",
				ErrOccupied, t.Path, e.Name())
		}
	}
	return nil
}
