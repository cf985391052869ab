package dialogs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controls"
)

func window(t *testing.T) (*Host, fyne.Window) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, container.NewWithoutLayout())
	w.Resize(fyne.NewSize(1000, 700))
	return NewHost(w), w
}

func TestExportFolder(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		folder, name, want string
	}{
		{dir, "masks", filepath.Join(dir, "masks")},
		{" " + dir + " ", "", dir},
		{dir, "../up", ""},
		{dir, "..", ""},
		{"", "masks", ""},
		{filepath.Join(dir, "none"), "masks", ""},
	} {
		got, err := exportFolder(tt.folder, tt.name)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("exportFolder(%q, %q) = %q, %v", tt.folder, tt.name, got, err)
		}
	}
}

// buttons returns the buttons with a text on the topmost dialog.
func buttons(w fyne.Window) map[string]fyne.Tappable {
	out := map[string]fyne.Tappable{}
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		switch b := o.(type) {
		case *widget.Button: // of the toolkit's own dialogs
			out[b.Text] = b
		case *controls.Button:
			out[b.Text] = b
		}
	}
	return out
}

// The file and folder dialogs come up and can be left, whatever folder they
// start in.
func TestFileAndFolderDialogsShow(t *testing.T) {
	h, w := window(t)
	never := func(path string) { t.Errorf("chosen %q", path) }
	for _, start := range []string{"", t.TempDir(), filepath.Join(t.TempDir(), "none", "at all"), os.Args[0]} {
		for name, show := range map[string]func(){
			"file":   func() { OpenFile(h, "Open", start, VideoExtensions, never) },
			"folder": func() { OpenFolder(h, "Open", start, never) },
		} {
			show()
			if w.Canvas().Overlays().Top() == nil {
				t.Fatalf("no %s dialog from %q", name, start)
			}
			test.Tap(buttons(w)["Cancel"])
			if w.Canvas().Overlays().Top() != nil {
				t.Fatalf("the %s dialog stays open", name)
			}
		}
	}
}

// The folder that was chosen is the answer; Cancel gives up.
func TestMissingVideoAnswers(t *testing.T) {
	h, w := window(t)
	dir := t.TempDir()
	answer, left := "", 0
	ask := func() {
		MissingVideo(h, "clip.mp4 is gone.", dir, func(p string) { answer = p }, func() { left++ })
	}
	ask()
	test.Tap(buttons(w)["Choose a folder ..."])
	test.Tap(buttons(w)["Choose this folder"])
	if answer != dir || left != 0 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("answer %q, left %d, dialog %v", answer, left, w.Canvas().Overlays().Top())
	}
	ask()
	test.Tap(buttons(w)["Cancel"])
	if left != 1 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("left %d, dialog %v", left, w.Canvas().Overlays().Top())
	}
}

// fakeStore waits in Get until it is released or cancelled.
type fakeStore struct {
	installed []Model
	release   chan error
	cancelled chan bool
	library   string
}

func (s *fakeStore) Installed() ([]Model, error) { return s.installed, nil }
func (s *fakeStore) Available() []Model          { return []Model{{Name: "tiny", Bytes: 5e6}} }
func (s *fakeStore) Folder() string              { return "models" }
func (s *fakeStore) Library() string             { return s.library }

func (s *fakeStore) ChooseLibrary(_ context.Context, path string) error {
	s.library = path
	return nil
}

func (s *fakeStore) Remove(string) error { s.installed = nil; return nil }

func (s *fakeStore) Get(ctx context.Context, name string, size int, progress func(string, int64, int64)) (string, error) {
	progress("download", 1, 2)
	select {
	case err := <-s.release:
		if err == nil {
			s.installed = append(s.installed, Model{Name: name + "-1024"})
		}
		return name, err
	case <-ctx.Done():
		s.cancelled <- true
		return "", ctx.Err()
	}
}

func (s *fakeStore) Import(context.Context, string, int, func(string, int64, int64)) (string, error) {
	return "", errors.New("not a checkpoint")
}

func (s *fakeStore) Check(context.Context, string, func(string, int64, int64)) error { return nil }

// start runs what takes long.
func start(f func(context.Context)) context.CancelFunc {
	ctx, cancel := context.WithCancel(context.Background())
	go f(ctx)
	return cancel
}

func TestModelsGetCancelAndFail(t *testing.T) {
	h, _ := window(t)
	s := &fakeStore{release: make(chan error, 1), cancelled: make(chan bool, 1)}
	queue := make(chan func(), 100)
	changes := 0
	m := ShowModels(h, s, start, func(f func()) { queue <- f }, func() { changes++ })
	get := func() *controls.Button { return m.actions[len(m.actions)-1] }
	until := func(what string, done func() bool) {
		t.Helper()
		for end := time.After(10 * time.Second); !done(); {
			select {
			case f := <-queue:
				f()
			case <-end:
				t.Fatalf("timed out waiting until %s", what)
			}
		}
	}
	test.Tap(get())
	if !m.working.Visible() || !get().Disabled() {
		t.Error("while it downloads, the progress is hidden or another can be started")
	}
	test.Tap(m.stop)
	until("it is cancelled", func() bool { return m.cancel == nil })
	if <-s.cancelled; m.text.Text != "Cancelled" || len(s.installed) != 0 {
		t.Errorf("after a cancel: %q", m.text.Text)
	}
	s.release <- errors.New("the hash is wrong")
	test.Tap(get())
	until("it failed", func() bool { return m.cancel == nil })
	if m.text.Text != "The hash is wrong." || m.text.Importance != widget.DangerImportance {
		t.Errorf("after a failure: %q", m.text.Text)
	}
	s.release <- nil
	test.Tap(get())
	until("it is installed", func() bool { return m.cancel == nil })
	if len(s.installed) != 1 || m.text.Text != "Installed tiny" || changes != 3 {
		t.Errorf("after success: %q, %d changes told", m.text.Text, changes)
	}
}

func TestKeysShowsEveryKey(t *testing.T) {
	h, w := window(t)
	d := ShowKeys(h)
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("nothing is shown")
	}
	d.Hide()
}

// A user's own library is used after a warning, and given up again.
func TestOwnLibraryIsChosen(t *testing.T) {
	h, _ := window(t)
	s := &fakeStore{}
	queue := make(chan func(), 100)
	m := ShowModels(h, s, start, func(f func()) { queue <- f }, func() {})
	settle := func() {
		t.Helper()
		for m.cancel != nil {
			(<-queue)()
		}
	}
	m.useLibrary("/lib/own.so")
	if settle(); s.library != "/lib/own.so" || !strings.Contains(m.text.Text, "next start") {
		t.Errorf("%q is used; it says %q", s.library, m.text.Text)
	}
	test.Tap(m.actions[2])
	if settle(); s.library != "" {
		t.Errorf("%q is still used", s.library)
	}
}
