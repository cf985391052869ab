package track

import (
	"fmt"
	"image"

	"github.com/masklet/masklet/inference/classic/vision"
)

// The weights and sizes of one step, in working pixels. They were chosen on
// clips other than those on which the method is measured.
const (
	bandRadius = 20 // pixels farther from the warped border keep the warped label

	weightShape      = 0.6
	shapeScale       = 4
	weightGlobal     = 0.5
	weightLocal      = 1.0
	localCell        = 12
	weightAppearance = 1.5
	weightRecent     = 0.5
	weightMotion     = 1.5

	termLimit = 3 // every log ratio is clipped to this
)

var cutOptions = vision.CutOptions{Lambda: 2, Floor: 0.05}

// Step computes the object's mask on the next frame and changes nothing.
// others, if not nil, holds 1 where other objects are known to be; look, if not
// nil, asks a network too.
func (t *Tracker) Step(lab vision.Lab, link Link, others []uint8, look Look) (Step, error) {
	if err := t.check(lab, t.mask); err != nil {
		return Step{}, err
	}
	if err := checkLink(link, lab); err != nil {
		return Step{}, err
	}
	if others != nil && len(others) != lab.W*lab.H {
		return Step{}, fmt.Errorf("%w: %d pixels of other objects on a frame of %dx%d", ErrSize, len(others), lab.W, lab.H)
	}
	s := stepper{Tracker: t, lab: lab, link: link, others: others, look: look}
	out, err := s.follow()
	if err != nil {
		return Step{}, err
	}
	if t.isLost(areaOf(out.Mask)) {
		if out, err = s.search(out); err != nil {
			return Step{}, err
		}
	}
	return out, nil
}

// stepper holds what one step needs.
type stepper struct {
	*Tracker
	lab    vision.Lab
	link   Link
	others []uint8
	look   Look
}

// follow decides the mask near where the flow puts the last one.
func (s *stepper) follow() (Step, error) {
	empty := Step{Mask: vision.NewGray(s.lab.W, s.lab.H)}
	if s.link.Cut || areaOf(s.mask) == 0 {
		return empty, nil
	}
	warped := s.warp()
	if areaOf(warped) == 0 {
		return empty, nil
	}
	return s.decide(warped, true)
}

// warp moves the last mask along the flow.
func (s *stepper) warp() vision.Gray {
	w, h := s.lab.W, s.lab.H
	out := vision.NewGray(w, h)
	soft := vision.NewPlane(w, h)
	for i, v := range s.mask.Pix {
		soft.Pix[i] = float32(v)
	}
	for y := range h {
		for x := range w {
			i := y*w + x
			if soft.At(float32(x)+s.link.Back.V[2*i], float32(y)+s.link.Back.V[2*i+1]) > 0.5 {
				out.Pix[i] = 1
			}
		}
	}
	return out
}

// decide cuts the band around the border of a predicted mask. moving says that
// the motion between the frames may be used.
func (s *stepper) decide(predicted vision.Gray, moving bool) (Step, error) {
	out, sight, err := s.decideSeen(predicted, moving, s.ask(predicted))
	if err != nil || sight == nil || !s.leftBehind(out, sight) {
		return out, err
	}
	return s.jump(sight)
}

// decideSeen is decide with what sees tells of the network's view, which may be nil.
func (s *stepper) decideSeen(predicted vision.Gray, moving bool, sees func() (*sighting, error)) (Step, *sighting, error) {
	w, h := s.lab.W, s.lab.H
	crop := boundsOf(predicted).Inset(-bandRadius - 2).Intersect(image.Rect(0, 0, w, h))
	dist, err := vision.SignedDistance(cropGray(predicted, crop), crop.Dx(), crop.Dy())
	if err != nil {
		return Step{}, nil, err
	}
	terms := newTerms(s, predicted, dist, crop, moving)
	unary := vision.NewPlane(crop.Dx(), crop.Dy())
	fixed := make([]uint8, len(unary.Pix))
	for y := crop.Min.Y; y < crop.Max.Y; y++ {
		for x := crop.Min.X; x < crop.Max.X; x++ {
			i := (y-crop.Min.Y)*crop.Dx() + x - crop.Min.X
			switch d := dist.Pix[i]; {
			case s.others != nil && s.others[y*w+x] != 0, d < -bandRadius:
				fixed[i], unary.Pix[i] = vision.FixedBackground, -bandRadius
			case d > bandRadius:
				fixed[i], unary.Pix[i] = vision.FixedObject, bandRadius
			default:
				unary.Pix[i] = terms.unary(x, y, i)
			}
		}
	}
	sight, err := sees()
	if err != nil {
		return Step{}, nil, err
	}
	if sight != nil {
		sight.join(unary, sight.ownVotes(predicted, dist, crop), crop, fixed)
	}
	out := Step{Mask: vision.NewGray(w, h), Crop: crop, Unary: unary}
	if err := s.cut(out, fixed); err != nil {
		return Step{}, nil, err
	}
	out.Evidence = s.evidence(out.Mask, predicted, terms, sight)
	out.Confidence = out.Evidence.confidence()
	return out, sight, nil
}

// cut labels the pixels of a step by its odds.
func (s *stepper) cut(out Step, fixed []uint8) error {
	crop := out.Crop
	source, sink := make([]float32, len(fixed)), make([]float32, len(fixed))
	for i, u := range out.Unary.Pix {
		if fixed[i] == 0 {
			source[i], sink[i] = max(u, 0), max(-u, 0)
		}
	}
	labels, err := vision.GridCut(crop.Dx(), crop.Dy(), source, sink, s.lab.Crop(crop), cutOptions, fixed)
	if err != nil {
		return err
	}
	for y := range crop.Dy() {
		copy(out.Mask.Pix[(y+crop.Min.Y)*out.Mask.W+crop.Min.X:], labels[y*crop.Dx():(y+1)*crop.Dx()])
	}
	return nil
}

func cropGray(g vision.Gray, r image.Rectangle) []uint8 {
	out := make([]uint8, 0, r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		out = append(out, g.Pix[y*g.W+r.Min.X:y*g.W+r.Max.X]...)
	}
	return out
}
