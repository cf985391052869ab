package scene

import (
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestWithin(t *testing.T) {
	for _, tt := range []struct{ w, h, limit, ow, oh int }{
		{640, 360, 4096, 640, 360},
		{4096, 4096, 4096, 4096, 4096},
		{7680, 4320, 4096, 4096, 2304},
		{4320, 7680, 4096, 2304, 4096},
		{5001, 3, 4096, 4096, 2},
		{100000, 1, 4096, 4096, 1},
		{9000, 9000, 0, 9000, 9000},
	} {
		if ow, oh := Within(tt.w, tt.h, tt.limit); ow != tt.ow || oh != tt.oh {
			t.Errorf("%dx%d within %d is %dx%d, want %dx%d", tt.w, tt.h, tt.limit, ow, oh, tt.ow, tt.oh)
		}
	}
}

func TestShrinkTakesMeans(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 4))
	for y := range 4 {
		for x := range 8 {
			copy(img.Pix[img.PixOffset(x, y):], []uint8{uint8(100 * (x % 2)), uint8(10 * (x / 2)), 7, 255})
		}
	}
	got := Shrink(img, 4)
	if got.Rect != image.Rect(0, 0, 4, 2) {
		t.Fatalf("size %v", got.Rect)
	}
	for y := range 2 {
		for x := range 4 {
			if c := got.RGBAAt(x, y); c.R != 50 || c.G != uint8(10*x) || c.B != 7 || c.A != 255 {
				t.Errorf("(%d,%d) is %v", x, y, c)
			}
		}
	}
	if Shrink(img, 8) != img || Shrink(nil, 8) != nil {
		t.Error("a picture that is small enough was copied")
	}
	// Sizes that do not divide: every pixel of the source counts, none is missed.
	odd := image.NewRGBA(image.Rect(0, 0, 7, 5))
	for i := range odd.Pix {
		odd.Pix[i] = 200
	}
	for i, v := range Shrink(odd, 3).Pix {
		if v != 200 {
			t.Fatalf("byte %d is %d", i, v)
		}
	}
}

// An overlay that is scaled down shows the mask where the full one does.
func TestComposeWithinALimit(t *testing.T) {
	const w, h, limit = 903, 507, 300
	layers := []Layer{{Mask: disc(w, h, 610, 222, 90), Color: annotate.Color{G: 255}, Fill: 1}}
	full, err := new(Composer).Compose(w, h, layers)
	if err != nil {
		t.Fatal(err)
	}
	c := Composer{Limit: limit}
	small, err := c.Compose(w, h, layers)
	if err != nil {
		t.Fatal(err)
	}
	ow, oh := Within(w, h, limit)
	if small.Rect != image.Rect(0, 0, ow, oh) {
		t.Fatalf("size %v, want %dx%d", small.Rect, ow, oh)
	}
	for y := range oh {
		for x := range ow {
			if got, want := small.RGBAAt(x, y), full.RGBAAt((2*x+1)*w/(2*ow), (2*y+1)*h/(2*oh)); got != want {
				t.Fatalf("(%d,%d) is %v, want %v", x, y, got, want)
			}
		}
	}
	// The next but one overlay uses the same buffer, which must be clean.
	for range 2 {
		if small, err = c.Compose(w, h, []Layer{{Mask: disc(w, h, 20, 20, 9), Fill: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if small.RGBAAt(610*ow/w, 222*oh/h).A != 0 {
		t.Error("the mask before is still there")
	}
}
