package dataset

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/davis"
	"github.com/masklet/masklet/project/export/png"
)

// Folder is where the masks of a sequence go in what is handed in.
func (l Layout) Folder(root, sequence string) string {
	return filepath.Join(root, filepath.FromSlash(l.submit), sequence)
}

// Submit writes the masks of a sequence as the benchmark wants them, in one
// step: what is there is complete.
func (l Layout) Submit(ctx context.Context, root, sequence string, given []Given, src export.Source) error {
	path := l.Folder(root, sequence)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	format := davis.Format()
	if l.Separate {
		format = png.Format()
		format.Ours = func(export.Video, string, os.DirEntry) bool { return true }
		format.Write = func(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
			rep, err := png.Format().Write(ctx, folder, src, opt)
			if err == nil {
				err = renamed(folder, given)
			}
			return rep, err
		}
	} else {
		src = onePerPixel{src}
	}
	_, err := export.Write(ctx, []export.Target{{Format: format, Path: path}}, src, export.Options{})
	return err
}

// renamed calls the folders of objects as the data set does.
func renamed(folder string, given []Given) error {
	aside := func(id annotate.ObjectID) string { return filepath.Join(folder, "object-"+strconv.Itoa(int(id))) }
	for _, g := range given {
		if err := os.Rename(filepath.Join(folder, strconv.Itoa(int(g.ID))), aside(g.ID)); err != nil {
			return err
		}
	}
	for _, g := range given {
		if err := os.Rename(aside(g.ID), filepath.Join(folder, g.Name)); err != nil {
			return err
		}
	}
	return nil
}

// onePerPixel gives every frame of a source, and a pixel that several objects
// claim to the one whose mask on that frame is the surest.
type onePerPixel struct{ export.Source }

// Each implements export.Source.
func (s onePerPixel) Each(ctx context.Context, f func(frame int, masks []export.FrameMask) error) error {
	return export.EachFrame(ctx, s.Source, func(frame int, masks []export.FrameMask) error {
		masks, err := surest(masks)
		if err != nil {
			return err
		}
		return f(frame, masks)
	})
}

// surest takes from each mask what a surer one claims.
func surest(masks []export.FrameMask) ([]export.FrameMask, error) {
	order := make([]int, len(masks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case masks[a].Confidence > masks[b].Confidence:
			return -1
		case masks[a].Confidence < masks[b].Confidence:
			return 1
		}
		return 0
	})
	out := slices.Clone(masks)
	var taken annotate.Mask
	for _, i := range order {
		if taken.IsZero() {
			taken = masks[i].Mask
			continue
		}
		rest, err := annotate.Subtract(masks[i].Mask, taken)
		if err != nil {
			return nil, err
		}
		out[i].Mask = rest
		if taken, err = annotate.Union(taken, masks[i].Mask); err != nil {
			return nil, err
		}
	}
	return out, nil
}
