package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/transfer"
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
	record := transfer.RecordOf(t.Session, t.version)
	record.Run, record.Stats, record.Completed = t.Outcome.Run, t.Stats, t.err == nil
	return record.Write(ctx, o.out, src, written)
}

// videoNotes says what the user should know of how a video is shown.
func videoNotes(v *media.Video) []string {
	var out []string
	if v.Tilted() {
		out = append(out, "the video asks to be turned by an angle that is no multiple of 90 degrees: its frames are taken as they are stored")
	}
	if a := transfer.Unsquare(v); a != 0 {
		out = append(out, fmt.Sprintf("the video's pixels are not square (%.4g wide by high): masks have the stored pixels, run.json says pixel_aspect", a))
	}
	return out
}
