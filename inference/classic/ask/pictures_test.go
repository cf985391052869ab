package ask

import (
	"image"
	"image/color"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

// scene is a picture with the true mask of the fish in it.
type scene struct {
	img   *image.RGBA
	truth annotate.Mask
}

// remade returns the scene on w by h pixels: at (x, y) it shows what from says.
func (s scene) remade(w, h int, from func(x, y int) (sx, sy int), tint func(color.RGBA) color.RGBA) scene {
	img, b := image.NewRGBA(image.Rect(0, 0, w, h)), annotate.NewBitmap(w, h)
	old := s.truth.Bitmap()
	for y := range h {
		for x := range w {
			sx, sy := from(x, y)
			c := color.RGBA{124, 116, 104, 255}
			if image.Pt(sx, sy).In(s.img.Rect) {
				c = s.img.RGBAAt(sx, sy)
			}
			img.SetRGBA(x, y, tint(c))
			b.Set(x, y, old.At(sx, sy))
		}
	}
	return scene{img, annotate.MaskFromBitmap(b)}
}

// The network finds the object on pictures of many sorts: grey, dark, portrait, 4K,
// cut by the border, and small in the picture.
func TestPicturesOfManySorts(t *testing.T) {
	net := nettest.Open(t, 2)
	dir := filepath.Join("..", "..", "promptnet", "testdata", "answers")
	truth := loadMask(filepath.Join(dir, "a_mask.png"))
	plain := scene{loadImage(filepath.Join(dir, "a.png")), *truth}
	w, h := plain.img.Rect.Dx(), plain.img.Rect.Dy()
	same := func(x, y int) (int, int) { return x, y }
	asIs := func(c color.RGBA) color.RGBA { return c }
	for name, s := range map[string]scene{
		"plain": plain,
		"grey": plain.remade(w, h, same, func(c color.RGBA) color.RGBA {
			v := uint8((int(c.R)*3 + int(c.G)*6 + int(c.B)) / 10)
			return color.RGBA{v, v, v, 255}
		}),
		"dark":     plain.remade(w, h, same, func(c color.RGBA) color.RGBA { return color.RGBA{c.R / 5, c.G / 5, c.B / 5, 255} }),
		"portrait": plain.remade(h, w, func(x, y int) (int, int) { return y, x }, asIs),
		"4K":       plain.remade(2880, 2160, func(x, y int) (int, int) { return x / 9, y / 9 }, asIs),
		"cut":      plain.remade(w-80, h, func(x, y int) (int, int) { return x + 80, y }, asIs),
		"small":    plain.remade(3*w, 3*h, func(x, y int) (int, int) { return x - w, y - h }, asIs),
	} {
		f := New(net, s.img)
		x, y, _, _ := s.truth.Bitmap().Interior()
		r := s.truth.Bounds()
		click := segment(t, f, annotate.Prompt{Points: []annotate.Point{plus(float64(x)+0.5, float64(y)+0.5)}})
		box := segment(t, f, annotate.Prompt{Box: &annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}})
		a, b := iou(t, click, s.truth), iou(t, box, s.truth)
		t.Logf("%-8s click %.3f, box %.3f", name, a, b)
		if a < 0.6 || b < 0.75 {
			t.Errorf("%s: IoU %.3f from a click, %.3f from a box", name, a, b)
		}
	}
}
