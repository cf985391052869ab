package backend

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller"
)

// Export writes masks into a folder, under the same names as `masklet track`.
func Export(ctx context.Context, job controller.ExportJob, progress func(done, total int)) (string, error) {
	chosen, err := formats.Named(job.Formats)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(job.Folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	base := map[string]int{}
	for i, f := range chosen {
		base[f.Name] = i * job.Contents.Frames
	}
	opt := export.Options{Polygons: job.Polygons, Progress: func(f export.Format, frame int) {
		progress(base[f.Name]+frame+1, len(chosen)*job.Contents.Frames)
	}}
	reports, err := export.Write(ctx, export.Targets(job.Folder, chosen), export.FromContents(videoOf(job), job.Contents), opt)
	if err != nil {
		return "", err
	}
	overlap := 0
	for _, r := range reports {
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
	if names, err := media.FrameNames(job.Source); err == nil && len(names) == v.Frames {
		v.FrameNames = names
	}
	return v
}
