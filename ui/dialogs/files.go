package dialogs

import (
	"errors"

	"github.com/masklet/masklet/ui/filedialog"
	"github.com/masklet/masklet/ui/plain"
)

// VideoExtensions are the files that a video can be opened from.
var VideoExtensions = []string{".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mxf", ".h264", ".h265", ".masklet", ".zip"}

// OpenFile asks for a file with one of the extensions; nil allows all.
func OpenFile(h *Host, title, start string, extensions []string, chosen func(path string)) {
	h.choose(filedialog.Request{Title: title, Start: start, Extensions: extensions}, chosen)
}

// OpenFolder asks for a folder.
func OpenFolder(h *Host, title, start string, chosen func(path string)) {
	h.choose(filedialog.Request{Title: title, Start: start, Folder: true}, chosen)
}

// choose asks with the desktop's dialog, or the host's own where there is none.
func (h *Host) choose(r filedialog.Request, chosen func(path string)) {
	r.Start = folderOf(r.Start)
	if h.Desktop == nil {
		newChooser(h, r, chosen)
		return
	}
	if h.choosing {
		return // one of the desktop's is on the screen
	}
	h.choosing = true
	h.Desktop(r, func(path string, err error) {
		h.choosing = false
		switch {
		case errors.Is(err, filedialog.ErrNone):
			h.Desktop = nil
			newChooser(h, r, chosen)
		case err != nil:
			h.Tell(r.Title, plain.Sentence(err))
		case path != "":
			chosen(path)
		}
	})
}
