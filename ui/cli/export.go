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
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/export/frames"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/transfer"
)

func exportCommand(env Env) *cobra.Command {
	cmd := newCommand("export -project P.masklet -format F -out PATH", "write the masks of a project, or of all clips of a folder", "project", "out")
	path := cmd.Flags().String("project", "", "project `file`, or a folder of clips: each is written into a folder of its own")
	out := cmd.Flags().String("out", "", "`folder` for the results; for a format of one file also that file, such as NAME.json")
	chosen := addFormatFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := chosen.read(); err != nil {
			return err
		}
		if clips.IsFolder(*path) {
			return exportClips(cmd.Context(), env, *path, *out, chosen)
		}
		return runExport(cmd.Context(), env, *path, *out, chosen)
	}
	return cmd
}

// exportClips writes the masks of all clips of a folder.
func exportClips(ctx context.Context, env Env, dir, out string, chosen *formatFlags) error {
	p := progress.New(env.Stdout, false, env.Pace)
	defer p.Stop()
	all := transfer.Folder{
		Clips: dir, Out: out, Formats: chosen.formats, Options: chosen.options, Version: env.Version,
		Seen: func(c clips.Clip, done, total int) { p.Doing("writing", "Writing "+c.Name(), "clips", done, total) },
		Note: func(c clips.Clip, text string) { fmt.Fprintf(env.Stderr, "Note: %s: %s\n", c.Name(), text) },
	}
	n, err := all.Write(ctx)
	if err != nil {
		return err
	}
	p.Stop()
	_, err = fmt.Fprintf(env.Stdout, "Results of %d clips: %s\n", n, out)
	return err
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
	about := projectVideo(file.Media(), env.Stderr)
	if slices.ContainsFunc(chosen.formats, func(f export.Format) bool { return f.Pictures }) {
		video, err := projectPictures(ctx, file.Media(), &about, p)
		if err != nil {
			return err
		}
		defer video.Close()
	}
	src := export.FromContents(about, file.Snapshot().Contents)
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
	frames      bool // the video's frames too
	formats     []export.Format
	options     export.Options
}

func addFormatFlags(cmd *cobra.Command) *formatFlags {
	o, fs, writable := &formatFlags{}, cmd.Flags(), export.Writable(formats.All())
	fs.StringVar(&o.list, "format", "png", "`format`: "+export.Names(writable)+"; several with commas")
	fs.BoolVar(&o.frames, "with-frames", false, "write the video's frames too, as the format frames does")
	o.addOptions(cmd)
	offer(cmd, "format", func() (names []string) {
		for _, f := range writable {
			names = append(names, f.Name)
		}
		return names
	})
	return o
}

// addOptions adds the options of formats.
func (o *formatFlags) addOptions(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.BoolVar(&o.options.Polygons, "polygons", false, "polygons rather than run lengths, where a format has both")
	fs.StringVar(&o.names, "names", "frames", "call files after a folder's frames, or by their index: frames or index")
	fs.BoolVar(&o.options.Together, "together", false, "one matte of all objects, not one for each (prores, vp9, ffv1)")
	fs.Float64Var(&o.options.Feather, "feather", 0, "soften the edges of mattes over so many `pixels` to either side (exr)")
	fs.BoolVar(&o.options.JPEG, "jpeg", false, "pictures of the video as JPEG, not PNG (frames, overlay)")
	offer(cmd, "names", func() []string { return []string{"frames", "index"} })
}

// read checks what was given. Each format counts once.
func (o *formatFlags) read() (err error) {
	var names []string
	for _, f := range strings.Split(o.list, ",") {
		names = append(names, strings.TrimSpace(f))
	}
	if o.frames {
		names = append(names, frames.Format().Name)
	}
	if o.formats, err = export.Named(export.Writable(formats.All()), names); err != nil {
		return usagef("-format %v", err)
	}
	return o.readOptions()
}

// readOptions refuses options that none of the formats heeds.
func (o *formatFlags) readOptions() (err error) {
	if o.options.Names, err = export.ParseNaming(o.names); err != nil {
		return usagef("-names %v", err)
	}
	if o.options.Feather < 0 || o.options.Feather > 1000 {
		return usagef("-feather %v is not from 0 to 1000", o.options.Feather)
	}
	for _, given := range []struct {
		option string
		set    bool
		heeds  func(export.Takes) bool
	}{
		{"polygons", o.options.Polygons, func(t export.Takes) bool { return t.Polygons }},
		{"together", o.options.Together, func(t export.Takes) bool { return t.Together }},
		{"feather", o.options.Feather > 0, func(t export.Takes) bool { return t.Feather }},
		{"jpeg", o.options.JPEG, func(t export.Takes) bool { return t.JPEG }},
	} {
		heeds := func(f export.Format) bool { return given.heeds(f.Takes) }
		if given.set && !slices.ContainsFunc(o.formats, heeds) {
			can := slices.DeleteFunc(export.Writable(formats.All()), func(f export.Format) bool { return !heeds(f) })
			return usagef("-%s needs the format %s", given.option, export.Names(can))
		}
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

// projectPictures opens the video of a project for formats that show it.
func projectPictures(ctx context.Context, m project.Media, about *export.Video, p *progress.Printer) (*media.Video, error) {
	video, err := openVideo(ctx, m.AbsPath, p)
	if err != nil {
		return nil, err
	}
	if w, h := video.Size(); video.Hash() != m.QuickHash || video.Len() != m.Frames || w != m.W || h != m.H {
		return nil, errors.Join(fmt.Errorf("%s is another video than the project was made for", m.AbsPath), video.Close())
	}
	about.Picture = video.Frame
	return video, nil
}

func writeInFolder(dir string, write func() error) error {
	discard, err := makeFolder(dir)
	if err != nil {
		return err
	}
	defer discard()
	return write()
}
