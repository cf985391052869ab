package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/media"
)

// runExport writes the masks of a project file. It needs no engine, and of the
// video only the names of a folder's frames.
func runExport(ctx context.Context, env Env, args []string) (err error) {
	fs := newFlags(env, "export")
	path := fs.String("project", "", "project file")
	list := fs.String("format", "png", formatHelp())
	out := fs.String("out", "", "folder for the results; for a format of one file also that file, such as NAME.json")
	polygons := fs.Bool("polygons", false, "coco: polygons rather than run lengths")
	names := fs.String("names", "frames", "call files after a folder's frames, or by their index: frames or index")
	if err := parse(fs, args, "project", "out"); err != nil {
		return err
	}
	chosen, err := parseFormats(*list, *polygons)
	if err != nil {
		return err
	}
	opt, err := exportOptions(*polygons, *names)
	if err != nil {
		return err
	}
	targets, asFile, err := targetsOf(*out, chosen)
	if err != nil {
		return err
	}
	p := env.progress(env.Stdout, false)
	defer p.stop()
	p.doing("reading", "Opening the project", "", 0, 0)
	file, err := project.OpenReadOnly(ctx, *path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	notice(env.Stderr, file)
	src := export.FromContents(projectVideo(file.Media(), env.Stderr), file.Snapshot().Contents)
	write := func() error { return writeTargets(ctx, targets, src, opt, env.Stderr, p) }
	if asFile {
		err = write()
	} else {
		err = writeInFolder(*out, write)
	}
	if err != nil {
		return err
	}
	p.stop()
	fmt.Fprintf(env.Stdout, "Results: %s\n", *out)
	return nil
}

// formatHelp lists the formats for the help of an option.
func formatHelp() string {
	return strings.ReplaceAll(export.Names(export.Writable(formats.All())), " or ", ", ") + "; several with commas"
}

// exportOptions reads what can be said about the formats.
func exportOptions(polygons bool, names string) (export.Options, error) {
	n, err := export.ParseNaming(names)
	if err != nil {
		return export.Options{}, usagef("-names %v", err)
	}
	return export.Options{Polygons: polygons, Names: n}, nil
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
	v := export.Video{Name: filepath.Base(m.AbsPath), W: m.W, H: m.H, Frames: m.Frames, Timestamps: m.Timestamps}
	names, err := media.FrameNames(m.AbsPath)
	switch {
	case err == nil && len(names) == m.Frames:
		v.FrameNames = names
	case m.Size == 0: // a folder that is not there, or another one now
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
