package overlay

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// Format describes the pictures with masks over them.
func Format() export.Format {
	return export.Format{
		Name: "overlay", Label: "Pictures with masks over them", Place: "overlay", Pictures: true, Takes: export.Takes{JPEG: true},
		About: "`overlay/<frame>.png`: the video's pictures with coloured masks over them, for looking at",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true},
		Ours:  func(v export.Video, _ string, e os.DirEntry) bool { return v.IsFrameFile(e, ".png", ".jpg") },
		Write: func(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
			return Each(ctx, folder, src, opt, Paint)
		},
	}
}

// Each writes a picture for every frame with masks, as f makes it of the video's
// picture.
func Each(ctx context.Context, folder string, src export.Source, opt export.Options, f func(*image.RGBA, []export.FrameMask) *image.RGBA) (export.Report, error) {
	name, ext := src.Video().Namer(opt.Names), ".png"
	if opt.JPEG {
		ext = ".jpg"
	}
	return export.EachPicture(ctx, src, func(frame int, img *image.RGBA, masks []export.FrameMask) (export.Report, error) {
		err := picture.WriteColours(filepath.Join(folder, name(frame)+ext), f(img, masks))
		if err != nil {
			err = fmt.Errorf("frame %d: %w", frame, err)
		}
		return export.Report{Files: 1, Frames: 1, Masks: len(masks)}, err
	})
}
