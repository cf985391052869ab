package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/export"
)

// runImport adds masks from other tools, or from an earlier export, to a
// project file as one step that can be undone. Accepted frames stay as they
// are.
func runImport(ctx context.Context, env Env, args []string) (err error) {
	fs := newFlags(env, "import")
	path := fs.String("project", "", "project file")
	format := fs.String("format", "", "png, davis or coco")
	in := fs.String("in", "", "folder of masks, or a COCO file")
	if err := parse(fs, args, "project", "format", "in"); err != nil {
		return err
	}
	read, ok := importers()[*format]
	if !ok {
		return usagef("-format %q: use png, davis or coco", *format)
	}
	p := env.progress(env.Stdout, false)
	defer p.stop()
	p.doing("reading", "Opening the project", "", 0, 0)
	file, err := project.Open(ctx, *path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	notice(env.Stderr, file)
	if err := file.Status().Err; err != nil {
		return err
	}
	m := file.Media()
	i := &importing{p: file, progress: p, objects: map[annotate.ObjectID]bool{}}
	named, err := read(ctx, *in, export.Limits{W: m.W, H: m.H, Frames: m.Frames}, i.add)
	if err != nil {
		return err
	}
	if i.masks == 0 {
		return fmt.Errorf("%s holds no masks of this video", *in)
	}
	p.doing("saving", "Saving the project", "", 0, 0)
	i.commit(named)
	if err := file.Flush(ctx); err != nil {
		return err
	}
	p.stop()
	fmt.Fprintf(env.Stdout, "Imported %d masks of %d objects into %s\n", i.masks, len(i.objects), *path)
	if i.kept > 0 {
		fmt.Fprintf(env.Stdout, "%d accepted frames were left as they are\n", i.kept)
	}
	return nil
}

type importer func(ctx context.Context, path string, l export.Limits, each export.Each) ([]export.Object, error)

func importers() map[string]importer {
	nameless := func(read func(context.Context, string, export.Limits, export.Each) error) importer {
		return func(ctx context.Context, path string, l export.Limits, each export.Each) ([]export.Object, error) {
			return nil, read(ctx, path, l, each)
		}
	}
	return map[string]importer{
		"png": nameless(export.ReadPNG), "davis": nameless(export.ReadDAVIS), "coco": export.ReadCOCO,
	}
}

// importing collects what an importer reads. Nothing reaches the document
// before all of it was read, so that a damaged file changes nothing.
type importing struct {
	p        *project.Project
	progress *progressPrinter
	edits    []annotate.Edit
	objects  map[annotate.ObjectID]bool
	masks    int
	kept     int
}

func (i *importing) add(key annotate.FrameKey, m annotate.Mask) error {
	doc := i.p.Document()
	if doc.Protected(key) {
		i.kept++
		return nil
	}
	i.objects[key.Object] = true
	i.masks++
	i.progress.doing("importing", "Reading masks", "masks", i.masks, 0)
	r := annotate.NewResult(m, 1, annotate.Imported, "import")
	i.edits = append(i.edits, doc.SetResult(key, &r))
	return nil
}

// commit adds the objects that are new, with the names that the file gave
// them, and all masks.
func (i *importing) commit(named []export.Object) {
	doc := i.p.Document()
	var edits []annotate.Edit
	classes := map[string]annotate.ClassID{}
	for _, c := range doc.Classes() {
		classes[c.Name] = c.ID
	}
	next := doc.NextClassID()
	about := map[annotate.ObjectID]export.Object{}
	for _, o := range named {
		about[o.ID] = o
	}
	for _, id := range slices.Sorted(maps.Keys(i.objects)) {
		if _, ok := doc.Object(id); ok {
			continue
		}
		o := annotate.Object{ID: id, Label: about[id].Label, Color: annotate.PaletteColor(int(id))}
		if name := about[id].Class; name != "" {
			if classes[name] == 0 {
				classes[name] = next
				edits = append(edits, doc.SetClass(annotate.Class{ID: next, Name: name, Color: annotate.PaletteColor(int(next))}))
				next++
			}
			o.Class = classes[name]
		}
		edits = append(edits, doc.SetObject(o))
	}
	i.p.History().Do(annotate.Change{Name: "Import masks", Edits: append(edits, i.edits...)})
}
