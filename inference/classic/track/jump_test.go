package track

import (
	"image"
	"testing"

	"github.com/masklet/masklet/inference/classic/vision"
)

// The object leapt by most of its size, and the motion knows nothing of it. The
// network's answer is taken if it is sure and large enough and the key frame's
// colours speak for it.
func TestAMaskThatStayedBehindJumps(t *testing.T) {
	const w, h = 200, 120
	was := image.Rect(50, 40, 90, 80)
	is := was.Add(image.Pt(44, 4))
	lab0, mask0 := picture(w, h, was)
	lab1, truth := picture(w, h, is)
	tr, err := New(lab0, mask0)
	if err != nil {
		t.Fatal(err)
	}
	s := &stepper{Tracker: tr, lab: lab1, link: Link{Back: vision.NewFlow(w, h), There: vision.NewFlow(w, h)}}
	view := func(mask vision.Gray, iou float64) *sighting {
		seen, err := sees(mask, iou)([]Square{{100, 60, 120}, {100, 60, 120}})
		if err != nil {
			t.Fatal(err)
		}
		return newSighting(seen[0], seen[1], mask, nil)
	}
	p, _ := poseOf(truth)
	there := s.likeAt(p)
	for _, tc := range []struct {
		name  string
		mask  vision.Gray
		iou   float64
		agree float64
		like  float64 // of the mask without a jump
		want  bool
	}{
		{"sees it elsewhere", truth, 0.9, 0.1, 0.6, true},
		{"is not sure", truth, 0.6, 0.1, 0.6, false},
		{"agrees with the motion", truth, 0.9, 0.5, 0.6, false},
		{"looks clearly better there", truth, 0.9, 0.1, there - 0.11, true},
		{"looks hardly better there", truth, 0.9, 0.1, there - 0.09, false},
		{"looks worse there", truth, 0.9, 0.1, there + 0.01, false},
		{"sees a part", rectangles(w, h, image.Rect(94, 44, 110, 84)), 0.9, 0.1, 0.2, false},
		{"sees much more", rectangles(w, h, image.Rect(60, 20, 150, 110)), 0.9, 0.1, 0, false},
		{"sees other colours", mask0, 0.9, 0.1, 0.6, false},
	} {
		sight := view(tc.mask, tc.iou)
		sight.agree = tc.agree
		if got := s.leftBehind(Step{Evidence: Evidence{Like: tc.like}}, sight); got != tc.want {
			t.Errorf("%s: jumps %v, want %v", tc.name, got, tc.want)
		}
	}
	sight := view(truth, 0.9)
	sight.agree = 0.1
	out, err := s.jump(sight)
	if err != nil {
		t.Fatal(err)
	}
	if q := overlapOf(out.Mask, truth); q < 0.97 {
		t.Errorf("IoU %.3f after a jump", q)
	}
	if sight.agree != 0.1 {
		t.Error("the jump changed the network's view")
	}
}

// The expected IoU rises with the evidence, from end to end.
func TestExpectedIoU(t *testing.T) {
	before := -1.0
	for i := range 101 {
		v := expected(float64(i) / 100)
		if v <= before || v < 0 || v > 1 {
			t.Fatalf("%.2f: %.3f after %.3f", float64(i)/100, v, before)
		}
		before = v
	}
	for evidence, want := range map[float64]float64{0: 0.15, 0.3: 0.57, 0.375: 0.685, 1: 0.94, 1.5: 0.94} {
		if got := expected(evidence); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%.3f: %.3f, want %.3f", evidence, got, want)
		}
	}
}
