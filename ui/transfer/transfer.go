// Package transfer takes masks out of a labeling session and into it: what of a
// document is exported and what that replaces, the record run.json beside it, and
// masks of other tools. It exists so that the window and the command line write
// and read the same. It knows neither a toolkit nor flags.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/session"
)

// Selection is what of a document is exported; the zero value is all of it.
type Selection struct {
	Objects []annotate.ObjectID // nil: all
	Range   *annotate.Range     // nil: all frames
}

// Of returns the part of contents that is selected. The masks are shared.
func (s Selection) Of(c annotate.Contents) annotate.Contents {
	c.Objects = slices.DeleteFunc(slices.Clone(c.Objects), func(o annotate.Object) bool { return !s.hasObject(o.ID) })
	if s.Range == nil {
		return c
	}
	results := make(map[annotate.ObjectID]map[int]annotate.Result, len(c.Objects))
	for _, o := range c.Objects {
		frames := map[int]annotate.Result{}
		for f, r := range c.Results[o.ID] {
			if s.hasFrame(f) {
				frames[f] = r
			}
		}
		results[o.ID] = frames
	}
	c.Results = results
	notes := make(map[annotate.ObjectID]annotate.Notes, len(c.Notes))
	for id, n := range c.Notes {
		notes[id] = n.Within(*s.Range)
	}
	c.Notes = notes
	return c
}

func (s Selection) hasObject(id annotate.ObjectID) bool {
	return s.Objects == nil || slices.Contains(s.Objects, id)
}

func (s Selection) hasFrame(f int) bool {
	return s.Range == nil || f >= s.Range.First && f <= s.Range.Last
}

// Count returns how many objects and frames of a document have masks that are
// selected.
func (s Selection) Count(d *annotate.Document) (objects, frames int) {
	seen := map[int]bool{}
	for _, o := range d.Objects() {
		any := false
		for _, f := range d.ResultFrames(o.ID) {
			if s.hasObject(o.ID) && s.hasFrame(f) {
				any, seen[f] = true, true
			}
		}
		if any {
			objects++
		}
	}
	return objects, len(seen)
}

// Existing returns the names of what an export of these formats into a folder
// replaces.
func Existing(folder string, names []string) []string {
	var out []string
	for _, f := range formats.All() {
		if !slices.Contains(names, f.Name) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(folder, f.Place)); err == nil {
			out = append(out, f.Place)
		}
	}
	return out
}

// Export is an export that the user asks for.
type Export struct {
	Formats  []string // their names
	Folder   string   // is made where it is missing
	Polygons bool
	Selection
}

// Of returns the export as work on the masks as they are now, to be done on any
// goroutine. version names the program in run.json. The work returns one line on
// what was written, with what a format could not hold.
func (e Export) Of(s *session.Session, version string) func(ctx context.Context, progress func(done, total int64)) (string, error) {
	src := export.FromContents(s.Described(), e.Selection.Of(s.Document().Contents()))
	record := RecordOf(s, version)
	return func(ctx context.Context, progress func(done, total int64)) (string, error) {
		chosen, err := formats.Named(e.Formats)
		if err == nil && len(chosen) == 0 {
			err = errors.New("choose a format")
		}
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(e.Folder, 0o755); err != nil {
			return "", fmt.Errorf("make the folder: %w", err)
		}
		frames := int64(src.Video().Frames)
		opt := export.Options{Polygons: e.Polygons, Progress: func(f export.Format, frame int) {
			i := slices.IndexFunc(chosen, func(g export.Format) bool { return g.Name == f.Name })
			progress(int64(i)*frames+int64(frame)+1, int64(len(chosen))*frames)
		}}
		notes, err := session.Export(ctx, export.Targets(e.Folder, chosen), src, opt)
		if err == nil {
			err = record.Write(ctx, e.Folder, src, e.Formats)
		}
		return strings.Join(append([]string{"Exported to " + e.Folder}, notes...), "; "), err
	}
}
