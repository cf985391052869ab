package shelf

import (
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/ui/session"
)

// desk is a controller that shows documents of its own.
type desk struct {
	*Shelf
	t        *testing.T
	loop     *session.Loop
	work     sync.WaitGroup
	path     string
	docs     map[string]*annotate.Document
	engine   string
	settings inference.Settings
	said     string
	alerts   []string
}

func newDesk(t *testing.T) *desk {
	ctx, cancel := context.WithCancel(t.Context())
	d := &desk{t: t, loop: session.NewLoop(), docs: map[string]*annotate.Document{}, engine: "one", settings: inference.DefaultSettings()}
	d.Shelf = New(Desk{
		Ctx: ctx, Go: d.work.Go, Post: d.loop.Post,
		Open:     d.open,
		Path:     func() string { return d.path },
		Document: func() *annotate.Document { return d.docs[d.path] },
		Do: func(c annotate.Change) {
			annotate.NewHistory(d.docs[d.path], nil).Do(c)
			d.Update()
		},
		Settings:  func() (string, inference.Settings) { return d.engine, d.settings },
		Use:       func(engine string, s inference.Settings) { d.engine, d.settings = engine, s },
		Say:       func(text string) { d.said = text },
		Alert:     func(what string, err error) { d.alerts = append(d.alerts, what+": "+err.Error()) },
		Changed:   func() {},
		Thumbnail: Thumbnail,
	})
	t.Cleanup(func() { cancel(); d.work.Wait() })
	return d
}

// open shows a clip with a document of its own.
func (d *desk) open(path string) {
	d.path = path
	if d.docs[path] == nil {
		d.docs[path] = annotate.NewDocument(8, 6, 3)
	}
	d.Opened()
}

func (d *desk) until(what string, done func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	if err := d.loop.Until(ctx, done); err != nil {
		d.t.Fatalf("waiting until %s: %v; alerts %v", what, err, d.alerts)
	}
}

// folderOf makes a folder of clips with these names.
func folderOf(t *testing.T, names ...string) string {
	folder := t.TempDir()
	for _, name := range names {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, frame := range []string{"0.png", "1.png", "2.png"} {
			f, err := os.Create(filepath.Join(folder, name, frame))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(png.Encode(f, image.NewRGBA(image.Rect(0, 0, 8, 6))), f.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

func TestFromClipToClip(t *testing.T) {
	folder := folderOf(t, "a", "b", "c")
	d := newDesk(t)
	d.OpenFolder(folder)
	d.until("the pictures are there", func() bool {
		return len(d.Rows()) == 3 && d.Rows()[2].Thumbnail != nil
	})
	if d.Current() != 0 || d.path != filepath.Join(folder, "a") {
		t.Fatalf("clip %d is open, %s", d.Current(), d.path)
	}
	d.Go(-1)
	if d.Current() != 0 || d.said == "" {
		t.Errorf("before the first clip: %d, said %q", d.Current(), d.said)
	}
	d.Go(1)
	d.Go(1)
	d.said = ""
	d.Go(1)
	if d.Current() != 2 || d.said == "" {
		t.Errorf("after the last clip: %d, said %q", d.Current(), d.said)
	}
	d.Show(1)
	doc := d.docs[d.path]
	r := annotate.NewResult(annotate.FullMask(8, 6), 1, annotate.Painted, "")
	d.desk().Do(annotate.Change{Edits: []annotate.Edit{doc.SetObject(annotate.Object{ID: 1}), doc.SetResult(annotate.FrameKey{Object: 1}, &r)}})
	if got := d.Rows()[1]; got.State != clips.Begun || got.Masks != 1 {
		t.Errorf("the row says %+v", got.Clip)
	}
	for f := 1; f < 3; f++ {
		d.desk().Do(annotate.Change{Edits: []annotate.Edit{doc.SetResult(annotate.FrameKey{Object: 1, Frame: f}, &r)}})
	}
	d.ToggleChecked()
	if !d.Checked() || d.Rows()[1].State != clips.Checked {
		t.Errorf("the row says %+v", d.Rows()[1].Clip)
	}
	d.ToggleChecked()
	if d.Checked() || d.Rows()[1].State != clips.Tracked {
		t.Errorf("the row says %+v", d.Rows()[1].Clip)
	}
	d.open(filepath.Join(t.TempDir(), "elsewhere"))
	if d.Folder() != "" || len(d.Rows()) != 0 {
		t.Error("a clip from elsewhere did not leave the folder")
	}
}

// desk returns what the shelf works with.
func (d *desk) desk() Desk { return d.Shelf.desk }

// A class made in one clip is there in the next, and in the next session; so are engine
// and settings.
func TestClipsShareClassesAndSettings(t *testing.T) {
	folder := folderOf(t, "a", "b")
	d := newDesk(t)
	d.OpenFolder(folder)
	d.until("the folder is open", func() bool { return d.Current() == 0 })
	dog := annotate.Class{ID: 3, Name: "dog", Color: annotate.Color{R: 1, G: 2, B: 255}, Key: "d"}
	d.desk().Do(annotate.Change{Edits: []annotate.Edit{d.docs[d.path].SetClass(dog)}})
	d.settings.Stride = 4
	d.Go(1)
	got := d.docs[d.path].Classes()
	if len(got) != 1 || got[0].Name != dog.Name || got[0].Color != dog.Color || got[0].Key != dog.Key {
		t.Errorf("the next clip has %+v", got)
	}
	d.work.Wait()

	again := newDesk(t)
	again.engine = "another"
	again.OpenFolder(folder)
	again.until("the folder is open again", func() bool { return again.Current() == 0 })
	if got := again.docs[again.path].Classes(); len(got) != 1 || got[0].Name != "dog" {
		t.Errorf("the next session has %+v", got)
	}
	if again.engine != "one" || again.settings.Stride != 4 {
		t.Errorf("engine %s, stride %d", again.engine, again.settings.Stride)
	}
}

func TestFoldersThatCannotBeOpened(t *testing.T) {
	d := newDesk(t)
	d.OpenFolder(t.TempDir())
	d.until("an error is told", func() bool { return len(d.alerts) == 1 })
	broken := folderOf(t, "a")
	if err := os.WriteFile(filepath.Join(broken, clips.SharedName), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	d.OpenFolder(broken)
	d.until("an error is told", func() bool { return len(d.alerts) == 2 })
	if d.Folder() != "" {
		t.Error("a folder is open")
	}
	d.Go(1)
	if d.said == "" {
		t.Error("nothing is said where there is no folder")
	}
}
