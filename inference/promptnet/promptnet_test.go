package promptnet

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// plain stands in for the network: its mask is the prior (channel 5), and its
// predicted IoU how many keys it was given.
type plain struct{}

func (plain) Encode(_ context.Context, crop []float32) (Features, error) {
	return Features{F2: slices.Clone(crop[5*area : 6*area])}, nil
}

func (plain) Remember(context.Context, []float32, []float32, bool) (Memory, error) {
	return Memory{make([]float32, TokensOfReference*Width), make([]float32, TokensOfReference*Width)}, nil
}

func (plain) Decode(_ context.Context, f Features, m Memory) (logits []float32, iou float32, err error) {
	logits = make([]float32, len(f.F2))
	for i, p := range f.F2 {
		logits[i] = 20 * (p - 0.5)
	}
	return logits, float32(len(m.K)/Width) / 1000, nil
}

func randomPicture(rng *rand.Rand, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
	}
	return img
}

// blurred is what paintPicture computes, written down plainly: the value of a
// channel of the blurred picture.
func blurred(img *image.RGBA, x, y, ch, box int) float64 {
	sum := 0.0
	for dy := range box {
		for dx := range box {
			px := mirror(x-box/2+dx, img.Rect.Dx())
			py := mirror(y-box/2+dy, img.Rect.Dy())
			sum += float64(img.Pix[py*img.Stride+4*px+ch])
		}
	}
	return math.RoundToEven(sum / float64(box*box))
}

func TestCropsOfAnySizeAndPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		w, h := 1+rng.IntN(90), 1+rng.IntN(90)
		img := randomPicture(rng, w, h)
		c := Crop{rng.Float64()*float64(2*w) - float64(w)/2, rng.Float64()*float64(2*h) - float64(h)/2, math.Exp(rng.Float64() * 8)}
		dst := make([]float32, Channels*area)
		paintPicture(dst, img, c)
		box := 1
		if c.Side/Size > 1/0.6 {
			box = max(1, int(math.RoundToEven(0.7*c.Side/Size)))
		}
		value := func(x, y, ch int) float64 {
			if x < 0 || y < 0 || x >= w || y >= h {
				return float64(outside[ch])
			}
			return blurred(img, x, y, ch, box)
		}
		for range 200 {
			u, v, ch := rng.IntN(Size), rng.IntN(Size), rng.IntN(3)
			sx, sy := samples(c.X, c.Step(), w)[u], samples(c.Y, c.Step(), h)[v]
			fx, fy := float64(sx.part), float64(sy.part)
			want := (1-fy)*((1-fx)*value(sx.at, sy.at, ch)+fx*value(sx.at+1, sy.at, ch)) +
				fy*((1-fx)*value(sx.at, sy.at+1, ch)+fx*value(sx.at+1, sy.at+1, ch))
			got := (float64(dst[ch*area+v*Size+u]) + 1) * 127.5
			if math.Abs(got-want) > 0.51 {
				t.Fatalf("%dx%d, crop %+v, blur %d: pixel (%d, %d) of channel %d is %.2f, want %.2f", w, h, c, box, u, v, ch, got, want)
			}
		}
	}
}

// A dark picture looks as a lighter one does, as far as its bytes tell.
func TestDarkCropsAreMadeLighter(t *testing.T) {
	light, dark := image.NewRGBA(image.Rect(0, 0, 90, 70)), image.NewRGBA(image.Rect(0, 0, 90, 70))
	for i := range light.Pix {
		v := uint8(i * 7 % 97)
		light.Pix[i], dark.Pix[i] = 3*(v/3), v/3
	}
	for _, c := range []Crop{{45, 35, 60}, {3, 66, 50}, {45, 35, 400}} {
		a, b := make([]float32, Channels*area), make([]float32, Channels*area)
		paintPicture(a, light, c)
		paintPicture(b, dark, c)
		sum := 0.0
		for i := range 3 * area {
			sum += math.Abs(float64(a[i]-b[i])) * 127.5 / (3 * area)
		}
		if sum > 2 {
			t.Errorf("crop %+v: a third of the light changes it by %.1f in the mean", c, sum)
		}
	}
}

// What a crop takes out of a picture comes back to its place, at the picture's
// size and on a smaller grid.
func TestProjectionIsTheInverseOfTheCrop(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	net := New(plain{}, 2)
	for range 20 {
		w, h := 40+rng.IntN(200), 40+rng.IntN(200)
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		b := annotate.NewBitmap(w, h)
		r := image.Rect(rng.IntN(w-9), rng.IntN(h-9), 0, 0)
		r.Max = image.Pt(r.Min.X+8+rng.IntN(w-r.Min.X-8), r.Min.Y+8+rng.IntN(h-r.Min.Y-8))
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				b.Set(x, y, true)
			}
		}
		got, err := net.Segment(t.Context(), Query{Picture: img, Crop: Around(r, Margin, LeastSide), Prior: Hard(b)})
		if err != nil {
			t.Fatal(err)
		}
		v, err := annotate.IoU(annotate.MaskFromBitmap(got[0].Project(w, h).Bitmap()), annotate.MaskFromBitmap(b))
		if err != nil {
			t.Fatal(err)
		}
		if v < 0.94 {
			t.Errorf("%dx%d: a box %v came back with IoU %.3f", w, h, r, v)
		}
		half := got[0].Project(w/2, h/2).Bitmap()
		area := 0
		for _, p := range half.Pix {
			area += int(p / 255)
		}
		if want := float64(r.Dx()*r.Dy()) / 4; math.Abs(float64(area)-want) > 0.35*want+8 {
			t.Errorf("%dx%d: a box %v has %d pixels on half the grid, want about %.0f", w, h, r, area, want)
		}
	}
}

func TestEachQueryHasItsOwnMemory(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	net := New(plain{}, 2)
	mask := Hard(&annotate.Bitmap{W: 64, H: 48, Pix: make([]uint8, 64*48)})
	one, err := net.Remember(t.Context(), img, mask, image.Rect(3, 4, 20, 30), false)
	if err != nil {
		t.Fatal(err)
	}
	two := Join(one, one)
	c := Crop{20, 20, 60}
	got, err := net.Segment(t.Context(),
		Query{Picture: img, Crop: c, Memory: &two}, Query{Picture: img, Crop: c}, Query{Picture: img, Crop: c, Memory: &one}, Query{Picture: img, Crop: c, Memory: &two})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.512, 0, 0.256, 0.512} {
		if math.Abs(got[i].IoU-want) > 1e-6 {
			t.Errorf("query %d saw %.0f keys, want %.0f", i, 1000*got[i].IoU, 1000*want)
		}
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	net := New(plain{}, 2)
	for name, q := range map[string]Query{
		"no picture":      {Crop: Crop{1, 1, 50}},
		"part of another": {Picture: img.SubImage(image.Rect(3, 3, 9, 9)).(*image.RGBA), Crop: Crop{1, 1, 50}},
		"no crop":         {Picture: img},
		"not a number":    {Picture: img, Crop: Crop{math.NaN(), 1, 50}},
		"endless":         {Picture: img, Crop: Crop{1, 1, math.Inf(1)}},
		"torn prior":      {Picture: img, Crop: Crop{1, 1, 50}, Prior: &Soft{W: 3, H: 3, Pix: make([]uint8, 8)}},
	} {
		if _, err := net.Segment(t.Context(), q); !errors.Is(err, ErrInput) {
			t.Errorf("%s: error %v, want ErrInput", name, err)
		}
	}
	if _, err := net.Remember(t.Context(), img, nil, image.Rectangle{}, false); !errors.Is(err, ErrInput) {
		t.Errorf("an empty mask: error %v, want ErrInput", err)
	}
}

func FuzzPrompts(f *testing.F) {
	f.Add(10.0, 10.0, 120.0, 12.0, 14.0, true)
	f.Add(-500.0, 3.5, 24.0, 0.0, 47.9, false)
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	img.Set(3, 3, color.White)
	f.Fuzz(func(t *testing.T, cx, cy, side, x, y float64, on bool) {
		p := annotate.Prompt{Points: []annotate.Point{{X: x, Y: y, Positive: on}}}
		c := Crop{cx, cy, side}
		if p.Validate(64, 48) != nil || c.check() != nil {
			return
		}
		box := annotate.Box{X0: 0, Y0: 0, X1: max(x, 0.1), Y1: max(y, 0.1)}
		dst := make([]float32, Channels*area)
		Query{Picture: img, Crop: c, Points: p.Points, Box: &box}.paint(dst)
		for i, v := range dst {
			if i < 3*area && !(v >= -1 && v <= 1) || i >= 3*area && v != 0 && v != 1 {
				t.Fatalf("value %d of the crop is %g", i, v)
			}
		}
	})
}
