package track

import (
	"testing"

	"github.com/masklet/masklet/inference/classic/vision"
)

// A mask that shrank fast is doubted, the more the less of it is left; one that
// kept its size or grew is not.
func TestAShrinkingMaskIsDoubted(t *testing.T) {
	sure := Evidence{Flow: 0.95, Like: 0.9, Seen: true, IoU: 0.9, Agree: 0.95, Same: 0.97, Size: 1}
	last := sure.confidence()
	for _, size := range []float64{0.9, 0.8, 0.6, 0.4, 0.2, 0.1} {
		e := sure
		e.Size = size
		v := e.confidence()
		if size >= usualSize && v != last || size < usualSize && v >= last {
			t.Errorf("with %.1f of its size the confidence is %.3f, before it was %.3f", size, v, last)
		}
		last = v
	}
	if sure.Size = 1.5; sure.confidence() < 0.85 {
		t.Errorf("a mask that grows has a confidence of %.3f", sure.confidence())
	}
	if sure.Size = 0.3; sure.confidence() > 0.6 {
		t.Errorf("a third of the object is left, and the confidence is %.3f", sure.confidence())
	}
}

// What the confidence reads is the area in that of the largest of the last masks.
func TestShrunkIsOfTheLargestOfTheLastMasks(t *testing.T) {
	mask := vision.NewGray(10, 10)
	for i := range 30 {
		mask.Pix[i] = 1
	}
	tr := &Tracker{areas: []int{60, 40, 35}}
	if got := tr.shrunk(mask); got != 0.5 {
		t.Errorf("half the size is %.2f", got)
	}
}
