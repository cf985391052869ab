package track

import (
	"errors"
	"fmt"
	"image"
	"slices"

	"github.com/masklet/masklet/inference/classic/vision"
)

// ErrSize is wrapped by errors about images that do not fit the tracker's size.
var ErrSize = errors.New("bad working size")

// Link is the motion between the frame whose mask is known and the next one to
// be decided, whichever way time runs.
type Link struct {
	Back  vision.Flow // from the new frame to the known one
	There vision.Flow // from the known frame to the new one
	Cut   bool        // a scene cut lies between them: motion means nothing
}

// Step is a tracker's answer for one frame.
type Step struct {
	Mask       vision.Gray     // 1 on the object, 0 elsewhere, at working size
	Crop       image.Rectangle // where Unary is defined
	Unary      vision.Plane    // log odds of each pixel of Crop, before smoothing
	Evidence   Evidence        // what the confidence was made from
	Confidence float64         // 0..1: how likely the mask is good
}

// Odds returns the log odds that pixel (x, y) is on the object; far from it
// they are those of certain background.
func (s Step) Odds(x, y int) float32 {
	if !image.Pt(x, y).In(s.Crop) {
		return -bandRadius
	}
	return s.Unary.Pix[(y-s.Crop.Min.Y)*s.Unary.W+x-s.Crop.Min.X]
}

// Tracker follows one object away from one key frame, one frame at a time.
// It is not safe for concurrent use.
type Tracker struct {
	table  *colourTable
	key    keyModel
	recent *grid
	lab    vision.Lab  // of the frame accepted last
	mask   vision.Gray // accepted last
	areas  []int       // of the last accepted masks that were not lost
	lost   int         // frames since the object was last seen
	last   pose        // when it was last seen
	alike  float32     // share of look-alikes around the key frame's mask
	doubt  float32     // by how much that share was larger lately
}

// How the areas of the last masks decide that an object is lost.
const (
	areaMemory = 12
	lostShare  = 0.25 // of the median area: lost
	emptyShare = 0.03 // of the median area: taken for empty
)

// recentDecay is the weight that the recent appearance keeps at each frame.
const recentDecay = 0.9

// New starts from a key frame: its Lab image and its mask of 0 and 1.
func New(lab vision.Lab, mask vision.Gray) (*Tracker, error) {
	if lab.W < 1 || lab.H < 1 || len(lab.Pix) != 3*lab.W*lab.H || mask.W != lab.W || mask.H != lab.H || len(mask.Pix) != mask.W*mask.H {
		return nil, fmt.Errorf("%w: key frame of %dx%d with a mask of %dx%d", ErrSize, lab.W, lab.H, mask.W, mask.H)
	}
	t := &Tracker{table: newColourTable(), lab: lab, mask: mask}
	t.key = newKeyModel(t.table, lab, mask)
	t.recent = newGrid(t.table, poseCells+1, poseCells+1)
	t.recent.mix(t.key.appearance, 0)
	var err error
	if t.alike, err = t.key.alikeAround(lab, mask); err != nil {
		return nil, err
	}
	t.areas = []int{t.key.area}
	t.last = t.key.pose
	return t, nil
}

// Accepted is what a tracker learns from the mask of a frame.
type Accepted struct {
	lab        vision.Lab
	mask       vision.Gray
	area       int
	lost       bool
	around     float32 // share of look-alikes around the mask
	pose       pose
	appearance *grid // nil where there is nothing to see
}

// Accept makes mask the object's mask on the next frame, whether it came from
// Step or from elsewhere.
func (t *Tracker) Accept(lab vision.Lab, mask vision.Gray) error {
	a, err := t.Learn(lab, mask)
	if err != nil {
		return err
	}
	t.Take(a)
	return nil
}

// Learn is the first half of Accept, which takes the time and changes nothing.
func (t *Tracker) Learn(lab vision.Lab, mask vision.Gray) (Accepted, error) {
	if err := t.check(lab, mask); err != nil {
		return Accepted{}, err
	}
	a := Accepted{lab: lab, mask: mask, area: areaOf(mask)}
	if a.lost = t.isLost(a.area); a.lost {
		return a, nil
	}
	var err error
	if a.around, err = t.key.alikeAround(lab, mask); err != nil {
		return Accepted{}, err
	}
	var ok bool
	if a.pose, ok = poseOf(mask); ok {
		a.appearance = appearanceOf(t.table, lab, mask, a.pose)
	}
	return a, nil
}

// Take is the second half of Accept.
func (t *Tracker) Take(a Accepted) {
	t.lab, t.mask = a.lab, a.mask
	if a.lost {
		t.lost++
		return
	}
	t.lost = 0
	t.doubt = max(a.around-t.alike, doubtDecay*t.doubt)
	if t.areas = append(t.areas, a.area); len(t.areas) > areaMemory {
		t.areas = t.areas[1:]
	}
	if a.appearance != nil {
		t.last = a.pose
		t.recent.mix(a.appearance, recentDecay)
	}
}

func (t *Tracker) check(lab vision.Lab, mask vision.Gray) error {
	if lab.W != t.lab.W || lab.H != t.lab.H || len(lab.Pix) != len(t.lab.Pix) {
		return fmt.Errorf("%w: a frame of %dx%d after one of %dx%d", ErrSize, lab.W, lab.H, t.lab.W, t.lab.H)
	}
	if mask.W != lab.W || mask.H != lab.H || len(mask.Pix) != mask.W*mask.H {
		return fmt.Errorf("%w: a mask of %dx%d on a frame of %dx%d", ErrSize, mask.W, mask.H, lab.W, lab.H)
	}
	return nil
}

func (t *Tracker) medianArea() float64 {
	s := slices.Clone(t.areas)
	slices.Sort(s)
	return float64(s[len(s)/2])
}

// shrunk is the area of a mask in that of the largest of the last ones: how much
// of the object is still in sight.
func (t *Tracker) shrunk(mask vision.Gray) float64 {
	return float64(areaOf(mask)) / float64(slices.Max(t.areas))
}

func (t *Tracker) isLost(area int) bool {
	return float64(area) < lostShare*t.medianArea() || area == 0
}
