package opening

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
)

// What was saved as one zip file is opened again where that lies, and a second
// time from what was unpacked.
func TestZipCopyIsOpenedAgain(t *testing.T) {
	clip := sample(t)
	o := open(t, clip)
	o.Store.History().Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{o.Store.Document().SetObject(annotate.Object{ID: 3, Label: "ball"})}})
	archive := filepath.Join(t.TempDir(), "sent.zip")
	if err := o.Store.SaveCopy(context.Background(), archive, o.VideoPath, media.QuickHash); err != nil {
		t.Fatal(err)
	}
	shut(t, o)
	for _, label := range []string{"ball", "kite"} {
		o = open(t, archive)
		d := o.Store.Document()
		if got := d.Name(3); got != label {
			t.Errorf("label %q, want %q", got, label)
		}
		if filepath.Dir(o.Store.Path()) != filepath.Join(filepath.Dir(archive), "sent") {
			t.Errorf("unpacked to %s", o.Store.Path())
		}
		o.Store.History().Do(annotate.Change{Name: "Rename", Edits: []annotate.Edit{d.SetObject(annotate.Object{ID: 3, Label: "kite"})}})
		shut(t, o)
	}
}

func TestZipOfSomethingElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name, entry string) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		if _, err := z.Create(entry); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := filepath.Join(dir, "text.zip")
	if err := os.WriteFile(text, []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, write("other.zip", "notes.txt"), write("out.zip", "../out.masklet")} {
		_, err := Open(context.Background(), OpenRequest{Path: path}, func(int, int) {})
		if !errors.Is(err, project.ErrArchive) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 3 {
		t.Errorf("left behind: %v", list)
	}
}
