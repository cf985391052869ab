package formats

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// pycocotools reads what is written here and must find the same pixels, areas
// and boxes: for masks of every awkward shape, wide and tall, as run lengths
// and as polygons.
func TestPycocotoolsAgrees(t *testing.T) {
	python := os.Getenv("MASKLET_PYTHON")
	if python == "" {
		t.Skip("MASKLET_PYTHON names no python with pycocotools, numpy and pillow")
	}
	script, err := filepath.Abs(filepath.Join("..", "..", "..", ".ci", "check_coco.py"))
	exporttest.Must(t, err)
	r := rand.New(rand.NewPCG(5, 6))
	for name, src := range map[string]*exporttest.Clip{
		"shapes": exporttest.Hostile(), "wide": exporttest.Random(r, 61, 23), "tall": exporttest.Random(r, 17, 80),
	} {
		for _, polygon := range []bool{false, true} {
			dir := t.TempDir()
			chosen, err := Named([]string{"png", "coco"})
			exporttest.Must(t, err)
			_, err = export.Write(context.Background(), export.Targets(dir, chosen), src, export.Options{Polygons: polygon})
			exporttest.Must(t, err)
			out, err := exec.Command(python, script, dir).CombinedOutput()
			if err != nil {
				t.Errorf("%s, polygons=%v: %v: %s", name, polygon, err, out)
			}
		}
	}
}
