package export

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// pycocotools reads what is written here and must find the same pixels, areas
// and boxes: for masks of every awkward shape, wide and tall, as run lengths
// and as polygons.
func TestPycocotoolsAgrees(t *testing.T) {
	python := os.Getenv("MASKLET_PYTHON")
	if python == "" {
		t.Skip("MASKLET_PYTHON names no python with pycocotools, numpy and pillow")
	}
	script, err := filepath.Abs(filepath.Join("..", "..", ".ci", "check_coco.py"))
	must(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	for name, src := range map[string]*fakeVideo{
		"shapes": source(), "wide": randomVideo(r, 61, 23), "tall": randomVideo(r, 17, 80),
	} {
		for _, polygon := range []bool{false, true} {
			dir := t.TempDir()
			ctx := context.Background()
			_, err := WritePNG(ctx, dir, src)
			must(t, err)
			_, err = WriteCOCO(ctx, dir, src, COCOOptions{Polygons: polygon})
			must(t, err)
			out, err := exec.Command(python, script, dir).CombinedOutput()
			if err != nil {
				t.Errorf("%s, polygons=%v: %v: %s", name, polygon, err, out)
			}
		}
	}
}

func randomVideo(r *rand.Rand, w, h int) *fakeVideo {
	s := source()
	s.video.W, s.video.H = w, h
	for f := range s.video.Frames {
		s.frames[f] = []FrameMask{{Object: 1, Mask: randomMask(r, w, h), Confidence: 0.5}, {Object: 7, Mask: randomMask(r, w, h), Confidence: 0.5}}
	}
	return s
}
