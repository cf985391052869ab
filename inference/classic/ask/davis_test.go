package ask

import (
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

// davisClicks are the numbers of clicks after which the IoU is told.
var davisClicks = []int{1, 2, 3, 5, 8}

// TestDAVISPrompts prints the IoU of the first frame's mask after a box and after
// one to eight simulated clicks for every clip, and checks the means. MASKLET_DAVIS
// names the folder with the clips; MASKLET_DAVIS_STEP adds every nth frame.
func TestDAVISPrompts(t *testing.T) {
	dir := os.Getenv("MASKLET_DAVIS")
	if dir == "" {
		t.Skip("MASKLET_DAVIS is not set: no clips with true masks")
	}
	clips, err := filepath.Glob(filepath.Join(dir, "*", "masks"))
	if err != nil || len(clips) == 0 {
		t.Fatalf("no clips in %s", dir)
	}
	net := nettest.Open(t, 2)
	step, err := strconv.Atoi(cmp.Or(os.Getenv("MASKLET_DAVIS_STEP"), "100000"))
	if err != nil {
		t.Fatal(err)
	}
	var sum []float64
	worst, worstAt := 0.0, ""
	t.Logf("%-16s %6s %6s %6s %6s %6s %6s %6s", "clip", "box", "1", "2", "3", "5", "8", "q")
	for _, masks := range clips {
		clip := filepath.Base(filepath.Dir(masks))
		var row []float64
		n := 0
		for i := 0; ; i += step {
			truth := loadMask(filepath.Join(masks, fmt.Sprintf("%05d.png", i)))
			if truth == nil {
				break
			}
			if truth.Area() < 200 {
				continue
			}
			n++
			f := New(net, loadImage(filepath.Join(filepath.Dir(masks), "frames", fmt.Sprintf("%05d.jpg", i))))
			v, lost := simulate(t, f, *truth, startClick(t, filepath.Dir(masks), i, *truth))
			row = add(row, v)
			if lost > worst {
				worst, worstAt = lost, fmt.Sprintf("%s %d", clip, i)
			}
		}
		for i := range row {
			row[i] /= float64(n)
		}
		sum = add(sum, row)
		t.Log(line(clip, row))
	}
	for i := range sum {
		sum[i] /= float64(len(clips))
	}
	t.Log(line("mean", sum))
	t.Logf("largest loss from one click to the next: %.3f (%s)", worst, worstAt)
	if len(clips) != 10 || step < 1000 {
		return
	}
	for i, least := range []float64{0.90, 0.87, 0.89, 0.91, 0.93} {
		if sum[i] < least {
			t.Errorf("column %d: mean IoU %.3f, want at least %.2f", i, sum[i], least)
		}
	}
	if worst > 0.05 {
		t.Errorf("a click made the mask of %s worse by %.3f", worstAt, worst)
	}
}

func line(name string, row []float64) string {
	s := fmt.Sprintf("%-16s", name)
	for _, v := range row {
		s += fmt.Sprintf(" %6.3f", v)
	}
	return s
}

func add(sum, v []float64) []float64 {
	if sum == nil {
		return slices.Clone(v)
	}
	for i := range v {
		sum[i] += v[i]
	}
	return sum
}

// simulate returns the IoU from a box, after the clicks, and the confidence of
// the first click; and the largest loss from one click to the next.
func simulate(t testing.TB, f *Frame, truth annotate.Mask, start annotate.Point) (row []float64, lost float64) {
	t.Helper()
	r := truth.Bounds()
	a, err := f.Segment(t.Context(), annotate.Prompt{Box: &annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}})
	if err != nil {
		t.Fatal(err)
	}
	row = append(row, iou(t, a.Mask, truth))
	p := annotate.Prompt{}.WithPoint(start)
	last, sure := 0.0, 0.0
	for n := 1; n <= davisClicks[len(davisClicks)-1]; n++ {
		a, err := f.Segment(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Points {
			if a.Mask.At(int(c.X), int(c.Y)) != c.Positive {
				t.Errorf("click %+v has not got its label", c)
			}
		}
		v := iou(t, a.Mask, truth)
		if n == 1 {
			sure = a.Confidence
		}
		if slices.Contains(davisClicks, n) {
			row = append(row, v)
		}
		lost = max(lost, last-v)
		last = v
		if pt, ok := nextClick(t, a.Mask, truth); ok {
			p = p.WithPoint(pt)
		}
	}
	return append(row, sure), lost
}

// startClick is the first click: on the first frame that of the clip's prompt
// file, else the pixel deepest inside the object.
func startClick(t testing.TB, clip string, frame int, truth annotate.Mask) annotate.Point {
	t.Helper()
	if frame > 0 {
		x, y, _, _ := truth.Bitmap().Interior()
		return annotate.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5, Positive: true}
	}
	b, err := os.ReadFile(filepath.Join(clip, "click.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Objects []struct {
			Prompts []struct{ Points [][3]float64 }
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	p := file.Objects[0].Prompts[0].Points[0]
	return annotate.Point{X: p[0], Y: p[1], Positive: true}
}

func nextClick(t testing.TB, m, truth annotate.Mask) (annotate.Point, bool) {
	t.Helper()
	missing, err := annotate.Subtract(truth, m)
	if err != nil {
		t.Fatal(err)
	}
	extra, err := annotate.Subtract(m, truth)
	if err != nil {
		t.Fatal(err)
	}
	ax, ay, lack, _ := missing.Bitmap().Interior()
	bx, by, more, _ := extra.Bitmap().Interior()
	if lack >= more {
		return annotate.Point{X: float64(ax) + 0.5, Y: float64(ay) + 0.5, Positive: true}, lack > 0
	}
	return annotate.Point{X: float64(bx) + 0.5, Y: float64(by) + 0.5}, true
}

func iou(t testing.TB, a, b annotate.Mask) float64 {
	t.Helper()
	v, err := annotate.IoU(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// loadImage returns a picture, nil if there is none.
func loadImage(path string) *image.RGBA {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	if err != nil {
		return nil
	}
	out := image.NewRGBA(image.Rect(0, 0, m.Bounds().Dx(), m.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
	return out
}

func loadMask(path string) *annotate.Mask {
	img := loadImage(path)
	if img == nil {
		return nil
	}
	b := annotate.NewBitmap(img.Rect.Dx(), img.Rect.Dy())
	for i := range b.Pix {
		if img.Pix[4*i] > 127 {
			b.Pix[i] = 255
		}
	}
	m := annotate.MaskFromBitmap(b)
	return &m
}
