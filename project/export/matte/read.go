package matte

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media/mattes"
)

// read takes a matte, or a folder of them, called by the numbers of their
// objects; one that is called otherwise is object 1. The nth frame is the frame n
// of the video; one without a pixel of the object tells nothing.
func read(ctx context.Context, k mattes.Kind, path string, in *export.Input) error {
	files := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		dir := export.SubFolder(path, string(k))
		if files, err = export.Files(dir, k.Extension()); err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("%w: %s holds no %s file", export.ErrImport, dir, k.Extension())
		}
	}
	taken, learn := map[int]string{}, in.Video.Frames == 0
	var times []float64
	for _, f := range files {
		stem := strings.TrimSuffix(filepath.Base(f), filepath.Ext(f))
		id, err := strconv.Atoi(stem)
		if err != nil || id < 1 {
			id = 1
			in.Note("%s is read as object 1", filepath.Base(f))
		}
		if taken[id] != "" {
			return fmt.Errorf("%w: %s and %s are both object %d", export.ErrImport, taken[id], f, id)
		}
		taken[id] = f
		if err := readMatte(ctx, f, id, in, learn, &times); err != nil {
			return err
		}
	}
	return nil
}

// readMatte reads one matte; with learn the video's frames and times are taken
// from it as far as they are not known.
func readMatte(ctx context.Context, path string, id int, in *export.Input, learn bool, times *[]float64) error {
	r, err := mattes.Open(path)
	if err != nil {
		return fmt.Errorf("%w: %w", export.ErrImport, err)
	}
	defer r.Close()
	if err := in.CheckSize(path, r.W, r.H); err != nil {
		return err
	}
	alpha, frames, soft := make([]uint8, r.W*r.H), 0, 0
	for ; ; frames++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		at, ok, err := r.Next(alpha)
		if err != nil {
			return fmt.Errorf("%w: %w", export.ErrImport, err)
		}
		if !ok {
			break
		}
		if learn && frames == len(*times) {
			*times = append(*times, at)
			in.Video.Frames, in.Video.Timestamps = len(*times), *times
		}
		b := annotate.NewBitmap(r.W, r.H)
		hard := true
		for i, a := range alpha {
			hard = hard && (a < 4 || a > 251)
			if a > 127 {
				b.Pix[i] = 255
			}
		}
		if !hard {
			soft++
		}
		m := annotate.MaskFromBitmap(b)
		if m.Empty() {
			continue
		}
		if err := in.Give(id, frames, m); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if soft > 0 {
		in.Note("%d frames of %s have soft edges: a pixel counts from half of full alpha on", soft, filepath.Base(path))
	}
	if n := in.Video.Frames; !learn && n != frames {
		in.Note("%s has %d frames, the video %d: they are paired from the first on", filepath.Base(path), frames, n)
	}
	return nil
}
