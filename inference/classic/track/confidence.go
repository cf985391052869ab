package track

import (
	"math"

	"github.com/masklet/masklet/inference/classic/vision"
)

// Evidence is what speaks for and against the mask of a step.
type Evidence struct {
	Flow  float64 // mean agreement of the flow inside the predicted mask; 0.5 where there is none
	Like  float64 // how much the result looks like the object on the key frame, 0..1
	Doubt float64 // share of look-alikes around the object beyond that on the key frame
	Size  float64 // area of the mask in that of the largest of the last ones
	Empty bool    // there is no mask

	Seen  bool    // a network was asked
	IoU   float64 // what the network expects of its mask
	Agree float64 // IoU of the network's mask with the predicted one
	Same  float64 // IoU of the network's mask with the final one
}

// evidence weighs a mask that came of a predicted one.
func (s *stepper) evidence(mask, predicted vision.Gray, terms *terms, sight *sighting) Evidence {
	e := Evidence{Flow: 0.5, Like: 1, Doubt: float64(s.doubt)}
	p, ok := poseOf(mask)
	if !ok {
		e.Empty = true
		return e
	}
	e.Size = s.shrunk(mask)
	if terms.moving {
		e.Flow = float64(terms.meanSure(predicted))
	}
	if s.key.score > 0 {
		e.Like = s.likeAt(p)
	}
	if sight != nil {
		e.Seen, e.IoU, e.Agree, e.Same = true, sight.iou, sight.agree, overlapOf(sight.mask, mask)
	}
	return e
}

// confidence is how good the mask is likely to be, 0..1. With a network it is the
// IoU to expect: what the network expects of its own mask, times how far that is
// the final one, times the agreement of the flow and the likeness to the key
// frame (their geometric mean), times how much of the object is left where it
// shrinks fast (it may have gone on without the mask), read off a curve. Without one it is the agreement
// of the flow times the likeness, less where look-alikes came near since.
func (e Evidence) confidence() float64 {
	if e.Empty {
		return 0
	}
	if !e.Seen {
		return e.Flow * e.Like * mistaken(float32(e.Doubt))
	}
	return expected(e.IoU * e.Same * math.Sqrt(e.Flow*e.Like) * min(1, e.Size/usualSize))
}

// usualSize is the share of its largest size lately that an object may shrink to
// without a doubt.
const usualSize = 0.8

// expectedIoU is the mean IoU of tracked frames by the strength of the evidence
// for them, on clips with true masks as they are and with poles and look-alikes
// drawn into them; leaving one clip out changes it by less than 0.1.
var expectedIoU = [...]struct{ evidence, iou float64 }{
	{0, 0.15}, {0.15, 0.30}, {0.30, 0.57}, {0.45, 0.80}, {0.60, 0.86}, {0.80, 0.89}, {1, 0.94},
}

// expected reads the curve, linear between its points.
func expected(evidence float64) float64 {
	before := expectedIoU[0]
	for _, at := range expectedIoU[1:] {
		if evidence <= at.evidence {
			share := max(evidence-before.evidence, 0) / (at.evidence - before.evidence)
			return before.iou + share*(at.iou-before.iou)
		}
		before = at
	}
	return before.iou
}
