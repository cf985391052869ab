package click

import (
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// TestDAVISClicks prints the IoU of the first frame's mask after a box and after
// one to five simulated clicks for every clip, and checks the means against
// what the engine promises. MASKLET_DAVIS names the folder with the clips.
func TestDAVISClicks(t *testing.T) {
	dir := os.Getenv("MASKLET_DAVIS")
	if dir == "" {
		t.Skip("MASKLET_DAVIS is not set: no clips with true masks")
	}
	masks, err := filepath.Glob(filepath.Join(dir, "*", "masks", "00000.png"))
	if err != nil || len(masks) == 0 {
		t.Fatalf("no clips in %s", dir)
	}
	const clicks = 5
	var sum [clicks + 1]float64
	worst, worstAt := 0.0, ""
	t.Logf("%-16s %6s %6s %6s %6s %6s %6s %6s", "clip", "box", "1", "2", "3", "4", "5", "conf")
	for _, m := range masks {
		clip := filepath.Dir(filepath.Dir(m))
		truth, scene := loadMask(t, m), loadScene(t, filepath.Join(clip, "frames"))
		boxed := iou(segment(t, scene, truthBox(truth)).Mask, truth)
		sum[0] += boxed
		line := fmt.Sprintf("%-16s %6.3f", filepath.Base(clip), boxed)
		pts := []annotate.Point{innermost(t, truth)}
		last, conf := 0.0, 0.0
		for i := 1; i <= clicks; i++ {
			a := segment(t, scene, nil, pts...)
			checkLaw(t, a.Mask, pts)
			v := iou(a.Mask, truth)
			sum[i] += v
			line += fmt.Sprintf(" %6.3f", v)
			if last-v > worst {
				worst, worstAt = last-v, filepath.Base(clip)
			}
			if i == 1 {
				conf = a.Confidence
			}
			last = v
			pts = append(pts[:len(pts):len(pts)], correction(t, a.Mask, truth))
		}
		t.Logf("%s %6.2f", line, conf)
	}
	line := fmt.Sprintf("%-16s", "mean")
	for i := range sum {
		sum[i] /= float64(len(masks))
		line += fmt.Sprintf(" %6.3f", sum[i])
	}
	t.Log(line)
	t.Logf("largest loss from one click to the next: %.3f (%s)", worst, worstAt)
	for _, floor := range []struct {
		name      string
		got, want float64
	}{{"box", sum[0], 0.69}, {"1 click", sum[1], 0.67}, {"3 clicks", sum[3], 0.79}, {"5 clicks", sum[5], 0.83}} {
		if floor.got < floor.want {
			t.Errorf("%s: mean IoU %.3f, want at least %.2f", floor.name, floor.got, floor.want)
		}
	}
	if worst > 0.05 {
		t.Errorf("a click made the mask of %s worse by %.3f", worstAt, worst)
	}
}

func loadImage(t testing.TB, path string) *image.RGBA {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	out := image.NewRGBA(image.Rect(0, 0, m.Bounds().Dx(), m.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
	return out
}

func loadMask(t testing.TB, path string) *annotate.Bitmap {
	m := loadImage(t, path)
	b := annotate.NewBitmap(m.Rect.Dx(), m.Rect.Dy())
	for i := range b.Pix {
		if m.Pix[4*i] > 127 {
			b.Pix[i] = 255
		}
	}
	return b
}

// loadScene prepares frame 0 with the flows to frames 1 and 3.
func loadScene(t testing.TB, frames string) *Scene {
	t.Helper()
	return sceneOf(t, func(i int) *image.RGBA {
		return loadImage(t, filepath.Join(frames, fmt.Sprintf("%05d.jpg", i)))
	}, 0, []int{1, 3})
}

func workGray(t testing.TB, img *image.RGBA, w, h int) vision.Gray {
	t.Helper()
	small, err := vision.ResizeRGBA(img, w, h)
	if err != nil {
		t.Fatal(err)
	}
	g, err := vision.GrayOf(small)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
