package plan

import (
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

func key(obj annotate.ObjectID, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: obj, Frame: frame}
}

func TestPlanTrackCoversTheRangeOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		n := 1 + rng.IntN(60)
		d := annotate.NewDocument(8, 8, n)
		edits := []annotate.Edit{d.SetObject(annotate.Object{ID: 1})}
		for range 1 + rng.IntN(4) {
			edits = append(edits, d.SetPrompt(key(1, rng.IntN(n)), &annotate.Prompt{Points: []annotate.Point{{Positive: true}}}))
		}
		annotate.NewHistory(d, nil).Do(annotate.Change{Edits: edits})
		dir := []inference.Direction{inference.Both, inference.Forward, inference.Backward}[rng.IntN(3)]
		limit := rng.IntN(20)
		job, err := Track(d, Target{Direction: dir}, limit)
		if err == nil {
			err = Reach(d, job)
		}
		if err != nil {
			if due := framesDue(d, dir); due > 1 && limit != 1 {
				t.Fatalf("%d frames are due in direction %s, limit %d: %v", due, dir, limit, err)
			}
			continue
		}
		r := job.Propagate.Range
		if limit > 0 && r.Len() > limit || limit == 0 && r.Len() != n || r.First < 0 || r.Last >= n {
			t.Fatalf("range %v of %d frames with limit %d", r, n, limit)
		}
		seen := map[int]bool{}
		for _, f := range job.Encode {
			if seen[f] || f < 0 || f >= n {
				t.Fatalf("frame %d is encoded twice or does not exist: %v", f, job.Encode)
			}
			seen[f] = true
		}
		keys := d.Keyframes(1)
		for f := r.First; f <= r.Last; f++ {
			due := dir == inference.Both || dir == inference.Forward && f >= keys[0] || dir == inference.Backward && f <= keys[len(keys)-1]
			if due && !seen[f] {
				t.Fatalf("%s: frame %d of %v with keyframes %v is not encoded", dir, f, r, keys)
			}
		}
	}
}

// framesDue returns how many frames lie in the direction of tracking, keyframes
// included.
func framesDue(d *annotate.Document, dir inference.Direction) int {
	keys := d.Keyframes(1)
	switch dir {
	case inference.Forward:
		return d.Frames() - keys[0]
	case inference.Backward:
		return keys[len(keys)-1] + 1
	}
	return d.Frames()
}
