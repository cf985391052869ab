package export

import (
	"context"
	"fmt"
	"image"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// ReadDAVIS reads indexed PNGs, one per frame, as WriteDAVIS and the DAVIS data
// sets have them: the index of a pixel is the object's ID. dir is the output
// folder of a run or the folder of the PNGs. The format cannot tell an object
// that was not seen from one that was not tracked: only objects with pixels
// are given. Index 255, which some data sets use for "do not care", is
// background. Errors wrap ErrImport and name the file.
func ReadDAVIS(ctx context.Context, dir string, l Limits, each Each) error {
	dir = subFolder(dir, "davis")
	files, err := pngFiles(dir)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%w: %s holds no PNG masks", ErrImport, dir)
	}
	seen := map[int]string{}
	for _, path := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		frame, err := l.frameOf(path)
		if err != nil {
			return err
		}
		if seen[frame] != "" {
			return fmt.Errorf("%w: %s and %s are for the same frame", ErrImport, seen[frame], path)
		}
		seen[frame] = path
		if err := readIndexed(path, frame, l, each); err != nil {
			return err
		}
	}
	return nil
}

func readIndexed(path string, frame int, l Limits, each Each) error {
	img, err := l.readPicture(path)
	if err != nil {
		return err
	}
	indexed, ok := img.(*image.Paletted)
	if !ok {
		return fmt.Errorf("%w: %s is no indexed PNG", ErrImport, path)
	}
	masks := map[uint8]*annotate.Bitmap{}
	for i, index := range indexed.Pix {
		if index == 0 || index == 255 {
			continue
		}
		b := masks[index]
		if b == nil {
			b = annotate.NewBitmap(l.W, l.H)
			masks[index] = b
		}
		b.Pix[i] = 255
	}
	ids := make([]uint8, 0, len(masks))
	for id := range masks {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		key := annotate.FrameKey{Object: annotate.ObjectID(id), Frame: frame}
		if err := each(key, annotate.MaskFromBitmap(masks[id])); err != nil {
			return err
		}
	}
	return nil
}
