// Package png is the format png: one 8-bit grey picture per object and frame,
// 255 on the object and 0 elsewhere. It is the format that loses nothing but
// names, and that every tool reads.
package png

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "png", Label: "PNG masks, one per object and frame", Place: "png",
		About: "`png/<object id>/<frame>.png`, 8 bit, 0 or 255, at video size; every tracked frame has a file",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Unseen: true, IDs: true},
		Write: write, Read: read, Ours: ours,
	}
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	name := src.Video().Namer(opt.Names)
	return export.EachAtOnce(ctx, src, func(frame int, masks []export.FrameMask) (export.Report, error) {
		rep := export.Report{Frames: 1}
		for _, m := range masks {
			dir := filepath.Join(folder, strconv.Itoa(int(m.Object)))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return rep, err
			}
			if err := picture.WriteMask(filepath.Join(dir, name(frame)+".png"), m.Mask); err != nil {
				return rep, fmt.Errorf("object %d, frame %d: %w", m.Object, frame, err)
			}
			rep.Masks++
			rep.Files++
		}
		return rep, nil
	})
}

// ours accepts a folder of masks as write makes it.
func ours(v export.Video, folder string, e os.DirEntry) bool {
	if !e.IsDir() || strings.Trim(e.Name(), "0123456789") != "" {
		return false
	}
	entries, err := os.ReadDir(filepath.Join(folder, e.Name()))
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !v.IsFrameFile(e, ".png") {
			return false
		}
	}
	return true
}
