package dialogs

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/ui/filedialog"
)

// clips is a folder with files and folders to choose from.
func clips(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"b10.mp4", "b2.MP4", "notes.txt", ".hidden.mp4", "sub/deep.mp4", "a.mkv"} {
		p := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func names(c *chooser) []string {
	var out []string
	for _, e := range c.entries {
		out = append(out, e.name)
	}
	return out
}

// A file is reached by typing, by keys and by the mouse.
func TestChoosingAFile(t *testing.T) {
	h, w := window(t)
	dir := clips(t)
	got := ""
	ask := func() *chooser {
		got = ""
		return newChooser(h, filedialog.Request{Start: dir, Extensions: VideoExtensions}, func(p string) { got = p })
	}
	keys := func(ks ...fyne.KeyName) {
		for _, k := range ks {
			w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	write := func(s string) {
		for _, r := range s {
			w.Canvas().Focused().TypedRune(r)
		}
	}
	c := ask()
	if want := []string{"sub", "a.mkv", "b2.MP4", "b10.mp4"}; !slices.Equal(names(c), want) {
		t.Fatalf("listed %q", names(c))
	}
	h.Leave()
	for name, tt := range map[string]struct {
		do   func(c *chooser)
		want string
	}{
		"typed":           {func(*chooser) { write("b10.mp4"); keys(fyne.KeyReturn) }, "b10.mp4"},
		"its beginning":   {func(*chooser) { write("b1"); keys(fyne.KeyReturn) }, "b10.mp4"},
		"a part of it":    {func(*chooser) { write("mkv"); keys(fyne.KeyReturn) }, "a.mkv"},
		"below":           {func(*chooser) { write("sub/de"); keys(fyne.KeyReturn) }, "sub/deep.mp4"},
		"arrows":          {func(*chooser) { keys(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) }, "b2.MP4"},
		"into a folder":   {func(*chooser) { keys(fyne.KeyDown, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn) }, "sub/deep.mp4"},
		"a double click":  {func(c *chooser) { r := newFileRow(c); r.show(1); r.MouseDown(nil); r.DoubleTapped(nil) }, "a.mkv"},
		"the button":      {func(c *chooser) { r := newFileRow(c); r.show(3); r.MouseDown(nil); test.Tap(buttons(w)["Open"]) }, "b10.mp4"},
		"what is hidden":  {func(*chooser) { write(".hid"); keys(fyne.KeyReturn) }, ".hidden.mp4"},
		"an absolute one": {func(c *chooser) { c.path.SetText(filepath.Join(dir, "notes.txt")); keys(fyne.KeyReturn) }, "notes.txt"},
	} {
		tt.do(ask())
		if want := filepath.Join(dir, filepath.FromSlash(tt.want)); got != want || w.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: %q, want %q; on top %v", name, got, want, w.Canvas().Overlays().Top())
		}
	}
	c = ask()
	write("none.mp4")
	keys(fyne.KeyReturn)
	if got != "" || c.problem.Text == "" {
		t.Errorf("what is not there: chosen %q, %q", got, c.problem.Text)
	}
	keys(fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not leave")
	}
}

// A folder is chosen by its button; Enter goes into it.
func TestChoosingAFolder(t *testing.T) {
	h, w := window(t)
	dir := clips(t)
	got := ""
	c := newChooser(h, filedialog.Request{Start: dir, Folder: true}, func(p string) { got = p })
	if !slices.Equal(names(c), []string{"sub"}) {
		t.Errorf("listed %q", names(c))
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got != "" || c.folder != filepath.Join(dir, "sub") {
		t.Fatalf("Enter chooses %q, goes into %q", got, c.folder)
	}
	test.Tap(buttons(w)["Choose this folder"])
	if got != filepath.Join(dir, "sub") {
		t.Errorf("chosen %q", got)
	}
}

// The desktop's dialog goes before the host's own, one at a time; where there is
// none, the own one comes up.
func TestTheDesktopsDialogGoesFirst(t *testing.T) {
	h, w := window(t)
	dir, got, asked := clips(t), "", 0
	var answer func(string, error)
	h.Desktop = func(r filedialog.Request, a func(string, error)) { asked, answer = asked+1, a }
	ask := func() { OpenFile(h, "Open", dir, nil, func(p string) { got = p }) }
	ask()
	ask()
	if asked != 1 || w.Canvas().Overlays().Top() != nil {
		t.Fatalf("asked %d times", asked)
	}
	answer("/a", nil)
	if got != "/a" {
		t.Errorf("chosen %q", got)
	}
	got = ""
	ask()
	answer("", nil)
	if got != "" || w.Canvas().Overlays().Top() != nil {
		t.Error("giving up is an answer")
	}
	ask()
	answer("", filedialog.ErrNone)
	if w.Canvas().Overlays().Top() == nil {
		t.Error("no dialog at all")
	}
}
