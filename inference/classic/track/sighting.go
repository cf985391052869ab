package track

import (
	"image"
	"math"
	"slices"

	"github.com/masklet/masklet/inference/classic/vision"
)

// Square is a part of the new frame, in working pixels.
type Square struct{ X, Y, Side float64 } // centre and side

// Seen is what a network says about a square.
type Seen struct {
	At   image.Rectangle // the working pixels inside the square
	Prob vision.Plane    // that a pixel of At is on the object, 0..1
	IoU  float64         // of its mask with the true one, as the network expects it
}

// Look asks a network that knows the object from its keyframes, and nothing of
// where the tracker believes it to be but the squares, for the object in them:
// one answer for each square.
type Look func(squares []Square) ([]Seen, error)

// How the network's answers become a term of the cut.
const (
	weightNetwork = 2
	nearMargin    = 1.2 // side of the closer square in sides of the predicted mask's box
	wideMargin    = 1.68
	ownShare      = 0.2  // of a piece in the wider square that lies in the predicted mask: less is another thing
	agreeNone     = 0.3  // IoU of the network's mask and the predicted one: no vote
	agreeFull     = 0.6  // a full vote
	alikeShare    = 0.15 // of the predicted area: a piece outside it that large ...
	alikeFar      = 12   // ... and that reaches that far from it is a look-alike
)

// sighting is the network's view of a frame.
type sighting struct {
	at    image.Rectangle
	odds  vision.Plane // votes for the object in at, clipped log odds
	mask  vision.Gray  // network's mask, of the frame
	iou   float64      // as the network expects it
	agree float64      // IoU with the predicted mask
}

// squaresAround returns where to look for an object near a predicted mask.
func squaresAround(predicted vision.Gray) []Square {
	r := boundsOf(predicted)
	side := float64(max(r.Dx(), r.Dy()))
	x, y := float64(r.Min.X+r.Max.X)/2, float64(r.Min.Y+r.Max.Y)/2
	return []Square{
		{x, y, nearMargin * side},
		{x, y, wideMargin * side},
	}
}

// newSighting joins the network's answers for the squares around a predicted
// mask. others, if not nil, holds 1 where other objects are known to be.
func newSighting(near, wide Seen, predicted vision.Gray, others []uint8) *sighting {
	onlyOwn(wide, predicted)
	s := &sighting{at: wide.At.Union(near.At), mask: vision.NewGray(predicted.W, predicted.H)}
	s.odds = vision.NewPlane(s.at.Dx(), s.at.Dy())
	wn, ww := math.Pow(near.IoU, 4), math.Pow(wide.IoU, 4)
	s.iou = (wn*near.IoU + ww*wide.IoU) / max(wn+ww, 1e-9)
	for y := s.at.Min.Y; y < s.at.Max.Y; y++ {
		for x := s.at.Min.X; x < s.at.Max.X; x++ {
			v, at := vote(near, wide, float32(wn), float32(ww), image.Pt(x, y)), y*predicted.W+x
			if others != nil && others[at] != 0 {
				v = -termLimit
			}
			s.odds.Pix[(y-s.at.Min.Y)*s.odds.W+x-s.at.Min.X] = v
			if v > 0 {
				s.mask.Pix[at] = 1
			}
		}
	}
	s.agree = overlapOf(s.mask, predicted)
	return s
}

// vote is the log odds of a pixel, the mean of both answers where both have one.
func vote(near, wide Seen, wn, ww float32, p image.Point) float32 {
	inNear, inWide := p.In(near.At), p.In(wide.At)
	switch {
	case inNear && inWide:
		return (wn*near.logOdds(p) + ww*wide.logOdds(p)) / max(wn+ww, 1e-9)
	case inWide:
		return wide.logOdds(p)
	case inNear:
		return near.logOdds(p)
	}
	return 0
}

func (s Seen) logOdds(p image.Point) float32 {
	v := s.Prob.Pix[(p.Y-s.At.Min.Y)*s.Prob.W+p.X-s.At.Min.X]
	switch { // most pixels are sure: no logarithm for them
	case v < 0.029:
		return -termLimit
	case v > 0.971:
		return termLimit
	}
	return clip(float32(math.Log(float64((v+0.02)/(1.02-v)))), termLimit)
}

// onlyOwn takes the pieces of an answer that mostly lie elsewhere than the
// predicted mask for background.
func onlyOwn(s Seen, predicted vision.Gray) {
	for _, piece := range pieces(s.Prob.W, s.Prob.H, func(i int) bool { return s.Prob.Pix[i] > 0.5 }) {
		own := 0
		for _, i := range piece {
			own += int(predicted.Pix[(s.At.Min.Y+i/s.Prob.W)*predicted.W+s.At.Min.X+i%s.Prob.W])
		}
		if float64(own) < ownShare*float64(len(piece)) {
			for _, i := range piece {
				s.Prob.Pix[i] = 0
			}
		}
	}
}

// ownVotes returns the votes without those for large pieces that reach far out
// of the predicted mask: something alike that touches the object. dist is the
// signed distance to the mask's border over crop.
func (s *sighting) ownVotes(predicted vision.Gray, dist vision.Plane, crop image.Rectangle) vision.Plane {
	votes := vision.Plane{W: s.odds.W, H: s.odds.H, Pix: slices.Clone(s.odds.Pix)}
	most := alikeShare * float64(areaOf(predicted))
	outside := func(i int) bool {
		x, y := s.at.Min.X+i%votes.W, s.at.Min.Y+i/votes.W
		return votes.Pix[i] > 0 && predicted.Pix[y*predicted.W+x] == 0
	}
	for _, piece := range pieces(votes.W, votes.H, outside) {
		if float64(len(piece)) <= most || s.reach(piece, dist, crop) <= alikeFar {
			continue
		}
		for _, i := range piece {
			votes.Pix[i] = 0
		}
	}
	return votes
}

// reach is how far a piece gets from the predicted mask.
func (s *sighting) reach(piece []int, dist vision.Plane, crop image.Rectangle) float32 {
	far := float32(0)
	for _, i := range piece {
		p := image.Pt(s.at.Min.X+i%s.odds.W, s.at.Min.Y+i/s.odds.W)
		if !p.In(crop) {
			return bandRadius
		}
		far = max(far, -dist.Pix[(p.Y-crop.Min.Y)*dist.W+p.X-crop.Min.X])
	}
	return far
}

// weight is how much the network's votes count: not at all where it sees
// something else than the motion.
func (s *sighting) weight() float32 {
	return float32(weightNetwork * min(max((s.agree-agreeNone)/(agreeFull-agreeNone), 0), 1))
}

// overlapOf is the IoU of two masks; that of two empty ones is 1.
func overlapOf(a, b vision.Gray) float64 {
	both, either := 0, 0
	for i, v := range a.Pix {
		both += int(v & b.Pix[i])
		either += int(v | b.Pix[i])
	}
	if either == 0 {
		return 1
	}
	return float64(both) / float64(either)
}

// pieces returns the connected pixels (over 8 neighbours) of a w by h image
// for which on holds.
func pieces(w, h int, on func(i int) bool) [][]int {
	var out [][]int
	seen := make([]bool, w*h)
	for start := range seen {
		if seen[start] || !on(start) {
			continue
		}
		seen[start] = true
		piece := []int{start}
		for k := 0; k < len(piece); k++ {
			x, y := piece[k]%w, piece[k]/w
			for ny := max(y-1, 0); ny <= min(y+1, h-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, w-1); nx++ {
					if i := ny*w + nx; !seen[i] && on(i) {
						seen[i] = true
						piece = append(piece, i)
					}
				}
			}
		}
		out = append(out, piece)
	}
	return out
}

// join adds the votes to the odds of the pixels of crop that are not fixed.
func (s *sighting) join(unary, votes vision.Plane, crop image.Rectangle, fixed []uint8) {
	weight := s.weight()
	if weight == 0 {
		return
	}
	for i := range unary.Pix {
		p := image.Pt(crop.Min.X+i%unary.W, crop.Min.Y+i/unary.W)
		if fixed[i] == 0 && p.In(s.at) {
			unary.Pix[i] += weight * votes.Pix[(p.Y-s.at.Min.Y)*votes.W+p.X-s.at.Min.X]
		}
	}
}

// ask starts to ask the network about the surroundings of a predicted mask. The
// function that it returns waits for the answer, nil where there is no network.
func (s *stepper) ask(predicted vision.Gray) func() (*sighting, error) {
	if s.look == nil || areaOf(predicted) == 0 {
		return func() (*sighting, error) { return nil, nil }
	}
	type answer struct {
		seen []Seen
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		seen, err := s.look(squaresAround(predicted))
		got <- answer{seen, err}
	}()
	return func() (*sighting, error) {
		a := <-got
		if a.err != nil || len(a.seen) < 2 {
			return nil, a.err
		}
		return newSighting(a.seen[0], a.seen[1], predicted, s.others), nil
	}
}
