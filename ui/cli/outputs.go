package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
)

// writeFormats writes a source into dir in the given formats.
// notes gets a line on what a format could not hold, progress the frames as
// they are written.
func writeFormats(ctx context.Context, dir string, all export.Source, formats []string, polygons bool,
	notes io.Writer, progress *progressPrinter) error {
	for _, f := range formats {
		src := watchedSource{all, func(frame int) {
			progress.doing("writing", "Writing "+f, "frames", frame+1, all.Video().Frames)
		}}
		var r export.Report
		var err error
		switch f {
		case "png":
			r, err = export.WritePNG(ctx, dir, src)
		case "davis":
			r, err = export.WriteDAVIS(ctx, dir, src)
		case "coco":
			r, err = export.WriteCOCO(ctx, dir, src, export.COCOOptions{Polygons: polygons})
		}
		if err != nil {
			return err
		}
		if r.OverlapPixels > 0 {
			fmt.Fprintf(notes, "Note: %s holds one object a pixel; on %d frames the lower ID won %d pixels\n", f, r.OverlapFrames, r.OverlapPixels)
		}
	}
	return nil
}

// watchedSource tells of each frame that is read from it.
type watchedSource struct {
	export.Source
	saw func(frame int)
}

// Each implements export.Source.
func (s watchedSource) Each(ctx context.Context, f func(int, []export.FrameMask) error) error {
	return s.Source.Each(ctx, func(frame int, masks []export.FrameMask) error {
		s.saw(frame)
		return f(frame, masks)
	})
}

// exportVideo describes an open video to the exporters.
func exportVideo(v *media.Video) export.Video {
	w, h := v.Size()
	out := export.Video{
		Name: filepath.Base(v.Path()), W: w, H: h, Frames: v.Len(), Timestamps: v.Timestamps(),
	}
	if v.Name(0) != "" {
		for i := range v.Len() {
			out.FrameNames = append(out.FrameNames, v.Name(i))
		}
	}
	return out
}

// trackOutcome is what a track run hands to its outputs.
type trackOutcome struct {
	video    *media.Video
	contents annotate.Contents
	engine   string
	settings inference.Settings
	request  inference.PropagateRequest
	stats    inference.JobStats
	err      error
	version  string
	notes    io.Writer
	progress *progressPrinter
}

// write writes the formats and run.json; a run that was stopped or failed is
// written as far as it came.
func (t trackOutcome) write(ctx context.Context, o trackOptions) error {
	src := export.FromContents(exportVideo(t.video), t.contents)
	err := writeFormats(ctx, o.out, src, o.formats, o.polygons, t.notes, t.progress)
	if err != nil {
		return err
	}
	for format, name := range map[string]string{"png": "png", "davis": "davis", "coco": "coco.json"} {
		path := filepath.Join(o.out, name)
		if _, err := os.Stat(path); err == nil && !slices.Contains(o.formats, format) {
			fmt.Fprintf(t.notes, "Note: %s is of an earlier run\n", path)
		}
	}
	objects, err := export.RunObjects(ctx, src)
	if err != nil {
		return err
	}
	w, h := t.video.Size()
	return export.WriteRun(o.out, export.Run{
		Program: "masklet " + t.version,
		Video: export.RunVideo{
			Path: t.video.Path(), Hash: t.video.Hash(), Width: w, Height: h, Rotation: t.video.Rotation(),
			FPS: t.video.FPS(), Frames: t.video.Len(), Timestamps: t.video.Timestamps(),
		},
		Engine:     t.engine,
		Settings:   settingsMap(t.settings),
		Direction:  string(t.request.Direction),
		FirstFrame: t.request.Range.First,
		LastFrame:  t.request.Range.Last,
		Completed:  t.err == nil,
		Phases: []export.RunPhase{
			{Name: "encode", Frames: t.stats.Encoded, Seconds: t.stats.Phase1Seconds},
			{Name: "propagate", Frames: t.stats.Finished, Seconds: t.stats.Phase2Seconds},
		},
		Objects: objects,
		Outputs: o.formats,
	})
}

// settingsMap lists the settings for run.json.
func settingsMap(s inference.Settings) map[string]string {
	texts := map[string]string{}
	for _, d := range inference.Described() {
		texts[d.Key] = fmt.Sprint(d.Value(s))
	}
	return texts
}
