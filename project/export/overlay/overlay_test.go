package overlay

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// A pixel on an edge has the object's colour, one inside half of it, one outside
// is as it was.
func TestPaint(t *testing.T) {
	img := exporttest.Picture(9, 9, 1)
	b := annotate.NewBitmap(9, 9)
	for y := 2; y < 7; y++ {
		for x := 2; x < 7; x++ {
			b.Set(x, y, true)
		}
	}
	out := Paint(img, []export.FrameMask{{Object: 2, Mask: annotate.MaskFromBitmap(b)}})
	c := annotate.PaletteColor(2)
	was, edge, inside := img.RGBAAt(4, 4), out.RGBAAt(2, 4), out.RGBAAt(4, 4)
	if edge.R != c.R || edge.G != c.G || edge.B != c.B {
		t.Errorf("edge %v", edge)
	}
	if want := uint8((int(was.G) + int(c.G)) / 2); inside.G != want || inside.A != 255 {
		t.Errorf("inside %v", inside)
	}
	if out.RGBAAt(1, 1) != img.RGBAAt(1, 1) || img.RGBAAt(4, 4) != was {
		t.Error("the ground or the picture itself changed")
	}
}

func TestOverlayOfEveryFrameWithMasks(t *testing.T) {
	for _, jpeg := range []bool{false, true} {
		clip, ext := exporttest.Hostile().InFolder(), map[bool]string{false: ".png", true: ".jpg"}[jpeg]
		dir, _ := exporttest.Write(t, Format(), clip, export.Options{JPEG: jpeg})
		files, err := os.ReadDir(filepath.Join(dir, "overlay"))
		if err != nil || len(files) != len(clip.Masks) || files[0].Name() != "img_00006"+ext {
			t.Errorf("%v, %v", files, err)
		}
	}
}

// The sheet has as many pictures as there is room for, all of them different
// frames.
func TestSheet(t *testing.T) {
	for _, n := range []int{1, 3, 24, 25, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			clip := exporttest.Crowd(1)
			clip.About = export.Video{Name: "v.mp4", W: 400, H: 100, Frames: n}
			m := annotate.EmptyMask(400, 100)
			for f := range n {
				clip.Masks[f] = []export.FrameMask{{Object: 1, Mask: m}}
			}
			dir, rep := exporttest.Write(t, Sheet(), clip, export.Options{})
			f, err := os.Open(filepath.Join(dir, "sheet.png"))
			exporttest.Must(t, err)
			defer f.Close()
			img, err := png.Decode(f)
			exporttest.Must(t, err)
			shown := min(n, 24)
			columns := min(shown, 4)
			rows := (shown + columns - 1) / columns
			if w, h := 8+columns*328, 8+rows*(80+18+8); rep.Frames != shown || img.Bounds().Dx() != w || img.Bounds().Dy() != h {
				t.Errorf("%d pictures on %v, want %d on %dx%d", rep.Frames, img.Bounds(), shown, w, h)
			}
		})
	}
}
