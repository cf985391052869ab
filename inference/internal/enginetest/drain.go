package enginetest

import (
	"errors"
	"io"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Drain runs a propagation to its end and returns all results, which must come
// once each and with every step.
func Drain(t *testing.T, s inference.Session, req inference.PropagateRequest) map[annotate.FrameKey]annotate.Result {
	t.Helper()
	p, err := s.Propagate(req)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	out := map[annotate.FrameKey]annotate.Result{}
	for {
		res, err := p.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Results) == 0 {
			t.Errorf("frame %d came without a mask", res.Frame)
		}
		for id, r := range res.Results {
			k := annotate.FrameKey{Object: id, Frame: res.Frame}
			if _, twice := out[k]; twice {
				t.Errorf("object %d, frame %d came twice", id, res.Frame)
			}
			out[k] = r
		}
	}
}
