package backend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/ui/controller"
)

// write writes one format into a folder, under the same name as `masklet track`.
func write(ctx context.Context, format, folder string, src export.Source, polygons bool) (export.Report, error) {
	switch format {
	case "png":
		return export.WritePNG(ctx, folder, src)
	case "davis":
		return export.WriteDAVIS(ctx, folder, src)
	case "coco":
		return export.WriteCOCO(ctx, folder, src, export.COCOOptions{Polygons: polygons})
	}
	return export.Report{}, fmt.Errorf("there is no format %q", format)
}

// Export writes masks into a folder, one sub-folder or file for each format.
func Export(ctx context.Context, job controller.ExportJob, progress func(done, total int)) (string, error) {
	if err := os.MkdirAll(job.Folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	src := &counted{Source: export.FromContents(videoOf(job), job.Contents), progress: progress, total: len(job.Formats) * job.Contents.Frames}
	overlap := 0
	for i, f := range job.Formats {
		src.base = i * job.Contents.Frames
		r, err := write(ctx, f, job.Folder, src, job.Polygons)
		if err != nil {
			return "", err
		}
		overlap = max(overlap, r.OverlapFrames)
	}
	text := "Exported to " + job.Folder
	if overlap > 0 {
		text += fmt.Sprintf(" (objects overlap on %d frames: an indexed PNG keeps the one with the lower number)", overlap)
	}
	return text, nil
}

func videoOf(job controller.ExportJob) export.Video {
	v := export.Video{Name: filepath.Base(job.Source), W: job.Contents.W, H: job.Contents.H, Frames: job.Contents.Frames}
	for i := range v.Frames {
		v.Timestamps = append(v.Timestamps, job.Times(i))
	}
	return v
}

// counted reports how far a writer is by the frames that it asks for.
type counted struct {
	export.Source
	progress    func(done, total int)
	base, total int
}

// Each implements export.Source.
func (c *counted) Each(ctx context.Context, f func(frame int, masks []export.FrameMask) error) error {
	return c.Source.Each(ctx, func(frame int, masks []export.FrameMask) error {
		c.progress(c.base+frame+1, c.total)
		return f(frame, masks)
	})
}
