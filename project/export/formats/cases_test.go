package formats

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// truth is the mask of the red rectangle that all cases show.
func truth(frame int) annotate.Mask {
	b := annotate.NewBitmap(320, 240)
	for y := 60 + frame; y < 110+frame; y++ {
		for x := 20 + 6*frame; x < 60+6*frame; x++ {
			b.Set(x, y, true)
		}
	}
	return annotate.MaskFromBitmap(b)
}

// Inputs rebuilt from reports of other tools: the masks land on the frames that
// they were drawn for, and what is none is skipped.
func TestCases(t *testing.T) {
	root := os.Getenv("MASKLET_CASES")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "cases", "formats")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the folder of cases is not there: %v", err)
	}
	for _, c := range []struct {
		path, format, frames string
		masks, skipped       int
		say                  string
	}{
		{"impseq1/all", "png", "seq1/f", 20, 0, ""},
		{"impseq1/ten", "png", "seq1/f", 10, 0, ""},
		{"impseq1/davis", "davis", "seq1/f", 10, 0, ""},
		{"impytvos/m", "davis", "seqytvos/f", 2, 0, ""},
		{"aamask/m", "png", "", 1, 0, "soft"},
		{"mask01/m", "png", "", 1, 0, ""},
		{"maskalpha/m", "png", "", 1, 0, ""},
		{"maskalpha/k", "png", "", 1, 0, ""},
		{"p_adapt2/m", "png", "", 1, 0, ""},
		{"probmap/m", "png", "", 1, 0, "soft"},
		{"davisL/m", "davis", "", 2, 0, ""},
		{"i_stray/m", "png", "", 1, 1, "beside"},
		{"c_bom/a.json", "coco", "", 1, 0, ""},
		{"c_boxonly/a.json", "coco", "", 2, 1, "empty"},
		{"c_cvat/a.json", "coco", "", 1, 0, "number 1"},
		{"c_flat/a.json", "coco", "", 1, 0, ""},
		{"c_norm/a.json", "coco", "", 0, 1, "shares"},
		{"c_nowh/a.json", "coco", "", 1, 0, ""},
		{"c_polyout/a.json", "coco", "", 0, 2, "no pixel"},
		{"c_strid/a.json", "coco", "", 1, 0, ""},
		{"c_trackstr/a.json", "coco", "", 1, 0, ""},
		{"c_twoparts/a.json", "coco", "", 1, 0, "several annotations"},
		{"cocofn/a.json", "coco", "seq1/f", 20, 0, ""},
		{"cocofn/part.json", "coco", "seq1/f", 8, 0, ""},
	} {
		t.Run(c.path, func(t *testing.T) {
			f, ok := export.Find(All(), c.format)
			if !ok {
				t.Fatal(c.format)
			}
			v := export.Video{Name: "a.mp4", W: 320, H: 240, Frames: 40}
			if c.frames != "" {
				files, err := export.Files(filepath.Join(root, c.frames), ".jpg", ".png")
				exporttest.Must(t, err)
				v.Frames = len(files)
				for _, f := range files {
					v.FrameNames = append(v.FrameNames, filepath.Base(f))
				}
			}
			got := exporttest.Collected{}
			in := &export.Input{Video: v, Take: got.Take}
			_, err := export.Read(context.Background(), f, filepath.Join(root, c.path), in)
			var wrong []string
			for key, m := range got {
				// The whole rectangle is there; other objects and parts may be too.
				right := truth(key.Frame)
				both, err := annotate.Intersect(m, right)
				if err != nil || key.Object == 1 && both.Area() < 9*right.Area()/10 || m.Area() > 2*right.Area() {
					wrong = append(wrong, fmt.Sprintf("%v: %d of %d pixels", key, both.Area(), right.Area()))
				}
			}
			if len(wrong) > 0 || (err == nil) != (c.masks > 0) || len(got) != c.masks || in.Skipped() != c.skipped || !strings.Contains(strings.Join(in.Notes(), "\n"), c.say) {
				t.Errorf("%d masks, error %v, notes %q, wrong %v", len(got), err, in.Notes(), wrong)
			}
		})
	}
}
