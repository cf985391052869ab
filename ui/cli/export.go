package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"masklet/project"
	"masklet/project/export"
)

// runExport writes the masks of a project file. It needs neither the video nor
// an engine.
func runExport(ctx context.Context, env Env, args []string) (err error) {
	fs := newFlags(env, "export")
	path := fs.String("project", "", "project file")
	list := fs.String("format", "png", "png, davis, coco; several with commas")
	out := fs.String("out", "", "folder for the results")
	polygons := fs.Bool("polygons", false, "coco: polygons rather than run lengths")
	if err := parse(fs, args, "project", "out"); err != nil {
		return err
	}
	formats, err := parseFormats(*list)
	if err != nil {
		return err
	}
	if len(formats) == 0 {
		return usagef("-format is empty: use png, davis or coco")
	}
	p, err := project.OpenReadOnly(ctx, *path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	discard, err := makeFolder(*out)
	if err != nil {
		return err
	}
	defer discard()
	m := p.Media()
	src := export.FromContents(export.Video{
		Name: filepath.Base(m.AbsPath), W: m.W, H: m.H, Frames: m.Frames, Timestamps: m.Timestamps,
	}, p.Snapshot().Contents)
	if err := writeFormats(ctx, *out, src, formats, *polygons, env.Stderr, &progressPrinter{out: env.Stdout}); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "Results: %s\n", *out)
	return nil
}
