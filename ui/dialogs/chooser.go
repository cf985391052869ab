package dialogs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/project/natural"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/filedialog"
	"github.com/masklet/masklet/ui/plain"
)

// chooser is the host's own dialog for files and folders: a path that can be
// typed, and the list of what is there, which follows what is typed. Up and Down
// move through the list, Enter and a double click open, Escape leaves.
type chooser struct {
	h       *Host
	r       filedialog.Request
	chosen  func(string)
	d       *dialog.CustomDialog
	folder  string // that is listed
	entries []listed
	at      int // index of the selected entry, -1 none
	path    *pathEntry
	list    *widget.List
	problem *widget.Label
}

// listed is a file or folder in the list.
type listed struct {
	name   string
	folder bool
}

// newChooser shows the dialog.
func newChooser(h *Host, r filedialog.Request, chosen func(string)) *chooser {
	c := &chooser{h: h, r: r, chosen: chosen, at: -1, problem: newProblem()}
	c.path = newPathEntry(h, c)
	c.list = widget.NewList(func() int { return len(c.entries) }, func() fyne.CanvasObject { return newFileRow(c) },
		func(i widget.ListItemID, o fyne.CanvasObject) { o.(*fileRow).show(i) })
	up := h.button("", theme.MoveUpIcon(), func() { c.enter(filepath.Dir(c.folder)) })
	text := "Open"
	if r.Folder {
		text = "Choose this folder"
	}
	open := h.button(text, theme.FolderOpenIcon(), c.open)
	open.Importance = widget.HighImportance
	c.d = dialog.NewCustomWithoutButtons(r.Title, container.NewBorder(
		container.NewBorder(nil, nil, up, nil, c.path), c.problem, c.places(), nil, c.list), h.win)
	c.d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, c.d.Hide), open})
	c.d.Resize(fyne.NewSize(h.width(900), h.height(620)))
	c.enter(r.Start)
	h.show(c.d, nil)
	h.win.Canvas().Focus(c.path)
	return c
}

// places are buttons for folders that users keep things in.
func (c *chooser) places() fyne.CanvasObject {
	box := container.NewVBox()
	home, _ := os.UserHomeDir()
	for _, p := range []struct{ name, path string }{
		{"Home", home}, {"Desktop", filepath.Join(home, "Desktop")}, {"Videos", filepath.Join(home, "Videos")},
		{"Movies", filepath.Join(home, "Movies")}, {"Downloads", filepath.Join(home, "Downloads")}, {"Computer", string(filepath.Separator)},
	} {
		if info, err := os.Stat(p.path); home != "" && err == nil && info.IsDir() {
			b := c.h.button(p.name, nil, func() { c.enter(p.path) })
			b.Importance, b.Alignment = widget.LowImportance, widget.ButtonAlignLeading
			box.Add(b)
		}
	}
	return box
}

// enter lists a folder.
func (c *chooser) enter(folder string) {
	c.path.quiet(withSeparator(folder))
	c.read(folder, "")
}

// read lists what of a folder begins with what was typed, or else holds it.
func (c *chooser) read(folder, typed string) {
	c.folder, c.entries, c.at = folder, nil, -1
	all, err := os.ReadDir(folder)
	c.tell("")
	if err != nil {
		c.tell(plain.Sentence(err))
	}
	typed = strings.ToLower(typed)
	for _, begins := range []bool{true, false} {
		for _, e := range all {
			name := strings.ToLower(e.Name())
			if strings.HasPrefix(name, typed) == begins && strings.Contains(name, typed) && c.offers(folder, e, typed) {
				c.entries = append(c.entries, listed{e.Name(), isFolder(folder, e)})
			}
		}
	}
	slices.SortStableFunc(c.entries, func(a, b listed) int {
		if a.folder != b.folder {
			if a.folder {
				return -1
			}
			return 1
		}
		return natural.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	if typed != "" && len(c.entries) > 0 {
		c.at = 0
	}
	c.list.Refresh()
	c.list.ScrollToTop()
}

// offers reports whether an entry can be chosen or gone into.
func (c *chooser) offers(folder string, e os.DirEntry, typed string) bool {
	if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(typed, ".") {
		return false
	}
	if isFolder(folder, e) {
		return true
	}
	ext := strings.ToLower(filepath.Ext(e.Name()))
	return !c.r.Folder && (c.r.Extensions == nil || slices.Contains(c.r.Extensions, ext))
}

// typed follows what is typed into the path.
func (c *chooser) typed(text string) {
	folder, name := filepath.Split(text)
	if folder == "" {
		folder = c.folder
	}
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		c.read(filepath.Clean(folder), name)
	}
}

// move selects another entry of the list.
func (c *chooser) move(by int) {
	if len(c.entries) == 0 {
		return
	}
	c.choose(min(max(0, c.at+by), len(c.entries)-1))
	c.list.ScrollTo(c.at)
}

func (c *chooser) choose(i int) {
	c.at = i
	c.list.Refresh()
}

// submit is Enter: it opens the entry that is selected, or what was typed.
func (c *chooser) submit() {
	if c.at >= 0 {
		c.take(filepath.Join(c.folder, c.entries[c.at].name), true)
		return
	}
	c.take(strings.TrimSpace(c.path.Text), true)
}

// open is the button: a folder that is asked for is chosen, not entered.
func (c *chooser) open() {
	if c.r.Folder {
		path := c.folder
		if c.at >= 0 {
			path = filepath.Join(c.folder, c.entries[c.at].name)
		}
		c.take(path, false)
		return
	}
	c.submit()
}

// take answers with a path, or enters it.
func (c *chooser) take(path string, enter bool) {
	if path == "" {
		return
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.folder, path)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		c.tell("There is no file or folder " + path + ".")
	case info.IsDir() && (enter && filepath.Clean(path) != c.folder || !c.r.Folder):
		c.enter(filepath.Clean(path))
	case info.IsDir() != c.r.Folder:
		c.tell(filepath.Base(path) + " is no folder.")
	default:
		c.d.Hide()
		c.chosen(path)
	}
}

func (c *chooser) tell(text string) {
	if c.problem.Text != text {
		c.problem.SetText(text)
	}
}

func isFolder(folder string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(folder, e.Name()))
	return err == nil && info.IsDir()
}

func withSeparator(folder string) string {
	if strings.HasSuffix(folder, string(filepath.Separator)) {
		return folder
	}
	return folder + string(filepath.Separator)
}

// folderOf returns the folder of a path that may name a file in it, or else the
// user's.
func folderOf(path string) string {
	for _, p := range []string{path, filepath.Dir(path)} {
		if info, err := os.Stat(p); path != "" && err == nil && info.IsDir() {
			if abs, err := filepath.Abs(p); err == nil {
				return abs
			}
		}
	}
	home, _ := os.UserHomeDir()
	return home
}

// pathEntry is the field of the path: Up and Down move through the list.
type pathEntry struct {
	controls.Entry
	c *chooser
}

func newPathEntry(h *Host, c *chooser) *pathEntry {
	e := &pathEntry{c: c}
	e.Keys = h
	e.ExtendBaseWidget(e)
	e.OnChanged = c.typed
	e.OnSubmitted = func(string) { c.submit() }
	return e
}

// quiet shows a path that was not typed.
func (e *pathEntry) quiet(text string) {
	e.OnChanged = nil
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.OnChanged = e.c.typed
	e.Refresh()
}

// TypedKey implements fyne.Focusable.
func (e *pathEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyDown:
		e.c.move(1)
	case fyne.KeyUp:
		e.c.move(-1)
	case fyne.KeyPageDown:
		e.c.move(10)
	case fyne.KeyPageUp:
		e.c.move(-10)
	default:
		e.Entry.TypedKey(k)
	}
}
