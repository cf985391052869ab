package track

import (
	"fmt"
	"image"

	"github.com/masklet/masklet/inference/classic/vision"
)

// terms holds the evidence of one step over a crop of the new frame.
type terms struct {
	s      *stepper
	crop   image.Rectangle
	dist   vision.Plane // signed distance to the predicted border
	moving bool

	sure  vision.Plane // agreement of the flow there and back
	local *grid        // colours near each place of the known frame
	left  image.Point  // where the local grid starts
	pose  pose         // of the predicted mask

	background, object affine
	hasMotion          bool
}

func newTerms(s *stepper, predicted vision.Gray, dist vision.Plane, crop image.Rectangle, moving bool) *terms {
	t := &terms{s: s, crop: crop, dist: dist, moving: moving}
	t.pose, _ = poseOf(predicted)
	if moving {
		t.sure = vision.FlowConfidence(s.link.Back, s.link.There, crop)
		t.background, t.object, t.hasMotion = motionModels(s.link.Back, dist, crop)
		t.countLocal()
	}
	return t
}

// countLocal fills the local colour grid from the known frame.
func (t *terms) countLocal() {
	lab, mask := t.s.Tracker.lab, t.s.mask
	r := boundsOf(mask).Inset(-bandRadius - localCell).Intersect(image.Rect(0, 0, lab.W, lab.H))
	t.left = r.Min
	g := newGrid(t.s.table, r.Dx()/localCell+2, r.Dy()/localCell+2)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := y*lab.W + x
			cx, cy := t.localCell(float32(x), float32(y))
			g.add(cx, cy, locate(lab.Pix[3*i:3*i+3]), mask.Pix[i], 1)
		}
	}
	t.local = g.blurred()
}

func (t *terms) localCell(x, y float32) (cx, cy float32) {
	return (x - float32(t.left.X)) / localCell, (y - float32(t.left.Y)) / localCell
}

// unary returns the log odds that pixel (x, y), number i of the crop, is on
// the object.
func (t *terms) unary(x, y, i int) float32 {
	s := t.s
	at := y*s.lab.W + x
	c := locate(s.lab.Pix[3*at : 3*at+3])
	k := s.table.corners(c)
	fx, fy := float32(x), float32(y)
	cx, cy := t.pose.toCell(fx, fy)
	u := weightGlobal*s.key.colour.ratio[c.nearest()] +
		weightAppearance*appearanceRatio(s.key.appearance, cx, cy, &k) +
		weightRecent*appearanceRatio(s.recent, cx, cy, &k)
	if !t.moving {
		return u
	}
	dx, dy := s.link.Back.V[2*at], s.link.Back.V[2*at+1]
	sure := t.sure.Pix[i]
	u += weightShape * sure * clip(t.dist.Pix[i]/shapeScale, termLimit)
	lx, ly := t.localCell(fx+dx, fy+dy)
	o, b := t.local.read(lx, ly, &k)
	u += weightLocal * clip(logRatio(o, b, 1), termLimit)
	if t.hasMotion {
		u += weightMotion * sure * clip(t.background.ratio(fx, fy, dx, dy)-t.object.ratio(fx, fy, dx, dy), 2)
	}
	return u
}

// meanSure is the mean agreement of the flow inside a mask.
func (t *terms) meanSure(mask vision.Gray) float32 {
	sum, n := float32(0), 0
	for i, v := range t.sure.Pix {
		if mask.Pix[(t.crop.Min.Y+i/t.sure.W)*mask.W+t.crop.Min.X+i%t.sure.W] != 0 {
			sum += v
			n++
		}
	}
	return sum / float32(max(n, 1))
}

func checkLink(l Link, lab vision.Lab) error {
	for _, f := range []vision.Flow{l.Back, l.There} {
		if f.W != lab.W || f.H != lab.H || len(f.V) != 2*lab.W*lab.H {
			return fmt.Errorf("%w: motion of %dx%d on a frame of %dx%d", ErrSize, f.W, f.H, lab.W, lab.H)
		}
	}
	return nil
}
