package track

import (
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/inference/classic/vision"
)

// picture is a red square on a green ground, both with some texture.
func picture(w, h int, square image.Rectangle) (vision.Lab, vision.Gray) {
	lab := vision.Lab{W: w, H: h, Pix: make([]float32, 3*w*h)}
	mask := vision.NewGray(w, h)
	for y := range h {
		for x := range w {
			i := y*w + x
			p := lab.Pix[3*i : 3*i+3]
			wave := float32(8 * math.Sin(float64(x)*0.31+float64(y)*0.17))
			p[0], p[1], p[2] = 50+wave, -30, 20
			if image.Pt(x, y).In(square) {
				p[0], p[1], p[2] = 45-wave, 45, 25
				mask.Pix[i] = 1
			}
		}
	}
	return lab, mask
}

func constant(w, h int, dx, dy float32) vision.Flow {
	f := vision.NewFlow(w, h)
	for i := 0; i < len(f.V); i += 2 {
		f.V[i], f.V[i+1] = dx, dy
	}
	return f
}

func overlap(a, b vision.Gray) float64 {
	both, either := 0, 0
	for i := range a.Pix {
		both += int(a.Pix[i] & b.Pix[i])
		either += int(a.Pix[i] | b.Pix[i])
	}
	if either == 0 {
		return 1
	}
	return float64(both) / float64(either)
}

func TestStepFollowsTheFlow(t *testing.T) {
	lab0, mask0 := picture(120, 90, image.Rect(20, 20, 50, 50))
	lab1, mask1 := picture(120, 90, image.Rect(26, 24, 56, 54))
	tr, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tr.Step(lab1, Link{Back: constant(120, 90, -6, -4), There: constant(120, 90, 6, 4)}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if q := overlap(s.Mask, mask1); q < 0.97 {
		t.Errorf("IoU %.3f", q)
	}
	if s.Confidence < 0.8 {
		t.Errorf("confidence %.2f", s.Confidence)
	}
	if in, out := s.Odds(30, 30), s.Odds(110, 80); in <= 0 || out >= 0 {
		t.Errorf("odds inside %.2f, outside %.2f", in, out)
	}
}

// Where the motion is wrong the colours put the mask right, and the
// disagreement of both motions shows in the confidence.
func TestStepDoubtsInconsistentMotion(t *testing.T) {
	lab0, mask0 := picture(120, 90, image.Rect(20, 20, 50, 50))
	lab1, mask1 := picture(120, 90, image.Rect(26, 24, 56, 54))
	tr, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tr.Step(lab1, Link{Back: constant(120, 90, 5, 5), There: constant(120, 90, 6, 4)}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if q := overlap(s.Mask, mask1); q < 0.9 {
		t.Errorf("IoU %.3f", q)
	}
	if s.Confidence >= 0.5 {
		t.Errorf("confidence %.2f", s.Confidence)
	}
}

func TestOthersAreBackground(t *testing.T) {
	lab, mask := picture(80, 60, image.Rect(20, 20, 50, 50))
	tr, err := New(lab, mask)
	if err != nil {
		t.Fatal(err)
	}
	others := make([]uint8, 80*60)
	for y := 20; y < 50; y++ {
		for x := 20; x < 30; x++ {
			others[y*80+x] = 1
		}
	}
	s, err := tr.Step(lab, Link{Back: vision.NewFlow(80, 60), There: vision.NewFlow(80, 60)}, others, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range others {
		if v != 0 && s.Mask.Pix[i] != 0 {
			t.Fatalf("pixel %d of another object was taken", i)
		}
	}
	if areaOf(s.Mask) < 500 {
		t.Errorf("only %d pixels left of the object", areaOf(s.Mask))
	}
}

func TestLostObjectIsFoundAgain(t *testing.T) {
	lab0, mask0 := picture(160, 120, image.Rect(20, 20, 50, 50))
	nothing, none := picture(160, 120, image.Rectangle{})
	back, mask3 := picture(160, 120, image.Rect(44, 26, 74, 56))
	still := Link{Back: vision.NewFlow(160, 120), There: vision.NewFlow(160, 120)}
	tr, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		s, err := tr.Step(nothing, still, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if areaOf(s.Mask) != 0 {
			t.Fatalf("%d pixels on a frame without the object", areaOf(s.Mask))
		}
		if err := tr.Accept(nothing, none); err != nil {
			t.Fatal(err)
		}
	}
	s, err := tr.Step(back, still, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if q := overlap(s.Mask, mask3); q < 0.8 {
		t.Errorf("IoU %.3f after it came back", q)
	}
}

// The state follows from the accepted masks: a tracker that computed them and
// one that was only told of them answer alike.
func TestAcceptBringsBackTheState(t *testing.T) {
	lab0, mask0 := picture(120, 90, image.Rect(20, 20, 50, 50))
	a, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	link := Link{Back: constant(120, 90, -3, 0), There: constant(120, 90, 3, 0)}
	for i := 1; i < 8; i++ {
		lab, _ := picture(120, 90, image.Rect(20+3*i, 20, 50+3*i, 50))
		s, err := a.Step(lab, link, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range []*Tracker{a, b} {
			if err := tr.Accept(lab, s.Mask); err != nil {
				t.Fatal(err)
			}
		}
	}
	lab, _ := picture(120, 90, image.Rect(44, 20, 74, 50))
	x, err := a.Step(lab, link, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.Step(lab, link, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if overlap(x.Mask, y.Mask) != 1 || x.Confidence != y.Confidence {
		t.Errorf("IoU %.3f, confidence %g and %g", overlap(x.Mask, y.Mask), x.Confidence, y.Confidence)
	}
}

func TestWrongSizes(t *testing.T) {
	lab, mask := picture(40, 30, image.Rect(5, 5, 20, 20))
	small, _ := picture(39, 30, image.Rectangle{})
	tr, err := New(lab, mask)
	if err != nil {
		t.Fatal(err)
	}
	still := Link{Back: vision.NewFlow(40, 30), There: vision.NewFlow(40, 30)}
	_, newErr := New(small, mask)
	_, frameErr := tr.Step(small, still, nil, nil)
	_, flowErr := tr.Step(lab, Link{Back: vision.NewFlow(39, 30), There: vision.NewFlow(40, 30)}, nil, nil)
	_, othersErr := tr.Step(lab, still, []uint8{1}, nil)
	for name, err := range map[string]error{
		"key frame": newErr, "frame": frameErr, "motion": flowErr, "others": othersErr,
		"mask": tr.Accept(lab, vision.NewGray(3, 3)), "empty": tr.Accept(vision.Lab{}, mask),
	} {
		if !errors.Is(err, ErrSize) {
			t.Errorf("%s: error %v, want ErrSize", name, err)
		}
	}
}

func TestFitAffineIgnoresOutliers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	f := vision.NewFlow(100, 80)
	var at []image.Point
	want := [6]float64{1.5, 0.02, -0.01, -2, 0.005, 0.03}
	for y := 0; y < 80; y += 4 {
		for x := 0; x < 100; x += 4 {
			i := 2 * (y*100 + x)
			fx, fy := float64(x), float64(y)
			f.V[i] = float32(want[0] + want[1]*fx + want[2]*fy)
			f.V[i+1] = float32(want[3] + want[4]*fx + want[5]*fy)
			if r.Float64() < 0.2 {
				f.V[i] += float32(10 + 10*r.Float64())
			}
			at = append(at, image.Pt(x, y))
		}
	}
	m, ok := fitAffine(f, at)
	if !ok {
		t.Fatal("no fit")
	}
	for _, p := range []image.Point{{0, 0}, {99, 0}, {50, 79}} {
		fx, fy := float32(p.X), float32(p.Y)
		dx := float32(want[0] + want[1]*float64(fx) + want[2]*float64(fy))
		dy := float32(want[3] + want[4]*float64(fx) + want[5]*float64(fy))
		if e := m.residual(fx, fy, dx, dy); e > 0.3 {
			t.Errorf("at %v the model is off by %.2f px", p, e)
		}
	}
	if _, ok := fitAffine(f, at[:5]); ok {
		t.Error("five pixels gave a model")
	}
}

func TestGridKeepsItsCountsWhenBlurred(t *testing.T) {
	g := newGrid(newColourTable(), 9, 7)
	c := locate([]float32{40, 12, -18})
	g.add(4, 3, c, 1, 2)
	g.add(4, 3, c, 0, 5)
	g.add(-3, 3, c, 1, 1)  // outside: not counted
	g.add(4, 7.6, c, 1, 1) // outside
	b := g.blurred()
	var sum [2]float32
	for _, p := range b.planes {
		for i, v := range p {
			sum[i%2] += v
		}
	}
	if math.Abs(float64(sum[0]-2)) > 1e-5 || math.Abs(float64(sum[1]-5)) > 1e-5 {
		t.Errorf("counts %v after the blur, want 2 and 5", sum)
	}
	k := b.table.corners(c)
	o, bg := b.read(4, 3, &k)
	// The peak keeps half in each dimension.
	if math.Abs(float64(o)-2.0/32) > 1e-6 || math.Abs(float64(bg)-5.0/32) > 1e-6 {
		t.Errorf("peak %g, %g, want 1/32 of the counts", o, bg)
	}
	if o, bg := b.read(-0.1, 3, &k); o != 0 || bg != 0 {
		t.Errorf("outside: %g, %g", o, bg)
	}
}

func TestColoursOutOfRange(t *testing.T) {
	table := newColourTable()
	for _, v := range [][]float32{{-50, -500, 500}, {500, 500, -500}, {100, 127, 127}, {0, -128, -128}} {
		c := locate(v)
		table.add(c.nearest())
		k := table.corners(c)
		sum := float32(0)
		for i, n := range k.n {
			if n < 0 && k.w[i] > 0 {
				t.Errorf("%v: a corner with weight %g has no number", v, k.w[i])
			}
			sum += k.w[i]
		}
		if math.Abs(float64(sum-1)) > 1e-5 {
			t.Errorf("%v: corner weights sum to %g", v, sum)
		}
	}
}

// A look-alike that touches the object leaves a doubt, one far from it or there
// from the start does not.
func TestALookAlikeLeavesADoubt(t *testing.T) {
	const w, h = 120, 80
	paint := func(second float32) (vision.Lab, vision.Gray) {
		lab, mask := vision.Lab{W: w, H: h, Pix: make([]float32, 3*w*h)}, vision.NewGray(w, h)
		for i := range w * h {
			x, y := float32(i%w), float32(i/w)
			in := func(cx float32) bool { return (x-cx)*(x-cx)+(y-40)*(y-40) < 15*15 }
			lab.Pix[3*i], lab.Pix[3*i+1] = 50, -20
			if in(40) || in(second) {
				lab.Pix[3*i+1] = 60
			}
			if in(40) {
				mask.Pix[i] = 1
			}
		}
		return lab, mask
	}
	far, mask := paint(100)
	near, _ := paint(60)
	for _, c := range []struct {
		name         string
		first, later vision.Lab
		doubted      bool
	}{
		{"stays away", far, far, false},
		{"comes near", far, near, true},
		{"was near", near, near, false},
	} {
		tr, err := New(c.first, mask)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := tr.Accept(c.later, mask); err != nil {
				t.Fatal(err)
			}
		}
		if err := tr.Accept(c.first, mask); err != nil {
			t.Fatal(err)
		}
		if got := mistaken(tr.doubt) < 0.8; got != c.doubted {
			t.Errorf("%s: doubt %.3f", c.name, tr.doubt)
		}
	}
}
