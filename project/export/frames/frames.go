// Package frames is the format of the video's own pictures, which go with masks
// where a training program wants both.
package frames

import (
	"context"
	"image"
	"os"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/overlay"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "frames", Label: "The video's frames", Place: "frames", Pictures: true, Takes: export.Takes{JPEG: true},
		About: "`frames/<frame>.png`: the video's picture of every frame that has masks, which fit it pixel by pixel",
		Ours:  func(v export.Video, _ string, e os.DirEntry) bool { return v.IsFrameFile(e, ".png", ".jpg") },
		Write: func(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
			return overlay.Each(ctx, folder, src, opt, func(img *image.RGBA, _ []export.FrameMask) *image.RGBA { return img })
		},
	}
}
