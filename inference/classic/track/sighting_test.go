package track

import (
	"errors"
	"image"
	"testing"

	"github.com/masklet/masklet/inference/classic/vision"
)

// plain is a frame without any colours to go by.
func plain(w, h int) vision.Lab {
	lab := vision.Lab{W: w, H: h, Pix: make([]float32, 3*w*h)}
	for i := range lab.Pix {
		lab.Pix[i] = 50
	}
	return lab
}

func rectangles(w, h int, rs ...image.Rectangle) vision.Gray {
	g := vision.NewGray(w, h)
	for _, r := range rs {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				g.Pix[y*w+x] = 1
			}
		}
	}
	return g
}

// sees answers every square with the part of a mask that lies in it.
func sees(mask vision.Gray, iou ...float64) Look {
	return func(squares []Square) ([]Seen, error) {
		var out []Seen
		for i, q := range squares {
			r := image.Rect(int(q.X-q.Side/2), int(q.Y-q.Side/2), int(q.X+q.Side/2), int(q.Y+q.Side/2))
			r = r.Intersect(image.Rect(0, 0, mask.W, mask.H))
			p := vision.NewPlane(r.Dx(), r.Dy())
			for k, v := range cropGray(mask, r) {
				p.Pix[k] = float32(v)
			}
			out = append(out, Seen{At: r, Prob: p, IoU: iou[min(i, len(iou)-1)]})
		}
		return out, nil
	}
}

// On frames without colours, and with a motion of nothing, only the network can
// tell that the object moved; where it sees something else altogether it has no
// vote, and what looks alike beside the object is not taken in.
func TestTheNetworksVote(t *testing.T) {
	const w, h = 160, 120
	was := image.Rect(50, 40, 90, 80)
	moved := was.Add(image.Pt(7, 3))
	for _, tc := range []struct {
		name       string
		seen, want vision.Gray
		iou        []float64
		least      float64
	}{
		{"moved", rectangles(w, h, moved), rectangles(w, h, moved), []float64{0.9}, 0.97},
		{"elsewhere", rectangles(w, h, was.Add(image.Pt(28, 20))), vision.Gray{}, []float64{0.9}, 1},
		{"a look-alike that touches", rectangles(w, h, was, image.Rect(90, 50, 106, 75)), rectangles(w, h, was), []float64{0.9}, 0.97},
		{"a limb that appears", rectangles(w, h, was, image.Rect(90, 50, 100, 58)), rectangles(w, h, was, image.Rect(90, 50, 100, 58)), []float64{0.9}, 0.97},
		{"another in the wide square", rectangles(w, h, was, image.Rect(92, 40, 102, 80)), rectangles(w, h, was), []float64{0.1, 0.9}, 0.97},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lab := plain(w, h)
			tr, err := New(lab, rectangles(w, h, was))
			if err != nil {
				t.Fatal(err)
			}
			still := Link{Back: vision.NewFlow(w, h), There: vision.NewFlow(w, h)}
			s, err := tr.Step(lab, still, nil, sees(tc.seen, tc.iou...))
			if err != nil {
				t.Fatal(err)
			}
			if tc.want.Pix == nil { // what it is without a network
				alone, err := tr.Step(lab, still, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				tc.want = alone.Mask
			}
			if q := overlapOf(s.Mask, tc.want); q < tc.least {
				t.Errorf("IoU %.3f", q)
			}
			if e := s.Evidence; !e.Seen || e.Same != overlapOf(tc.seen, s.Mask) && tc.name == "moved" {
				t.Errorf("evidence %+v", e)
			}
		})
	}
}

// The pixels of other objects are theirs, whatever the network sees.
func TestTheNetworkHasNoVoteOnOthers(t *testing.T) {
	const w, h = 160, 120
	was := image.Rect(50, 40, 90, 80)
	lab := plain(w, h)
	tr, err := New(lab, rectangles(w, h, was))
	if err != nil {
		t.Fatal(err)
	}
	others := rectangles(w, h, image.Rect(80, 40, 120, 80))
	s, err := tr.Step(lab, Link{Back: vision.NewFlow(w, h), There: vision.NewFlow(w, h)}, others.Pix, sees(rectangles(w, h, was), 0.9))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range others.Pix {
		if v != 0 && s.Mask.Pix[i] != 0 {
			t.Fatalf("pixel %d of another object was taken", i)
		}
	}
	if want := 30.0 / 40; s.Evidence.Agree != want {
		t.Errorf("agreement %.3f, want %.3f", s.Evidence.Agree, want)
	}
}

func TestAStepFailsWithItsNetwork(t *testing.T) {
	lab, mask := picture(80, 60, image.Rect(20, 20, 50, 50))
	tr, err := New(lab, mask)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	still := Link{Back: vision.NewFlow(80, 60), There: vision.NewFlow(80, 60)}
	_, err = tr.Step(lab, still, nil, func([]Square) ([]Seen, error) { return nil, broken })
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestPiecesAreConnectedOverCorners(t *testing.T) {
	pix := []byte("" +
		"x..x" +
		".x.." +
		"...x" +
		"xx.x")
	got := pieces(4, 4, func(i int) bool { return pix[i] == 'x' })
	var sizes []int
	for _, p := range got {
		sizes = append(sizes, len(p))
	}
	if len(sizes) != 4 || sizes[0] != 2 || sizes[1] != 1 || sizes[2] != 2 || sizes[3] != 2 {
		t.Errorf("pieces of %v pixels", sizes)
	}
}
