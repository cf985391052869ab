// Package davis is the format of the DAVIS data sets: one indexed picture per
// frame in their palette, where the index of a pixel is the object's ID and 0
// is background.
package davis

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// MaxID is the highest object ID in an indexed PNG: 255 means "do not care" to
// the tools that read such files.
const MaxID = 254

// Format describes the format. A pixel has one index only: where objects
// overlap the lower ID keeps the pixel, and the report counts what was lost.
func Format() export.Format {
	return export.Format{
		Name: "davis", Label: "DAVIS indexed PNG", Place: "davis",
		About: "`davis/<frame>.png`, one indexed PNG per frame in the DAVIS palette, index = object id",
		Holds: export.Holds{Holes: true, Parts: true, IDs: true, MaxID: MaxID},
		Write: write, Read: read,
		Ours: func(v export.Video, _ string, e os.DirEntry) bool { return v.IsFrameFile(e, ".png") },
	}
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	name, palette := src.Video().Namer(opt.Names), picture.Palette()
	index := func(id annotate.ObjectID) uint8 { return uint8(id) }
	return export.EachAtOnce(ctx, src, func(frame int, masks []export.FrameMask) (export.Report, error) {
		overlap, err := picture.WriteIndexed(filepath.Join(folder, name(frame)+".png"), src.Video(), palette, masks, index)
		if err != nil {
			return export.Report{}, fmt.Errorf("frame %d: %w", frame, err)
		}
		rep := export.Report{Frames: 1, Files: 1, Masks: len(masks), OverlapPixels: overlap}
		if overlap > 0 {
			rep.OverlapFrames = 1
		}
		return rep, nil
	})
}
