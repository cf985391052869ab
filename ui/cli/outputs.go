package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// writeTargets writes a source in all formats, or in none. notes gets a line on
// what a format could not hold, progress the frames as they are written.
func writeTargets(ctx context.Context, targets []export.Target, src export.Source, opt export.Options,
	notes io.Writer, progress *progress.Printer) error {
	opt.Progress = func(f export.Format, frame int) {
		progress.Doing("writing", "Writing "+f.Name, "frames", frame+1, src.Video().Frames)
	}
	opt.Lost = func(line string) { progress.Say("Note: %s", line) }
	lines, err := session.Export(ctx, targets, src, opt)
	for _, line := range lines {
		fmt.Fprintf(notes, "Note: %s\n", line)
	}
	return err
}

// trackOutcome is what a track run hands to its outputs.
type trackOutcome struct {
	*session.Driver
	session.Outcome
	err      error
	version  string
	notes    io.Writer
	progress *progress.Printer
}

// write writes the formats and run.json; a run that was stopped or failed is
// written as far as it came.
func (t trackOutcome) write(ctx context.Context, o trackOptions) error {
	video, ok := t.Video.(*media.Video)
	if !ok {
		return errors.New("the frames are not those of a video")
	}
	src := t.Source()
	if err := writeTargets(ctx, export.Targets(o.out, o.formats), src, o.options, t.notes, t.progress); err != nil {
		return err
	}
	var written []string
	for _, f := range o.formats {
		written = append(written, f.Name)
	}
	for _, f := range formats.All() {
		path := filepath.Join(o.out, f.Place)
		if _, err := os.Stat(path); err == nil && !slices.Contains(written, f.Name) {
			fmt.Fprintf(t.notes, "Note: %s is of an earlier run\n", path)
		}
	}
	objects, err := export.RunObjects(ctx, src)
	if err != nil {
		return err
	}
	w, h := video.Size()
	_, settings := t.Engine()
	return export.WriteRun(o.out, export.Run{
		Program: "masklet " + t.version,
		Video: export.RunVideo{
			Path: video.Path(), Hash: video.Hash(), Width: w, Height: h, Rotation: video.Rotation(),
			Mirrored: video.Mirrored(), PixelAspect: unsquare(video),
			FPS: video.FPS(), Frames: video.Len(), Timestamps: video.Timestamps(),
		},
		Engine:     t.Outcome.Run.Engine,
		Settings:   settingsMap(settings),
		Direction:  t.Outcome.Run.Direction,
		FirstFrame: t.Outcome.Run.Range.First,
		LastFrame:  t.Outcome.Run.Range.Last,
		Completed:  t.err == nil,
		Phases: []export.RunPhase{
			{Name: "encode", Frames: t.Stats.Encoded, Seconds: t.Stats.Phase1Seconds},
			{Name: "propagate", Frames: t.Stats.Finished, Seconds: t.Stats.Phase2Seconds},
		},
		Objects: objects,
		Outputs: written,
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

// unsquare returns the aspect of a video's pixels, 0 if they are square.
func unsquare(v *media.Video) float64 {
	if a := v.PixelAspect(); a != 1 {
		return a
	}
	return 0
}

// videoNotes says what the user should know of how a video is shown.
func videoNotes(v *media.Video) []string {
	var out []string
	if v.Tilted() {
		out = append(out, "the video asks to be turned by an angle that is no multiple of 90 degrees: its frames are taken as they are stored")
	}
	if a := unsquare(v); a != 0 {
		out = append(out, fmt.Sprintf("the video's pixels are not square (%.4g wide by high): masks have the stored pixels, run.json says pixel_aspect", a))
	}
	return out
}
