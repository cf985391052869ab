package window

import (
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/transfer"
)

// offered lists formats for a dialog.
func offered(list []export.Format) []dialogs.Format {
	var out []dialogs.Format
	for _, f := range list {
		out = append(out, dialogs.Format{Name: f.Name, Text: f.Label, Polygons: f.Polygons})
	}
	return out
}

// exportKey is where the latest export is kept between sessions.
const exportKey = "export"

// keptExport is what the user chose for the latest export.
type keptExport struct {
	Video    string // that was exported; Name is offered for it alone
	Folder   string
	Name     string // of the new folder
	Formats  []string
	Polygons bool
}

// lastExport returns the latest export's choices, with the name of the new folder
// for the video that is open.
func lastExport(p controller.Prefs, video, start string) (k keptExport) {
	_ = json.Unmarshal([]byte(p.Get(exportKey)), &k) // what cannot be read is left aside
	if k.Folder == "" {
		k.Folder = start
	}
	if k.Video != video || k.Name == "" {
		k.Name = strings.TrimSuffix(base(video), filepath.Ext(video)) + "-masks"
	}
	k.Video = video
	return k
}

func (k keptExport) keep(p controller.Prefs) {
	if data, err := json.Marshal(k); err == nil {
		p.Set(exportKey, string(data))
	}
}

func (w *Window) showExport() {
	if !w.c.HasMasks() {
		return
	}
	d := w.c.Document()
	k := lastExport(w.conf.Deps.Prefs, w.c.Path(), w.startFolder())
	r := dialogs.ExportRequest{
		Formats: offered(export.Writable(formats.All())), Name: k.Name,
		Offered: transfer.Export{Folder: k.Folder, Formats: k.Formats, Polygons: k.Polygons},
		What:    w.c.ExportLine, Existing: transfer.Existing,
	}
	if d.RangeSet() {
		rng := d.Range()
		r.Range = &rng
	}
	for _, o := range d.Objects() {
		if d.HasResults(o.ID) {
			r.Objects = append(r.Objects, dialogs.Choice{ID: o.ID, Name: d.Name(o.ID)})
		}
	}
	dialogs.Export(w.host, r, func(e transfer.Export, name string) {
		k.Folder, k.Name, k.Formats, k.Polygons = filepath.Dir(e.Folder), name, e.Formats, e.Polygons
		if name == "" {
			k.Folder = e.Folder
		}
		k.keep(w.conf.Deps.Prefs)
		w.c.Export(e, w.workDialog())
	})
}

// hasClips reports whether a folder of clips is open.
func (w *Window) hasClips() bool { return w.c.Shelf.Folder() != "" }

// showExportAll asks for formats and a folder, in which each clip gets one of its own.
func (w *Window) showExportAll() {
	if !w.hasClips() {
		return
	}
	folder := w.c.Shelf.Folder()
	k := lastExport(w.conf.Deps.Prefs, folder, filepath.Dir(folder))
	r := dialogs.ExportRequest{
		Formats: offered(export.Writable(formats.All())), Name: k.Name,
		Offered: transfer.Export{Folder: k.Folder, Formats: k.Formats, Polygons: k.Polygons},
		What: func(transfer.Selection) string {
			n := 0
			for _, row := range w.c.Shelf.Rows() {
				if row.Masks > 0 {
					n++
				}
			}
			return plain.Count(n, "clip") + " with masks, each into a folder of its own."
		},
		Existing: func(folder string, names []string) (out []string) {
			for _, row := range w.c.Shelf.Rows() {
				for _, place := range transfer.Existing(filepath.Join(folder, row.Name()), names) {
					out = append(out, filepath.Join(row.Name(), place))
				}
			}
			return out
		},
	}
	dialogs.Export(w.host, r, func(e transfer.Export, name string) {
		k.Folder, k.Name, k.Formats, k.Polygons = filepath.Dir(e.Folder), name, e.Formats, e.Polygons
		if name == "" {
			k.Folder = e.Folder
		}
		k.keep(w.conf.Deps.Prefs)
		w.c.ExportClips(folder, e, w.workDialog())
	})
}

func (w *Window) showImport() {
	r := dialogs.ImportRequest{
		Formats: offered(export.Readable(formats.All())), Start: w.startFolder(), Meets: len(w.c.Document().Objects()) > 0,
	}
	dialogs.Import(w.host, r, func(i transfer.Import) { w.c.Import(i, w.workDialog()) })
}
