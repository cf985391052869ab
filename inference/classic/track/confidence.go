package track

import "github.com/masklet/masklet/inference/classic/vision"

// Evidence is what speaks for and against the mask of a step.
type Evidence struct {
	Flow  float64 // mean agreement of the flow inside the predicted mask; 0.5 where there is none
	Like  float64 // how much the result looks like the object on the key frame, 0..1
	Doubt float64 // share of look-alikes around the object beyond that on the key frame
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
	if terms.moving {
		e.Flow = float64(terms.meanSure(predicted))
	}
	if s.key.score > 0 {
		e.Like = float64(min(1, s.key.scoreAt(s.table, s.lab, p, scoreStride)/s.key.score))
	}
	if sight != nil {
		e.Seen, e.IoU, e.Agree, e.Same = true, sight.iou, sight.agree, overlapOf(sight.mask, mask)
	}
	return e
}

// confidence is the mean agreement of the flow inside the predicted mask times
// how much the result still looks like the object on the key frame, less where
// look-alikes came near since.
func (e Evidence) confidence() float64 {
	if e.Empty {
		return 0
	}
	if e.Seen {
		return e.IoU * e.Same
	}
	return e.Flow * e.Like * mistaken(float32(e.Doubt))
}
