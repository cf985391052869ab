package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/transfer"
)

func exportCommand(env Env) *cobra.Command {
	cmd := newCommand("export -project P.masklet -format F -out PATH", "write the masks of a project", "project", "out")
	path := cmd.Flags().String("project", "", "project `file`")
	out := cmd.Flags().String("out", "", "`folder` for the results; for a format of one file also that file, such as NAME.json")
	chosen := addFormatFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := chosen.read(); err != nil {
			return err
		}
		return runExport(cmd.Context(), env, *path, *out, chosen)
	}
	return cmd
}

// runExport writes the masks of a project file. It needs no engine, and of the
// video only the names of a folder's frames.
func runExport(ctx context.Context, env Env, path, out string, chosen *formatFlags) (err error) {
	targets, asFile, err := targetsOf(out, chosen.formats)
	if err != nil {
		return err
	}
	p := progress.New(env.Stdout, false, env.Pace)
	defer p.Stop()
	p.Doing("reading", "Opening the project", "", 0, 0)
	file, err := project.OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	notice(env.Stderr, file)
	src := export.FromContents(projectVideo(file.Media(), env.Stderr), file.Snapshot().Contents)
	write := func() error { return writeTargets(ctx, targets, src, chosen.options, env.Stderr, p) }
	if asFile {
		err = write()
	} else {
		err = writeInFolder(out, func() error {
			if err := write(); err != nil {
				return err
			}
			return transfer.RecordOfProject(file, env.Version).Write(ctx, out, src, chosen.chosenNames())
		})
	}
	if err != nil {
		return err
	}
	p.Stop()
	fmt.Fprintf(env.Stdout, "Results: %s\n", out)
	return nil
}

// formatFlags are the options of every command that writes masks.
type formatFlags struct {
	list, names string
	formats     []export.Format
	options     export.Options
}

func addFormatFlags(cmd *cobra.Command) *formatFlags {
	o, fs, writable := &formatFlags{}, cmd.Flags(), export.Writable(formats.All())
	fs.StringVar(&o.list, "format", "png", "`format`: "+export.Names(writable)+"; several with commas")
	fs.BoolVar(&o.options.Polygons, "polygons", false, "polygons rather than run lengths, where a format has both")
	fs.StringVar(&o.names, "names", "frames", "call files after a folder's frames, or by their index: frames or index")
	offer(cmd, "names", func() []string { return []string{"frames", "index"} })
	offer(cmd, "format", func() (names []string) {
		for _, f := range writable {
			names = append(names, f.Name)
		}
		return names
	})
	return o
}

// read checks what was given. Each format counts once.
func (o *formatFlags) read() (err error) {
	var names []string
	for _, f := range strings.Split(o.list, ",") {
		names = append(names, strings.TrimSpace(f))
	}
	if o.formats, err = export.Named(export.Writable(formats.All()), names); err != nil {
		return usagef("-format %v", err)
	}
	if o.options.Polygons && !slices.ContainsFunc(o.formats, func(f export.Format) bool { return f.Polygons }) {
		return usagef("-polygons needs a format with outlines, such as coco")
	}
	if o.options.Names, err = export.ParseNaming(o.names); err != nil {
		return usagef("-names %v", err)
	}
	return nil
}

// chosenNames returns the names of the formats.
func (o *formatFlags) chosenNames() []string {
	var out []string
	for _, f := range o.formats {
		out = append(out, f.Name)
	}
	return out
}

// targetsOf returns where the formats go: into the folder out, or as one file
// if out is called so.
func targetsOf(out string, chosen []export.Format) (targets []export.Target, asFile bool, err error) {
	ext := filepath.Ext(out)
	for _, f := range formats.All() {
		asFile = asFile || f.File && strings.EqualFold(ext, filepath.Ext(f.Place))
	}
	if info, err := os.Stat(out); asFile && err == nil && info.IsDir() {
		return nil, true, fmt.Errorf("output file %s is a folder: name a file", out)
	}
	if !asFile {
		return export.Targets(out, chosen), false, nil
	}
	if len(chosen) != 1 || !chosen[0].File || !strings.EqualFold(ext, filepath.Ext(chosen[0].Place)) {
		return nil, true, usagef("-out %s is a file, which only one format of one file can be written into: name a folder", out)
	}
	return []export.Target{{Format: chosen[0], Path: out}}, true, nil
}

// projectVideo describes the video of a project to the exporters.
func projectVideo(m project.Media, notes io.Writer) export.Video {
	v := session.ExportVideo(m.AbsPath, m.W, m.H, m.Frames, m.Timestamps)
	if v.FrameNames == nil && m.Size == 0 { // a folder that is not there, or another one now
		fmt.Fprintf(notes, "Note: the frames' names in %s cannot be had: files are called by their index\n", m.AbsPath)
	}
	return v
}

func writeInFolder(dir string, write func() error) error {
	discard, err := makeFolder(dir)
	if err != nil {
		return err
	}
	defer discard()
	return write()
}
