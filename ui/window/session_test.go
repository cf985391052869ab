package window

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/assets"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
)

// A dropped file opens; one that cannot be read leaves what is open as it is.
func TestDrop(t *testing.T) {
	d := newDesk(t)
	files, err := assets.Sample(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	drop := func(path string) {
		d.run(func() { d.dropped(fyne.NewPos(1, 1), []fyne.URI{storage.NewFileURI(path)}) })
	}
	drop(files.Clip)
	d.until("the dropped clip is open", d.c.IsOpen)
	bad := filepath.Join(t.TempDir(), "notes.mp4")
	if err := os.WriteFile(bad, []byte("no video"), 0o600); err != nil {
		t.Fatal(err)
	}
	drop(bad)
	d.until("the failure is shown", func() bool { return d.c.Message().Kind == controller.Failure })
	if !strings.Contains(d.c.Message().Text, "notes.mp4") || d.c.Path() != files.Clip {
		t.Errorf("message %+v, open %s", d.c.Message(), d.c.Path())
	}
	if d.welcome.content.Visible() || !d.work.Visible() {
		t.Error("the clip that is open is not shown any more")
	}
}

// Opening another video and quitting, both in the middle of a run, keep what was
// finished, and the run can be continued.
func TestOpeningAndClosingDuringARun(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	first := d.c.Path()
	d.press(96, 251, desktop.MouseButtonPrimary, 0)
	d.until("the click has a mask", func() bool { return d.masks(1) == 1 })
	run := func(least int) int {
		t.Helper()
		d.run(d.c.Track)
		d.until("some frames are tracked", func() bool { return d.masks(1) > least })
		if !d.c.Tracking() {
			t.Fatal("the run ended before it could be cut short")
		}
		return d.masks(1)
	}
	masks := run(1)
	files, err := assets.Sample(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d.Open(files.Clip)
	d.until("the other is open", func() bool { return d.c.Path() == files.Clip })
	if d.c.Tracking() || len(d.c.Document().Objects()) != 0 {
		t.Error("the run goes on in the other video")
	}
	d.Open(first)
	d.until("the first is open again", func() bool { return d.c.Path() == first })
	if got := d.masks(1); got < masks {
		t.Errorf("%d masks are left of %d", got, masks)
	}
	if d.c.Banner().Action != "Continue" || !d.banner.content.Visible() {
		t.Errorf("no offer to continue: %+v", d.c.Banner())
	}
	d.until("the engine is ready", func() bool { ready, _ := d.c.EngineReady(); return ready })
	masks = run(d.masks(1))
	d.Close()
	again := newDesk(t)
	again.Open(first)
	again.until("it is open after quitting", again.c.IsOpen)
	if got := again.masks(1); got < masks {
		t.Errorf("%d masks are left of %d after quitting", got, masks)
	}
}

// Keys reach the window from every control that has the focus.
func TestKeysWorkWhereverTheFocusIs(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	type nexter interface{ FocusNext() }
	seen := map[fyne.Focusable]bool{}
	buttons := 0
	for range 60 {
		d.win.Canvas().(nexter).FocusNext()
		f := d.win.Canvas().Focused()
		if f == nil || seen[f] {
			break
		}
		seen[f] = true
		if _, ok := f.(*controls.Button); !ok {
			continue
		}
		buttons++
		before := d.c.Frame()
		f.TypedRune('.')
		if d.c.Frame() != before+1 {
			t.Errorf("%q keeps the key to itself", f.(*controls.Button).Hint)
		}
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	}
	if buttons < 15 {
		t.Errorf("only %d buttons can be reached by Tab", buttons)
	}
}

// The panels and the objects can be reached by key.
func TestPanelAndObjectKeys(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	for i, k := range []fyne.KeyName{fyne.KeyF6, fyne.KeyF7, fyne.KeyF8} {
		if d.key(k); d.tabs.SelectedIndex() != i {
			t.Errorf("%s shows panel %d", k, d.tabs.SelectedIndex())
		}
	}
	for range 3 {
		d.rune('a')
	}
	d.key(fyne.KeyUp)
	if d.c.Selected() != 2 {
		t.Errorf("Up selects %d", d.c.Selected())
	}
	d.key(fyne.KeyDown)
	if d.c.Selected() != 3 {
		t.Errorf("Down selects %d", d.c.Selected())
	}
}

// The window can be made as small as many screens are, scaled twofold.
func TestWindowFitsSmallScreens(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	d.rune('r') // the brush has its size in the tool bar
	d.until("the tool is shown", func() bool { return len(d.queue) == 0 })
	if got := d.win.Content().MinSize(); got.Width > 800 || got.Height > 520 {
		t.Errorf("the window needs %v", got)
	}
}

// Quitting while the project cannot be saved asks, and keeps the work.
func TestQuittingWhileSavingFailsAsks(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	d.press(96, 251, desktop.MouseButtonPrimary, 0)
	d.until("the click has a mask", func() bool { return d.masks(1) == 1 })
	file := d.c.ProjectPath()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	d.run(d.c.ToggleMark)
	d.run(d.Quit)
	d.until("it is asked", func() bool { return d.c.Unsaved() != nil && d.win.Canvas().Overlays().Top() != nil })
	if d.closed {
		t.Fatal("the window is closed")
	}
	for _, o := range test.LaidOutObjects(d.win.Canvas().Overlays().Top()) {
		if b, ok := o.(*controls.Button); ok && b.Text == "Try again" {
			test.Tap(b)
		}
	}
	d.until("it is saved and closed", func() bool { return d.closed })
	if _, err := os.Stat(file); err != nil || d.lost != nil {
		t.Errorf("%v, lost %v", err, d.lost)
	}
}
