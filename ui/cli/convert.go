package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// convertOptions are the options of `masklet convert`.
type convertOptions struct {
	from, to export.Format
	in, out  string
	video    string
	input    export.Input
	flags    formatFlags
}

func convertCommand(env Env) *cobra.Command {
	var o convertOptions
	cmd := newCommand("convert -from F -in A -to F -out B [-video V]", "turn masks of one format into another, without a project", "from", "in", "to", "out")
	fs, readable, writable := cmd.Flags(), export.Readable(formats.All()), export.Writable(formats.All())
	from := fs.String("from", "", "`format` of the masks: "+export.Names(readable))
	fs.StringVar(&o.in, "in", "", "`folder` or file with the masks")
	to := fs.String("to", "", "`format` to write: "+export.Names(writable))
	fs.StringVar(&o.out, "out", "", "`folder` for the result; for a format of one file also that file")
	fs.StringVar(&o.video, "video", "", "`video` or folder of frames of the masks; without it size, frames and names are taken from the masks")
	match := fs.String("match", "auto", "`how` names become frames: name, number, order or index")
	fs.BoolVar(&o.input.Strict, "strict", false, "refuse the whole input for one annotation that cannot be used")
	fs.StringVar(&o.input.VideoName, "video-name", "", "`name` of the video in a file that holds several")
	o.flags.addOptions(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		chosen, err := export.Named(readable, []string{*from})
		if err != nil {
			return usagef("-from %v", err)
		}
		o.from = chosen[0]
		if chosen, err = export.Named(writable, []string{*to}); err != nil {
			return usagef("-to %v", err)
		}
		o.to = chosen[0]
		if o.input.Match, err = export.ParseMatch(*match); err != nil {
			return usagef("-match %v", err)
		}
		o.flags.formats = chosen
		if err := o.flags.readOptions(); err != nil {
			return err
		}
		if o.to.Pictures && o.video == "" {
			return usagef("-to %s shows the video: name it with -video", o.to.Name)
		}
		return runConvert(cmd.Context(), env, o)
	}
	return cmd
}

// runConvert reads all masks, as run lengths, and writes them.
func runConvert(ctx context.Context, env Env, o convertOptions) error {
	targets, asFile, err := targetsOf(o.out, []export.Format{o.to})
	if err != nil {
		return err
	}
	p := progress.New(env.Stdout, false, env.Pace)
	defer p.Stop()
	in := &o.input
	if o.video != "" {
		video, err := openVideo(ctx, o.video, p)
		if err != nil {
			return err
		}
		w, h := video.Size()
		in.Video = session.ExportVideo(video.Path(), w, h, video.Len(), video.Timestamps())
		in.Video.Picture = video.Frame
		defer video.Close()
	}
	held, err := export.NewHeld()
	if err != nil {
		return err
	}
	defer held.Close()
	in.Take = func(key annotate.FrameKey, m annotate.Mask) error {
		p.Doing("importing", "Reading masks", "masks", held.Len()+1, 0)
		return held.Take(key, m)
	}
	named, err := export.Read(ctx, o.from, o.in, in)
	if err != nil {
		return err
	}
	p.Stop()
	for _, n := range in.Notes() {
		fmt.Fprintf(env.Stderr, "Note: %s\n", n)
	}
	src := held.Source(in.Video, named)
	write := func() error { return writeTargets(ctx, targets, src, o.flags.options, env.Stderr, p) }
	if asFile {
		err = write()
	} else {
		err = writeInFolder(o.out, write)
	}
	if err != nil {
		return err
	}
	p.Stop()
	fmt.Fprintf(env.Stdout, "Converted %d masks to %s: %s\n", held.Len(), o.to.Name, o.out)
	return nil
}
