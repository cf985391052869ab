package session

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
)

// ExportVideo describes the video at a path, of frames of w by h pixels at these
// presentation times in seconds, to the exporters.
func ExportVideo(path string, w, h, frames int, times []float64) export.Video {
	v := export.Video{Name: filepath.Base(path), W: w, H: h, Frames: frames, Timestamps: times}
	if names, err := media.FrameNames(path); err == nil && len(names) == frames {
		v.FrameNames = names
	}
	return v
}

// Described describes the video to exporters and importers.
func (c *Clip) Described() export.Video {
	times := make([]float64, c.Video.Len())
	for i := range times {
		times[i] = c.Video.Timestamp(i)
	}
	w, h := c.Store.Document().Size()
	v := ExportVideo(c.VideoPath, w, h, len(times), times)
	v.Picture = c.Video.Frame
	return v
}

// Source returns the masks as they are now, for Export on any goroutine.
func (c *Clip) Source() export.Source {
	return export.FromContents(c.Described(), c.Store.Document().Contents())
}

// Export writes masks in all formats, or in none. notes are lines on what a
// format could not hold.
func Export(ctx context.Context, targets []export.Target, src export.Source, opt export.Options) (notes []string, err error) {
	reports, err := export.Write(ctx, targets, src, opt)
	for i, r := range reports {
		if r.OverlapPixels > 0 {
			notes = append(notes, fmt.Sprintf("%s holds one object a pixel; on %d frames the lower ID won %d pixels",
				targets[i].Format.Name, r.OverlapFrames, r.OverlapPixels))
		}
	}
	return notes, err
}

// Import adds masks at a path to a document, as one step of its history.
// Accepted frames stay as they are; nothing changes where anything cannot be
// read. seen is told of every mask.
func Import(ctx context.Context, s Store, format export.Format, path string, in *export.Input, meeting export.Meeting, seen func(masks int)) (export.Taken, error) {
	intake := export.NewIntake(s.Document(), meeting)
	in.Take = func(key annotate.FrameKey, m annotate.Mask) error {
		seen(intake.Masks() + 1)
		return intake.Take(key, m)
	}
	named, err := export.Read(ctx, format, path, in)
	if err != nil {
		return export.Taken{}, err
	}
	change, taken, err := intake.Change(named)
	if err != nil {
		return taken, err
	}
	s.History().Do(change)
	return taken, s.Flush(ctx)
}
