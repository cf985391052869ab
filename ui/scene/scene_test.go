package scene

import (
	"bytes"
	"errors"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
)

var red = annotate.Color{R: 255}

func maskOf(w, h int, on func(x, y int) bool) annotate.MaskRef {
	b := annotate.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			b.Set(x, y, on(x, y))
		}
	}
	return annotate.InMemory(annotate.MaskFromBitmap(b))
}

func disc(w, h, cx, cy, r int) annotate.MaskRef {
	return maskOf(w, h, func(x, y int) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r })
}

func TestComposeDrawsFillAndOutline(t *testing.T) {
	var c Composer
	img, err := c.Compose(60, 40, []Layer{{Mask: disc(60, 40, 30, 20, 10), Color: red, Fill: 0.5, Line: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		x, y int
		want [4]uint8
	}{
		{"inside", 30, 20, [4]uint8{128, 0, 0, 128}},
		{"edge", 40, 20, [4]uint8{255, 0, 0, 255}},
		{"outside", 45, 20, [4]uint8{}},
	} {
		if got := [4]uint8(img.Pix[img.PixOffset(tt.x, tt.y):]); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestComposeBlendsLayersInOrder(t *testing.T) {
	full := annotate.InMemory(annotate.FullMask(8, 8))
	var c Composer
	img, _ := c.Compose(8, 8, []Layer{
		{Mask: full, Color: annotate.Color{R: 255}, Fill: 1},
		{Mask: full, Color: annotate.Color{B: 255}, Fill: 0.5},
	})
	if got := [4]uint8(img.Pix[img.PixOffset(4, 4):]); got != [4]uint8{127, 0, 128, 255} {
		t.Errorf("blend is %v", got)
	}
}

// Drawing into a buffer that was used before gives the same picture as into a
// new one, and the picture on the screen is not touched meanwhile.
func TestComposeReusesBuffersCleanly(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var used Composer
	var shown *image.RGBA
	var before []uint8
	for range 60 {
		var layers []Layer
		for range rng.IntN(4) {
			l := Layer{Mask: disc(50, 40, rng.IntN(50), rng.IntN(40), rng.IntN(20)), Color: red, Fill: rng.Float64(), Line: rng.Float64()}
			if rng.IntN(3) == 0 {
				l.Strokes = []Stroke{{Radius: 3, Points: []Pt{{X: 5, Y: 5}, {X: 40, Y: 30}}, Erase: rng.IntN(2) == 0}}
			}
			layers = append(layers, l)
		}
		got, _ := used.Compose(50, 40, layers)
		want, _ := new(Composer).Compose(50, 40, layers)
		if !bytes.Equal(got.Pix, want.Pix) {
			t.Fatal("a reused buffer holds pixels of an earlier overlay")
		}
		if shown != nil && !bytes.Equal(shown.Pix, before) {
			t.Fatal("the overlay on the screen was changed")
		}
		shown, before = got, bytes.Clone(got.Pix)
	}
}

func TestComposeLeavesUnreadableMasksOut(t *testing.T) {
	var c Composer
	img, err := c.Compose(20, 20, []Layer{{Mask: broken{}, Color: red, Fill: 1}, {Mask: disc(20, 20, 10, 10, 4), Color: red, Fill: 1}})
	if !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
	if img.RGBAAt(10, 10).A != 255 {
		t.Error("the readable layer is missing")
	}
	// A mask of another video size cannot be placed.
	if img, err := c.Compose(20, 20, []Layer{{Mask: disc(30, 30, 10, 10, 4), Fill: 1}}); err != nil || img.RGBAAt(10, 10).A != 0 {
		t.Errorf("a mask of the wrong size was drawn, error %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Load() (annotate.Mask, error) { return annotate.Mask{}, errBroken }

// A stroke covers exactly the pixels near the line, wherever it runs.
func TestStrokeCoversItsCapsule(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 100 {
		s := Stroke{Radius: 1 + 6*rng.Float64(), Points: []Pt{
			{X: 60*rng.Float64() - 5, Y: 50*rng.Float64() - 5}, {X: 60*rng.Float64() - 5, Y: 50*rng.Float64() - 5}}}
		b := annotate.NewBitmap(50, 40)
		s.Paint(b)
		for y := range 40 {
			for x := range 50 {
				want := distance2(float64(x)+0.5, float64(y)+0.5, s.Points[0], s.Points[1]) <= s.Radius*s.Radius
				if b.At(x, y) != want && distance2(float64(x)+0.5, float64(y)+0.5, s.Points[0], s.Points[0]) > s.Radius*s.Radius {
					t.Fatalf("pixel (%d, %d) is %v under %+v", x, y, b.At(x, y), s)
				}
			}
		}
		s.Erase = true
		s.Paint(b)
		if annotate.MaskFromBitmap(b).Area() != 0 {
			t.Fatal("erasing the same stroke left pixels")
		}
	}
}

func TestTinyBrushCoversItsPixel(t *testing.T) {
	b := annotate.NewBitmap(10, 10)
	Stroke{Radius: 0.1, Points: []Pt{{X: 3.95, Y: 4.05}}}.Paint(b)
	if !b.At(3, 4) {
		t.Error("a dab does not cover the pixel it is on")
	}
}

func BenchmarkCompose1080p(b *testing.B) {
	var c Composer
	layers := []Layer{
		{Mask: disc(1920, 1080, 600, 500, 300), Color: red, Fill: 0.5, Line: 1},
		{Mask: disc(1920, 1080, 1300, 500, 250), Color: red, Fill: 0.5, Line: 1},
	}
	for b.Loop() {
		if _, err := c.Compose(1920, 1080, layers); err != nil {
			b.Fatal(err)
		}
	}
}

// What a stroke makes of a mask is the same whether it is painted on the whole frame or,
// as is faster, in the part that it covers.
func TestStrokeOverAMask(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const w, h = 50, 40
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for range 200 {
		base := disc(w, h, rng.IntN(w), rng.IntN(h), rng.IntN(15))
		s := Stroke{Radius: 0.3 + 6*rng.Float64(), Erase: rng.IntN(2) == 0}
		for range 1 + rng.IntN(4) {
			p := Pt{X: 70*rng.Float64() - 10, Y: 60*rng.Float64() - 10}
			if s.Points = append(s.Points, p); s.Radius > 4 {
				s.Dabs = append(s.Dabs, edges.Dab(img, p, s.Radius))
			}
		}
		want, area, err := Apply(base, []Stroke{s}, w, h)
		if err != nil {
			t.Fatal(err)
		}
		for y := range h {
			for x := range w {
				if want.At(x, y) && !image.Pt(x, y).In(area) {
					t.Fatalf("(%d,%d) lies outside %v", x, y, area)
				}
			}
		}
		if got, err := s.Over(base, w, h); err != nil || !got.Equal(annotate.MaskFromBitmap(want)) {
			t.Fatalf("%+v gives another mask in its part, error %v", s, err)
		}
	}
}

func BenchmarkStrokeOver4K(b *testing.B) {
	base := disc(3840, 2160, 1900, 1000, 700)
	s := Stroke{Radius: 40, Points: []Pt{{X: 1500, Y: 500}, {X: 2300, Y: 1200}}}
	for b.Loop() {
		if _, err := s.Over(base, 3840, 2160); err != nil {
			b.Fatal(err)
		}
	}
}

// A matte is shown in grey over the whole frame, at whatever size, and leaves no trace.
func TestComposeMatte(t *testing.T) {
	half := func(annotate.Mask) edges.Alpha {
		return edges.Alpha{Rectangle: image.Rect(10, 10, 30, 30), Pix: bytes.Repeat([]byte{128}, 400)}
	}
	for _, limit := range []int{0, 20} {
		c := Composer{Limit: limit}
		img, err := c.Compose(60, 40, []Layer{{Mask: disc(60, 40, 20, 20, 10), Matte: half}})
		if err != nil {
			t.Fatal(err)
		}
		n := img.Rect.Dx()
		if in, out := img.RGBAAt(20*n/60, 20*n/60), img.RGBAAt(50*n/60, 20*n/60); in.R != 128 || in.A != 255 || out.R != 0 || out.A != 255 {
			t.Errorf("limit %d: %v inside, %v outside", limit, in, out)
		}
		for range 2 {
			img, _ = c.Compose(60, 40, nil)
		}
		if a := img.RGBAAt(0, 0).A; a != 0 {
			t.Errorf("limit %d: the matte is still there", limit)
		}
	}
	if _, err := new(Composer).Compose(60, 40, []Layer{{Mask: broken{}, Matte: half}}); !errors.Is(err, errBroken) {
		t.Errorf("error %v", err)
	}
}
