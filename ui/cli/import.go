package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// importOptions are the options of `masklet import`.
type importOptions struct {
	project, in string
	format      export.Format
	meeting     export.Meeting
	input       export.Input
}

func importCommand(env Env) *cobra.Command {
	var o importOptions
	cmd := newCommand("import -project P.masklet -format F -in PATH", "add masks to a project", "project", "format", "in")
	fs, readable := cmd.Flags(), export.Readable(formats.All())
	fs.StringVar(&o.project, "project", "", "project `file`")
	format := fs.String("format", "", "`format` of the masks: "+export.Names(readable))
	fs.StringVar(&o.in, "in", "", "`folder` or file with the masks")
	match := fs.String("match", "auto", "`how` names become frames: name, number, order or index (default: the way that fits all)")
	objects := fs.String("objects", "", "`what` becomes of objects that are in the project already: merge (by number), label (by label) or new")
	fs.BoolVar(&o.input.Strict, "strict", false, "refuse the whole input for one annotation that cannot be used")
	fs.StringVar(&o.input.VideoName, "video-name", "", "`name` of the video in a file that holds several")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		chosen, err := export.Named(readable, []string{*format})
		if err != nil {
			return usagef("-format %v", err)
		}
		o.format = chosen[0]
		if o.input.Match, err = export.ParseMatch(*match); err != nil {
			return usagef("-match %v", err)
		}
		if o.meeting, err = export.ParseMeeting(*objects); err != nil {
			return usagef("-objects %v", err)
		}
		return runImport(cmd.Context(), env, o)
	}
	return cmd
}

// runImport adds masks from other tools, or from an earlier export, to a
// project file as one step that can be undone. Accepted frames stay as they
// are.
func runImport(ctx context.Context, env Env, o importOptions) (err error) {
	p := progress.New(env.Stdout, false, env.Pace)
	defer p.Stop()
	p.Doing("reading", "Opening the project", "", 0, 0)
	file, err := project.Open(ctx, o.project)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	notice(env.Stderr, file)
	if err := file.Status().Err; err != nil {
		return err
	}
	o.input.Video = projectVideo(file.Media(), env.Stderr)
	taken, err := session.Import(ctx, file, o.format, o.in, &o.input, o.meeting, func(masks int) {
		p.Doing("importing", "Reading masks", "masks", masks, 0)
	})
	if err != nil {
		return err
	}
	p.Stop()
	fmt.Fprintf(env.Stdout, "Imported %d masks of %d objects into %s\n", taken.Masks, taken.Objects, o.project)
	if taken.Kept > 0 {
		fmt.Fprintf(env.Stdout, "%d accepted frames were left as they are\n", taken.Kept)
	}
	for _, n := range append(o.input.Notes(), taken.Notes...) {
		fmt.Fprintf(env.Stderr, "Note: %s\n", n)
	}
	return nil
}
