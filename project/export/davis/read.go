package davis

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// read takes the output folder of a run or a folder of pictures that number
// objects, one per frame. The format cannot tell an object that was not seen
// from one that was not tracked: only objects with pixels are given. Pixels
// that are not to be judged (index 255) are background.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	return nil, ReadFolder(ctx, export.SubFolder(path, "davis"), in)
}

// ReadFolder reads the pictures of a folder, one per frame.
func ReadFolder(ctx context.Context, dir string, in *export.Input) error {
	files, err := export.Files(dir, picture.Extensions()...)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%w: %s holds no PNG masks", export.ErrImport, dir)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(f)
	}
	frames, err := in.FramesOf("masks in "+dir, names)
	if err != nil {
		return err
	}
	set, err := picture.Survey(ctx, files, in.CheckSize)
	if err != nil {
		return err
	}
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if frames[i] < 0 {
			if err := in.Skip(f, "it is called like no frame"); err != nil {
				return err
			}
			continue
		}
		labels, err := set.Labels(f)
		if err != nil {
			return err
		}
		for _, id := range labels.Numbers() {
			if err := in.Give(id, frames[i], labels.Objects[id]); err != nil {
				return fmt.Errorf("%s: %w", f, err)
			}
		}
	}
	for _, n := range set.Notes() {
		in.Note("%s", n)
	}
	return nil
}
