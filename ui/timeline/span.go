package timeline

import "math"

// span maps frames to horizontal positions: frame f covers
// [(f-first)*scale, (f+1-first)*scale) of a plot that is width units wide.
type span struct {
	frames int
	width  float64
	first  float64 // frame at the left border, with a fraction
	scale  float64 // units per frame
}

// maxScale is how wide a frame gets at most, in units.
const maxScale = 40

func newSpan(frames int, width float64) span {
	s := span{frames: max(1, frames), width: max(1, width)}
	return s.fit()
}

// fit shows all frames.
func (s span) fit() span {
	s.first, s.scale = 0, s.minScale()
	return s
}

func (s span) minScale() float64 { return min(maxScale, s.width/float64(s.frames)) }

func (s span) fitted() bool { return s.scale <= s.minScale()*1.0001 }

// x returns the left border of a frame.
func (s span) x(frame float64) float64 { return (frame - s.first) * s.scale }

// frame returns the frame at a position, within the video.
func (s span) frame(x float64) int {
	f := int(math.Floor(x/s.scale + s.first))
	return min(max(0, f), s.frames-1)
}

// zoom changes the scale around position x.
func (s span) zoom(factor, x float64) span {
	at := x/s.scale + s.first
	s.scale = min(maxScale, max(s.minScale(), s.scale*factor))
	s.first = at - x/s.scale
	return s.limit()
}

// pan moves the frames by dx units.
func (s span) pan(dx float64) span {
	s.first -= dx / s.scale
	return s.limit()
}

// resize keeps what is shown as far as it goes.
func (s span) resize(width float64) span {
	fitted := s.fitted()
	s.width = max(1, width)
	if fitted {
		return s.fit()
	}
	s.scale = max(s.scale, s.minScale())
	return s.limit()
}

// reveal moves the least that brings a frame into view, with some room.
func (s span) reveal(frame int) span {
	room := min(24, s.width/8)
	switch x := s.x(float64(frame) + 0.5); {
	case x < room:
		return s.pan(room - x)
	case x > s.width-room:
		return s.pan(s.width - room - x)
	}
	return s
}

func (s span) limit() span {
	last := float64(s.frames) - s.width/s.scale
	s.first = min(max(0, s.first), max(0, last))
	return s
}

// tickStep returns the distance between ruler labels in frames: the smallest
// of 1, 2, 5, 10, 20, 50 ... that leaves room for a label.
func (s span) tickStep(room float64) int {
	for step := 1; ; step *= 10 {
		for _, k := range []int{1, 2, 5} {
			if float64(k*step)*s.scale >= room || k*step > s.frames {
				return k * step
			}
		}
	}
}
