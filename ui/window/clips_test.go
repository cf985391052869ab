package window

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/assets"
)

// A folder of clips is a list beside the picture; keys go from clip to clip.
func TestFolderOfClips(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	for _, name := range []string{"one", "two"} {
		files, err := assets.Sample(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(files.Clip, filepath.Join(folder, name+".mp4")); err != nil {
			t.Fatal(err)
		}
	}
	open := func(name string) func() bool {
		return func() bool { return d.c.IsOpen() && filepath.Base(d.c.Path()) == name && d.canvas.HasPicture() }
	}
	if d.clipsSide.Visible() {
		t.Error("the list is shown without a folder")
	}
	d.Open(folder)
	d.until("the first clip is open", open("one.mp4"))
	if !d.clipsSide.Visible() || len(d.c.Shelf.Rows()) != 2 {
		t.Fatalf("list shown: %v, %d clips", d.clipsSide.Visible(), len(d.c.Shelf.Rows()))
	}
	d.run(func() { d.do("next-clip") })
	d.until("the second clip is open", open("two.mp4"))
	d.run(func() { d.do("previous-clip") })
	d.until("the first clip is open again", open("one.mp4"))
	d.until("there are pictures", func() bool { return d.c.Shelf.Rows()[1].Thumbnail != nil })
	d.win.Resize(fyne.NewSize(1280, 800))
	d.paint()
	d.run(d.c.CloseClip)
	d.until("the video is closed", func() bool { return !d.c.IsOpen() })
}
