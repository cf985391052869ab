package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
)

// runExport writes the masks of a project file. It needs neither the video nor
// an engine.
func runExport(ctx context.Context, env Env, args []string) (err error) {
	fs := newFlags(env, "export")
	path := fs.String("project", "", "project file")
	list := fs.String("format", "png", "png, davis, coco; several with commas")
	out := fs.String("out", "", "folder for the results; for coco alone also a file, NAME.json")
	polygons := fs.Bool("polygons", false, "coco: polygons rather than run lengths")
	if err := parse(fs, args, "project", "out"); err != nil {
		return err
	}
	formats, err := parseFormats(*list, *polygons)
	if err != nil {
		return err
	}
	asFile := strings.EqualFold(filepath.Ext(*out), ".json")
	if asFile && !slices.Equal(formats, []string{"coco"}) {
		return usagef("-out %s is a file, which coco alone can be written into: name a folder", *out)
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
	m := file.Media()
	src := export.FromContents(export.Video{
		Name: filepath.Base(m.AbsPath), W: m.W, H: m.H, Frames: m.Frames, Timestamps: m.Timestamps,
	}, file.Snapshot().Contents)
	write := func(dir string) error {
		return writeFormats(ctx, dir, src, formats, *polygons, env.Stderr, p)
	}
	if asFile {
		err = writeAsFile(*out, "coco.json", write)
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

func writeInFolder(dir string, write func(dir string) error) error {
	discard, err := makeFolder(dir)
	if err != nil {
		return err
	}
	defer discard()
	return write(dir)
}

// writeAsFile gives the file that a format writes into a folder its own name.
func writeAsFile(path, name string, write func(dir string) error) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("output file %s is a folder: name a file", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".masklet-*")
	if err != nil {
		return fmt.Errorf("output file %s cannot be written: %w", path, err)
	}
	defer os.RemoveAll(dir)
	if err := write(dir); err != nil {
		return fmt.Errorf("output file %s: %w", path, err)
	}
	if err := os.Rename(filepath.Join(dir, name), path); err != nil {
		return fmt.Errorf("output file %s: %w", path, err)
	}
	return nil
}
