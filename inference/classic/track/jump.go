package track

// When the mask stays behind, on a pole that passes in front of the object, say,
// the network may see the object where it comes out on the other side. It may
// also see a look-alike. So its answer takes the mask's place only if it is sure
// of it, the object would have kept its size, and a second witness that knows
// nothing of the network speaks for it too: the colours of the key frame.
const (
	jumpAgree = 0.4 // at most the IoU of the network's mask and the predicted one
	jumpIoU   = 0.7 // at least what the network expects of its mask
	jumpLess  = 0.6 // of the median area of the last masks: smaller is a part
	jumpMore  = 1.7 // larger is something else too
	jumpLike  = 0.1 // by how much it must look more like the object on the key frame
)

// leftBehind reports whether the network sees the object elsewhere than the
// answer out, and rightly so.
func (s *stepper) leftBehind(out Step, sight *sighting) bool {
	if sight.agree >= jumpAgree || sight.iou < jumpIoU || s.key.score <= 0 {
		return false
	}
	size := float64(areaOf(sight.mask)) / s.medianArea()
	p, ok := poseOf(sight.mask)
	return ok && size >= jumpLess && size <= jumpMore && s.likeAt(p) >= out.Evidence.Like+jumpLike
}

// jump decides the mask around the place where the network sees the object. What
// the motion says is of another place.
func (s *stepper) jump(sight *sighting) (Step, error) {
	there := *sight
	there.agree = 1 // the predicted mask is its own
	out, _, err := s.decideSeen(sight.mask, false, func() (*sighting, error) { return &there, nil })
	return out, err
}

// likeAt is how much a place looks like the object on the key frame, at most 1.
func (s *stepper) likeAt(p pose) float64 {
	return float64(min(1, s.key.scoreAt(s.table, s.lab, p, scoreStride)/s.key.score))
}
