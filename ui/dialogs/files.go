package dialogs

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// VideoExtensions are the files that a video can be opened from.
var VideoExtensions = []string{".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".masklet", ".zip"}

// OpenFile asks for a file with one of the extensions; nil allows all.
func OpenFile(h *Host, title, start string, extensions []string, chosen func(path string)) dialog.Dialog {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			h.Tell(title, sentence(err))
		}
		if err != nil || r == nil {
			return
		}
		// Only the path is wanted; the file is opened by whoever reads it.
		_ = r.Close()
		chosen(r.URI().Path())
	}, h.win)
	d.SetTitleText(title)
	if extensions != nil {
		d.SetFilter(storage.NewExtensionFileFilter(withUpper(extensions)))
	}
	h.showFiles(d, start)
	return d
}

// OpenFolder asks for a folder.
func OpenFolder(h *Host, title, start string, chosen func(path string)) dialog.Dialog {
	d := dialog.NewFolderOpen(func(u fyne.ListableURI, err error) {
		if err != nil {
			h.Tell(title, sentence(err))
		}
		if err == nil && u != nil {
			chosen(u.Path())
		}
	}, h.win)
	d.SetTitleText(title)
	h.showFiles(d, start)
	return d
}

func (h *Host) showFiles(d *dialog.FileDialog, start string) {
	if u := folderURI(start); u != nil {
		d.SetLocation(u)
	}
	d.SetView(dialog.ListView) // names of clips are long
	// The toolkit (2.8) panics when a file dialog is resized that is not on the
	// screen: one not yet shown, or one that the system shows in its stead.
	before := h.win.Canvas().Overlays().Top()
	h.show(d, nil)
	if h.win.Canvas().Overlays().Top() != before {
		d.Resize(fyne.NewSize(h.width(900), h.height(620)))
	}
}

// folderURI returns the folder of a path that may name a file in it.
func folderURI(path string) fyne.ListableURI {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		path = filepath.Dir(path)
	}
	u, err := storage.ListerForURI(storage.NewFileURI(path))
	if err != nil {
		return nil
	}
	return u
}

func withUpper(ext []string) []string {
	var out []string
	for _, e := range ext {
		up := ""
		for _, r := range e {
			if r >= 'a' && r <= 'z' {
				r -= 'a' - 'A'
			}
			up += string(r)
		}
		out = append(out, e, up)
	}
	return out
}
