package stride

import (
	"context"
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func even(w, h int, dx, dy float32) Field {
	f := Field{W: w, H: h, V: make([]float32, 2*w*h)}
	for i := 0; i < len(f.V); i += 2 {
		f.V[i], f.V[i+1] = dx, dy
	}
	return f
}

func newSide(mask annotate.Mask, there, back Field, share float32) side {
	return side{mask.Bitmap(), mask.Bounds(), there, agreement(there, back), share}
}

// Joined steps follow a point through fields that differ from place to place.
func TestFollow(t *testing.T) {
	const w, h = 12, 9
	rng := rand.New(rand.NewPCG(5, 6))
	var steps []Field
	for range 3 {
		f := Field{W: w, H: h, V: make([]float32, 2*w*h)}
		for i := range f.V {
			f.V[i] = float32(rng.IntN(5) - 2) // whole pixels: no reading between
		}
		steps = append(steps, f)
	}
	got := follow(steps)
	for y := range h {
		for x := range w {
			px, py := x, y
			for _, s := range steps {
				cx, cy := min(max(px, 0), w-1), min(max(py, 0), h-1)
				i := 2 * (cy*w + cx)
				px, py = px+int(s.V[i]), py+int(s.V[i+1])
			}
			i := 2 * (y*w + x)
			if int(got.V[i]) != px-x || int(got.V[i+1]) != py-y {
				t.Fatalf("(%d,%d) goes to (%g,%g), want (%d,%d)", x, y, float32(x)+got.V[i], float32(y)+got.V[i+1], px, py)
			}
		}
	}
}

func TestAgreement(t *testing.T) {
	there := even(10, 8, 2, -1)
	for _, v := range agreement(there, even(10, 8, -2, 1)) {
		if v != 1 {
			t.Fatalf("motion that cancels out agrees by %g", v)
		}
	}
	for _, v := range agreement(there, even(10, 8, 5, 1)) {
		if v > 0.01 {
			t.Fatalf("motion that does not agrees by %g", v)
		}
	}
}

// With both sides sure, the nearer one decides; a side whose motion cannot be
// relied on gives way.
func TestBlendWeighsItsSides(t *testing.T) {
	const w, h = 32, 24
	left, right := annotate.NewBitmap(w, h), annotate.NewBitmap(w, h)
	for y := 4; y < 20; y++ {
		for x := 4; x < 12; x++ {
			left.Set(x, y, true)
			right.Set(x+12, y, true)
		}
	}
	a, b := annotate.MaskFromBitmap(left), annotate.MaskFromBitmap(right)
	rest := even(w/2, h/2, 0, 0)
	wild := even(w/2, h/2, 40, 40)
	near, far := newSide(a, rest, rest, 0.75), newSide(b, rest, rest, 0.25)
	got, quality := blend(w, h, []side{near, far})
	if !got.Equal(a) || quality != 0 {
		t.Errorf("the nearer side does not decide (quality %g)", quality)
	}
	near.sure = agreement(rest, wild)
	if got, _ = blend(w, h, []side{near, far}); !got.Equal(b) {
		t.Error("an unreliable side decides")
	}
	if got, quality = blend(w, h, []side{newSide(a, rest, rest, 0.5), newSide(a, rest, rest, 0.5)}); !got.Equal(a) || quality != 1 {
		t.Errorf("two equal sides give another mask, or quality %g", quality)
	}
	if got, quality = blend(w, h, []side{far}); !got.Equal(b) || quality != 1 {
		t.Errorf("one sure side alone: quality %g", quality)
	}
}

// A mask may enter over the border; sizes that do not divide lose no pixel.
func TestBlendReachesEveryPixel(t *testing.T) {
	for _, size := range [][4]int{{33, 21, 16, 10}, {17, 40, 17, 40}, {50, 9, 7, 3}} {
		w, h := size[0], size[1]
		rest := even(size[2], size[3], 0, 0)
		full := annotate.FullMask(w, h)
		if got, _ := blend(w, h, []side{newSide(full, rest, rest, 1)}); !got.Equal(full) {
			t.Errorf("%v: %d of %d pixels", size, got.Area(), w*h)
		}
		away := even(size[2], size[3], float32(size[2]), 0)
		if got, _ := blend(w, h, []side{newSide(full, away, away, 1)}); !got.Equal(full) {
			t.Errorf("%v, from beyond the border: %d of %d pixels", size, got.Area(), w*h)
		}
	}
}

type motionFunc func() (Step, error)

func (f motionFunc) Between(context.Context, *image.RGBA, *image.RGBA) (Step, error) { return f() }

// Motion that cannot be used ends in an error that names the frame.
func TestBadMotion(t *testing.T) {
	boom := errors.New("boom")
	good := even(8, 8, 0, 0)
	for name, f := range map[string]motionFunc{
		"error":       func() (Step, error) { return Step{}, boom },
		"empty":       func() (Step, error) { return Step{}, nil },
		"other sizes": func() (Step, error) { return Step{There: good, Back: even(8, 4, 0, 0)}, nil },
		"too large":   func() (Step, error) { return Step{There: even(videoW+1, 8, 0, 0), Back: even(videoW+1, 8, 0, 0)}, nil },
		"short":       func() (Step, error) { return Step{There: good, Back: Field{W: 8, H: 8, V: good.V[:5]}}, nil },
	} {
		sc := &scene{frames: 5}
		o := newOracle(t, sc)
		s, err := New(o, sc, "oracle", 4, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetPrompt(t.Context(), at(1, 0), click); err != nil {
			t.Fatal(err)
		}
		p, err := s.Propagate(sc.request(1))
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = p.Next(t.Context())
		}
		if !strings.Contains(err.Error(), "motion from frame 0") || name == "error" && !errors.Is(err, boom) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFieldReadsBetweenPixels(t *testing.T) {
	f := Field{W: 2, H: 2, V: []float32{0, 0, 4, 0, 0, 8, 4, 8}}
	for _, c := range [][4]float32{{0, 0, 0, 0}, {0.5, 0.25, 2, 2}, {1, 1, 4, 8}, {-3, 9, 0, 8}} {
		dx, dy := f.at(c[0], c[1])
		if math.Abs(float64(dx-c[2])) > 1e-6 || math.Abs(float64(dy-c[3])) > 1e-6 {
			t.Errorf("at (%g,%g): (%g,%g), want (%g,%g)", c[0], c[1], dx, dy, c[2], c[3])
		}
	}
}
