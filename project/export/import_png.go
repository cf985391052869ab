package export

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/masklet/masklet/annotate"
)

// ReadPNG reads masks as WritePNG writes them. dir is the output folder of a
// run, its png folder (one sub-folder per object, called by its ID), or a
// folder of masks of one object, which gets ID 1. Any pixel that is not black
// is on the object. Errors wrap ErrImport and name the file.
func ReadPNG(ctx context.Context, dir string, l Limits, each Each) error {
	dir = subFolder(dir, "png")
	folders, err := objectFolders(dir)
	if err != nil {
		return err
	}
	n := 0
	for _, f := range folders {
		files, err := pngFiles(f.path)
		if err != nil {
			return err
		}
		seen := map[int]string{}
		for _, path := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := readMaskFile(path, f.id, l, seen, each); err != nil {
				return err
			}
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("%w: %s holds no PNG masks", ErrImport, dir)
	}
	return nil
}

type objectFolder struct {
	id   annotate.ObjectID
	path string
}

// objectFolders lists the folders of objects in the order of their IDs.
func objectFolders(dir string) ([]objectFolder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the mask folder: %w", err)
	}
	var out []objectFolder
	for _, e := range entries {
		id, err := strconv.Atoi(e.Name())
		if !e.IsDir() || err != nil {
			continue
		}
		if id < 1 || id > maxObjectID {
			return nil, fmt.Errorf("%w: %s is no object ID", ErrImport, filepath.Join(dir, e.Name()))
		}
		out = append(out, objectFolder{annotate.ObjectID(id), filepath.Join(dir, e.Name())})
	}
	if len(out) == 0 {
		return []objectFolder{{1, dir}}, nil
	}
	slices.SortFunc(out, func(a, b objectFolder) int { return int(a.id - b.id) })
	for i := 1; i < len(out); i++ {
		if out[i].id == out[i-1].id {
			return nil, fmt.Errorf("%w: %s and %s are for the same object", ErrImport, out[i-1].path, out[i].path)
		}
	}
	return out, nil
}

func readMaskFile(path string, id annotate.ObjectID, l Limits, seen map[int]string, each Each) error {
	frame, err := l.frameOf(path)
	if err != nil {
		return err
	}
	if seen[frame] != "" {
		return fmt.Errorf("%w: %s and %s are for the same frame", ErrImport, seen[frame], path)
	}
	seen[frame] = path
	img, err := l.readPicture(path)
	if err != nil {
		return err
	}
	return each(annotate.FrameKey{Object: id, Frame: frame}, maskOf(img))
}

// maxPixels bounds the memory that a mask of unknown size takes: no video that
// can be opened has larger frames (16K by 8K).
const maxPixels = 1 << 27

// ReadMask reads one mask PNG of any size that a video can have. Pixels that
// are not black, or of an indexed picture not 0, are on. Errors wrap ErrImport,
// or that of reading the file, and name it.
func ReadMask(path string) (annotate.Mask, error) {
	img, err := decodePNG(path, func(w, h int) error {
		if w > annotate.MaxSide || h > annotate.MaxSide || w*h > maxPixels {
			return fmt.Errorf("%w: %s: %dx%d pixels are too many", ErrImport, path, w, h)
		}
		return nil
	})
	if err != nil {
		return annotate.Mask{}, err
	}
	return maskOf(img), nil
}

// maskOf returns the pixels of a picture that are not black; of an indexed
// picture those that have an index other than 0.
func maskOf(img image.Image) annotate.Mask {
	r := img.Bounds()
	b := annotate.NewBitmap(r.Dx(), r.Dy())
	switch src := img.(type) {
	case *image.Gray:
		copy(b.Pix, src.Pix)
	case *image.Paletted:
		copy(b.Pix, src.Pix)
	default:
		for y := range b.H {
			for x := range b.W {
				red, green, blue, _ := img.At(r.Min.X+x, r.Min.Y+y).RGBA()
				b.Set(x, y, red|green|blue != 0)
			}
		}
	}
	return annotate.MaskFromBitmap(b)
}
