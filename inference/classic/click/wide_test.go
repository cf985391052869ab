package click

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// wideClicks is the length of a click sequence of the wide table.
const wideClicks = 5

// wideRow is the IoU after each prompt of one sequence: clicks, or one box.
type wideRow struct {
	clip, kind string
	frame      int
	iou        []float64
}

// TestDAVISWide measures masks of single frames far beyond the prompts of
// TestDAVISClicks: several frames of each clip, with the motion that a start
// frame has and with that of a frame amid the clip, mirrored and darkened
// pictures, first clicks anywhere well inside the object, next clicks anywhere
// well inside the largest error, boxes drawn carelessly. MASKLET_DAVIS_FRAMES
// says how many frames of each clip.
func TestDAVISWide(t *testing.T) {
	dir := os.Getenv("MASKLET_DAVIS")
	if dir == "" {
		t.Skip("MASKLET_DAVIS is not set: no clips with true masks")
	}
	perClip, err := strconv.Atoi(cmp.Or(os.Getenv("MASKLET_DAVIS_FRAMES"), "3"))
	if err != nil {
		t.Fatal(err)
	}
	clips, err := filepath.Glob(filepath.Join(dir, cmp.Or(os.Getenv("MASKLET_DAVIS_CLIPS"), "*"), "frames"))
	if err != nil || len(clips) == 0 {
		t.Fatalf("no clips in %s", dir)
	}
	var rows []wideRow
	for _, frames := range clips {
		files, err := filepath.Glob(filepath.Join(frames, "*.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		for k := range perClip {
			rows = append(rows, wideFrame(t, filepath.Dir(frames), k*len(files)/perClip, len(files), k)...)
		}
	}
	report(t, rows)
}

// wideFrame measures one frame; k chooses how it is shown.
func wideFrame(t *testing.T, clip string, frame, total, k int) []wideRow {
	look, steps := "plain", []int{1, 3}
	if k%2 == 1 {
		steps = []int{-1, 1, -3, 3}
	}
	if frame+3 >= total {
		steps = []int{-1, -3}
	}
	change := func(img *image.RGBA) *image.RGBA { return img }
	switch k % 3 {
	case 1:
		look, change = "mirrored", mirrored
	case 2:
		look, change = "dark", darkened
	}
	load := func(i int) *image.RGBA {
		return change(loadImage(t, filepath.Join(clip, "frames", fmt.Sprintf("%05d.jpg", i))))
	}
	truth := loadMask(t, filepath.Join(clip, "masks", fmt.Sprintf("%05d.png", frame)))
	if look == "mirrored" {
		truth = mirroredMask(truth)
	}
	if annotate.MaskFromBitmap(truth).Area() < 100 {
		return nil
	}
	scene := sceneOf(t, load, frame, steps)
	name := filepath.Base(clip)
	rng := rand.New(rand.NewPCG(uint64(frame), uint64(len(name))))
	var rows []wideRow
	add := func(kind string, v ...float64) {
		rows = append(rows, wideRow{name, kind, frame, v})
	}
	box := truthBox(truth)
	add("box", iou(segment(t, scene, box).Mask, truth))
	for range 2 {
		add("loose box", iou(segment(t, scene, careless(rng, *box, truth.W, truth.H)).Mask, truth))
	}
	add("clicks", sequence(t, scene, truth, func(b *annotate.Bitmap) annotate.Point { return innermost(t, b) })...)
	for range 2 {
		add("random clicks", sequence(t, scene, truth, func(b *annotate.Bitmap) annotate.Point { return wellInside(t, rng, b) })...)
	}
	return rows
}

// sequence gives clicks one after the other, each placed by choose in what is
// to be clicked, and returns the IoU after each.
func sequence(t *testing.T, scene *Scene, truth *annotate.Bitmap, choose func(*annotate.Bitmap) annotate.Point) []float64 {
	t.Helper()
	pts := []annotate.Point{choose(truth)}
	var out []float64
	for range wideClicks {
		a := segment(t, scene, nil, pts...)
		checkLaw(t, a.Mask, pts)
		out = append(out, iou(a.Mask, truth))
		wrong, positive := largerError(a.Mask, truth)
		p := choose(wrong)
		p.Positive = positive
		pts = append(pts[:len(pts):len(pts)], p)
	}
	return out
}

// wellInside returns a pixel that is at least half as deep in the mask as its
// deepest one.
func wellInside(t *testing.T, rng *rand.Rand, b *annotate.Bitmap) annotate.Point {
	t.Helper()
	d, err := vision.Distance(b.Pix, b.W, b.H)
	if err != nil {
		t.Fatal(err)
	}
	top := slices.Max(d.Pix)
	var deep []int
	for i, v := range d.Pix {
		if v >= top/2 && b.Pix[i] != 0 {
			deep = append(deep, i)
		}
	}
	if len(deep) == 0 {
		return plus(0.5, 0.5)
	}
	i := deep[rng.IntN(len(deep))]
	return plus(float64(i%b.W)+0.5, float64(i/b.W)+0.5)
}

// careless moves each side of a box by up to 5 % of its length.
func careless(rng *rand.Rand, b annotate.Box, w, h int) *annotate.Box {
	dx, dy := 0.05*(b.X1-b.X0), 0.05*(b.Y1-b.Y0)
	off := func(d float64) float64 { return d * (2*rng.Float64() - 1) }
	return &annotate.Box{
		X0: max(b.X0+off(dx), 0), Y0: max(b.Y0+off(dy), 0),
		X1: min(b.X1+off(dx), float64(w)), Y1: min(b.Y1+off(dy), float64(h)),
	}
}

func mirrored(img *image.RGBA) *image.RGBA {
	w := img.Rect.Dx()
	out := image.NewRGBA(img.Rect)
	for i := 0; i < len(img.Pix); i += 4 {
		x, y := i/4%w, i/4/w
		copy(out.Pix[4*(y*w+w-1-x):], img.Pix[i:i+4])
	}
	return out
}

func mirroredMask(b *annotate.Bitmap) *annotate.Bitmap {
	out := annotate.NewBitmap(b.W, b.H)
	for i, v := range b.Pix {
		out.Pix[i/b.W*b.W+b.W-1-i%b.W] = v
	}
	return out
}

// darkened is a picture taken in less light.
func darkened(img *image.RGBA) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = v
		if i%4 < 3 {
			out.Pix[i] = uint8(int(v)*3/4 + 2)
		}
	}
	return out
}

// wideFloor is what the engine promises on the clips of its own development, by
// prompt and number of prompts: what it reached when the test was written, less
// 0.03.
var wideFloor = map[string]map[int]float64{
	"box":           {1: 0.69},
	"loose box":     {1: 0.67},
	"clicks":        {1: 0.63, 3: 0.74, 5: 0.79},
	"random clicks": {1: 0.63, 3: 0.71, 5: 0.76},
}

// report prints mean, worst tenth and worst of each kind, the worst sequences,
// and what next clicks spoiled.
func report(t *testing.T, rows []wideRow) {
	t.Helper()
	t.Logf("%-20s %5s %6s %6s %6s", "prompt", "n", "mean", "p10", "worst")
	for _, kind := range []string{"box", "loose box", "clicks", "random clicks"} {
		for _, n := range []int{1, 3, 5} {
			if n > 1 && strings.Contains(kind, "box") {
				continue
			}
			var v []float64
			for _, r := range rows {
				if r.kind == kind {
					v = append(v, r.iou[n-1])
				}
			}
			slices.Sort(v)
			t.Logf("%-18s %d %5d %6.3f %6.3f %6.3f", kind, n, len(v), mean(v), v[len(v)/10], v[0])
			if floor := wideFloor[kind][n]; mean(v) < floor {
				t.Errorf("%s: mean IoU %.3f after %d, want at least %.2f", kind, mean(v), n, floor)
			}
		}
	}
	slices.SortFunc(rows, func(a, b wideRow) int { return cmp.Compare(a.iou[len(a.iou)-1], b.iou[len(b.iou)-1]) })
	for _, r := range rows[:min(5, len(rows))] {
		t.Logf("worst: %s on frame %d of %s: %.3f", r.kind, r.frame, r.clip, r.iou)
	}
	clicks, spoiled, worst := 0, 0, 0.0
	for _, r := range rows {
		for i := 1; i < len(r.iou); i++ {
			loss := r.iou[i-1] - r.iou[i]
			worst = max(worst, loss)
			clicks++
			if loss > 0.05 {
				spoiled++
			}
		}
	}
	t.Logf("next clicks: %d, of which %d lost more than 0.05 IoU, the worst %.3f", clicks, spoiled, worst)
	if spoiled*50 > clicks {
		t.Errorf("%d of %d next clicks made the mask worse by more than 0.05", spoiled, clicks)
	}
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(len(v), 1))
}

// sceneOf prepares a frame with its motions to the frames at the given steps.
func sceneOf(t testing.TB, load func(i int) *image.RGBA, frame int, steps []int) *Scene {
	t.Helper()
	img := load(frame)
	w, h := vision.WorkingSize(img.Rect.Dx(), img.Rect.Dy(), workShort)
	from := workGray(t, img, w, h)
	in := Input{Frame: img}
	for _, k := range steps {
		flow, err := vision.DIS(from, workGray(t, load(frame+k), w, h), vision.EngineFlow())
		if err != nil {
			t.Fatal(err)
		}
		in.Motion = append(in.Motion, flow)
	}
	s, err := Prepare(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
