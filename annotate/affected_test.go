package annotate

import (
	"math/rand/v2"
	"testing"
)

func TestAffectedRange(t *testing.T) {
	point := &Prompt{Points: []Point{{X: 1, Y: 1, Positive: true}}}
	tests := []struct {
		name      string
		keys      []int
		protected []int
		rng       *Range
		frame     int
		want      Range
	}{
		{"alone", nil, nil, nil, 5, Range{0, 99}},
		{"its own keyframe does not limit it", []int{5}, nil, nil, 5, Range{0, 99}},
		{"between keyframes", []int{0, 40, 60}, nil, nil, 50, Range{41, 59}},
		{"the nearest one counts", []int{0, 10, 20, 80, 90}, nil, nil, 50, Range{21, 79}},
		{"protected frames limit too", []int{0}, []int{30, 70}, nil, 50, Range{31, 69}},
		{"its own protection does not limit it", []int{0}, []int{50}, nil, 50, Range{1, 99}},
		{"neighbours on both sides", []int{49, 51}, nil, nil, 50, Range{50, 50}},
		{"in/out range", []int{0}, nil, &Range{20, 60}, 50, Range{20, 60}},
		{"outside the in/out range", []int{0}, nil, &Range{20, 60}, 70, Range{1, 99}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := NewDocument(8, 8, 100)
			c := Change{Edits: []Edit{d.SetObject(Object{ID: 1}), d.SetObject(Object{ID: 2})}}
			for _, f := range tt.keys {
				c.Edits = append(c.Edits, d.SetPrompt(FrameKey{1, f}, point))
			}
			for _, f := range tt.protected {
				c.Edits = append(c.Edits, d.SetProtected(FrameKey{1, f}, true))
			}
			// Another object's keyframes must not matter.
			c.Edits = append(c.Edits, d.SetPrompt(FrameKey{2, 48}, point), d.SetProtected(FrameKey{2, 52}, true))
			if tt.rng != nil {
				c.Edits = append(c.Edits, d.SetRange(tt.rng))
			}
			NewHistory(d, nil).Do(c)
			if got := AffectedRange(d, 1, tt.frame); got != tt.want {
				t.Errorf("AffectedRange = %v, want %v", got, tt.want)
			}
		})
	}
}

// The range holds the frame, holds no other fixed frame, and cannot be made
// longer on either side.
func TestAffectedRangeIsLargestFreeStretch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 1 + rng.IntN(40)
		d := NewDocument(4, 4, n)
		fixed := map[int]bool{}
		var edits []Edit
		for f := range n {
			switch rng.IntN(8) {
			case 0:
				edits = append(edits, d.SetPrompt(FrameKey{1, f}, &Prompt{Box: &Box{0, 0, 2, 2}}))
				fixed[f] = true
			case 1:
				edits = append(edits, d.SetProtected(FrameKey{1, f}, true))
				fixed[f] = true
			}
		}
		NewHistory(d, nil).Do(Change{Edits: edits})
		frame := rng.IntN(n)
		got := AffectedRange(d, 1, frame)
		if !got.Contains(frame) {
			t.Fatalf("range %v does not hold frame %d", got, frame)
		}
		for f := got.First; f <= got.Last; f++ {
			if fixed[f] && f != frame {
				t.Fatalf("range %v of frame %d holds the fixed frame %d", got, frame, f)
			}
		}
		if got.First > 0 && !fixed[got.First-1] || got.Last < n-1 && !fixed[got.Last+1] {
			t.Fatalf("range %v of frame %d ends at a frame that is not fixed", got, frame)
		}
	}
}
