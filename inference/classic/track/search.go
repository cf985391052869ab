package track

import (
	"github.com/masklet/masklet/inference/classic/vision"
)

// How a lost object is looked for.
const (
	searchRadius = 0.12 // of the frame's width, around where it was last seen
	searchGrowth = 0.04 // of the frame's width, per frame since
	searchStep   = 6    // pixels between places that are tried
	foundShare   = 0.5  // of the key frame's own score: found again
)

// search looks for an object that follow lost, and returns weak, or an empty
// mask, if it is not found.
func (s *stepper) search(weak Step) (Step, error) {
	gone := Step{Mask: vision.NewGray(s.lab.W, s.lab.H)}
	if float64(areaOf(weak.Mask)) >= emptyShare*s.medianArea() && areaOf(weak.Mask) > 0 {
		gone = weak
		gone.Confidence = min(gone.Confidence, 0.3)
	}
	if s.key.score <= 0 || s.key.area == 0 {
		return gone, nil
	}
	best, score := s.bestPose()
	if score < foundShare*s.key.score {
		return gone, nil
	}
	response := s.response(best)
	if s.isLost(areaOf(response)) {
		return gone, nil
	}
	found, err := s.decide(response, false)
	if err != nil || s.isLost(areaOf(found.Mask)) {
		return gone, err
	}
	return found, nil
}

// bestPose tries the places where the object may be by now: on a coarse grid
// first, which bounds the cost for large objects, then closer and closer around
// the best of them.
func (s *stepper) bestPose() (best pose, score float32) {
	width := float32(s.lab.W)
	radius := searchRadius*width + searchGrowth*width*float32(s.lost)
	if s.link.Cut {
		radius = width
	}
	base := s.last
	step := max(searchStep, base.sigma/2)
	stride := max(scoreStride, int(base.sigma/4))
	try := func(x, y float32, stride int) {
		if x < 0 || y < 0 || x >= width || y >= float32(s.lab.H) {
			return
		}
		p := pose{x, y, base.sigma}
		if v := s.key.scoreAt(s.table, s.lab, p, stride); v > score {
			best, score = p, v
		}
	}
	top, bottom := max(base.y-radius, 0), min(base.y+radius, float32(s.lab.H))
	left, right := max(base.x-radius, 0), min(base.x+radius, width)
	for y := top; y <= bottom; y += step {
		for x := left; x <= right; x += step {
			try(x, y, stride)
		}
	}
	if score == 0 {
		return best, 0
	}
	for step /= 2; step >= searchStep/2; step /= 2 {
		c := best
		score = s.key.scoreAt(s.table, s.lab, best, scoreStride)
		for dy := float32(-1); dy <= 1; dy++ {
			for dx := float32(-1); dx <= 1; dx++ {
				try(c.x+dx*step, c.y+dy*step, scoreStride)
			}
		}
	}
	return best, score
}

// response is where the key frame's appearance at a pose speaks for the object.
func (s *stepper) response(p pose) vision.Gray {
	out := vision.NewGray(s.lab.W, s.lab.H)
	win := p.window(s.lab.W, s.lab.H)
	for y := win.Min.Y; y < win.Max.Y; y++ {
		for x := win.Min.X; x < win.Max.X; x++ {
			i := y*s.lab.W + x
			k := s.table.corners(locate(s.lab.Pix[3*i : 3*i+3]))
			cx, cy := p.toCell(float32(x), float32(y))
			if appearanceRatio(s.key.appearance, cx, cy, &k) > 0 {
				out.Pix[i] = 1
			}
		}
	}
	return out
}
