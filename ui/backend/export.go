package backend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"masklet/project/export"
	"masklet/ui/controller"
)

// writers are the export formats, with the name that each gets in the folder:
// the same as of `masklet track`.
var writers = map[string]struct {
	name  string
	write func(ctx context.Context, path string, src export.Source, polygons bool) (export.Report, error)
}{
	"png": {"png", func(ctx context.Context, path string, src export.Source, _ bool) (export.Report, error) {
		return export.WritePNG(ctx, path, src)
	}},
	"davis": {"davis", func(ctx context.Context, path string, src export.Source, _ bool) (export.Report, error) {
		return export.WriteDAVIS(ctx, path, src)
	}},
	"coco": {"coco.json", func(ctx context.Context, path string, src export.Source, polygons bool) (export.Report, error) {
		return export.WriteCOCO(ctx, path, src, export.COCOOptions{Polygons: polygons})
	}},
}

// Export writes masks into a folder, one sub-folder or file for each format.
func Export(ctx context.Context, job controller.ExportJob, progress func(done, total int)) (string, error) {
	if err := os.MkdirAll(job.Folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	src := &counted{Source: export.FromContents(videoOf(job), job.Contents), progress: progress, total: len(job.Formats) * job.Contents.Frames}
	overlap := 0
	for i, f := range job.Formats {
		w, ok := writers[f]
		if !ok {
			return "", fmt.Errorf("there is no format %q", f)
		}
		src.base = i * job.Contents.Frames
		r, err := w.write(ctx, filepath.Join(job.Folder, w.name), src, job.Polygons)
		if err != nil {
			return "", err
		}
		overlap = max(overlap, r.OverlapFrames)
	}
	text := "Exported to " + job.Folder
	if overlap > 0 {
		text += fmt.Sprintf(" (objects overlap on %d frames: an indexed PNG keeps the one with the higher number)", overlap)
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
