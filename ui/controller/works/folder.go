package works

import (
	"context"
	"path/filepath"

	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/transfer"
)

// ExportClips writes the masks of all clips of a folder in the background, each into a
// folder of its own in e.Folder. What the user did just now is saved first.
func (c *Works) ExportClips(folder string, e transfer.Export, update func(w *Work, ended bool, text string, err error)) {
	store := c.desk.Session().Store
	c.background("Export all clips", update, func(ctx context.Context, progress func(done, total int64)) (done, error) {
		if err := store.Flush(ctx); err != nil {
			return done{}, err
		}
		chosen, err := formats.Named(e.Formats)
		if err != nil {
			return done{}, err
		}
		text := ""
		all := transfer.Folder{
			Clips: folder, Out: e.Folder, Formats: chosen, Options: export.Options{Polygons: e.Polygons}, Version: c.desk.Version,
			Seen: func(_ clips.Clip, done, total int) { progress(int64(done), int64(total)) },
			Note: func(clip clips.Clip, note string) { text += "; " + clip.Name() + ": " + note },
		}
		n, err := all.Write(ctx)
		text = "Exported " + plain.Count(n, "clip") + " to " + filepath.Clean(e.Folder) + text
		return done{text: text, action: "Show folder", do: func() { c.show(e.Folder) }}, err
	})
}
