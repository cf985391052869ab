package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/export/picture"
)

// square writes a 100x100 mask PNG with a filled square of the given side at
// (x, 40); side 0 leaves the mask empty.
func square(t *testing.T, path string, x, side int) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 100, 100))
	for dy := range side {
		for dx := range side {
			img.SetGray(x+dx, 40+dy, color.Gray{Y: 255})
		}
	}
	writePNG(t, path, img)
}

func writePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

// runCommand runs the program's command line and returns exit code and output.
func runCommand(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = Run(ctx, testEnv(t, &out, &errs), args)
	return code, out.String(), errs.String()
}

func TestEvalByHand(t *testing.T) {
	dir := t.TempDir()
	pred, truth := filepath.Join(dir, "png"), filepath.Join(dir, "gt")
	// Frames 0 and 3 do not count. Frame 1 is exact; on frame 2 a 20 px square
	// is 10 px off: 200 of 600 pixels in common. Of its contour 2 columns of 21
	// and 2 rows of 21 lie as follows: the rows match where they overlap.
	for i, x := range []int{70, 10, 20, 70} {
		square(t, filepath.Join(pred, "1", "0000"+string(rune('0'+i))+".png"), x, 20)
	}
	for i := range 4 {
		square(t, filepath.Join(truth, "0000"+string(rune('0'+i))+".png"), 10, 20)
	}
	code, out, errs := runCommand(t, context.Background(), "eval", "-pred", pred, "-gt", truth, "-json")
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var got struct {
		J       float64 `json:"J"`
		F       float64 `json:"F"`
		JF      float64 `json:"JF"`
		JRecall float64 `json:"J_recall"`
		JDecay  float64 `json:"J_decay"`
		Frames  int     `json:"frames"`
		Objects []struct {
			ID int     `json:"id"`
			J  float64 `json:"J"`
		} `json:"objects"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if want := (1 + 200.0/600) / 2; math.Abs(got.J-want) > 1e-9 || got.JRecall != 0.5 {
		t.Errorf("J %v (want %v), recall %v", got.J, want, got.JRecall)
	}
	if got.Frames != 2 || len(got.Objects) != 1 || got.Objects[0].ID != 1 || got.Objects[0].J != got.J {
		t.Errorf("frames and objects: %+v", got)
	}
	if math.Abs(got.JF-(got.J+got.F)/2) > 1e-12 || got.F <= 0.5 || got.F >= 1 {
		t.Errorf("F %v, J&F %v", got.F, got.JF)
	}
	_, out, _ = runCommand(t, context.Background(), "eval", "-pred", pred, "-gt", truth, "-json", "-all")
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Frames != 4 || math.Abs(got.J-(1+200.0/600)/4) > 1e-9 {
		t.Errorf("with -all: %+v, %v", got, err)
	}
}

func TestEvalOfSeveralObjects(t *testing.T) {
	dir := t.TempDir()
	for _, id := range []string{"1", "2", "10"} {
		for _, f := range []string{"00000.png", "00001.png", "00002.png"} {
			square(t, filepath.Join(dir, "gt", id, f), 10, 20)
			if !(id == "10" && f == "00001.png") {
				square(t, filepath.Join(dir, "png", id, f), 10, 20)
			}
		}
	}
	code, out, errs := runCommand(t, context.Background(), "eval", "-pred", filepath.Join(dir, "png"), "-gt", filepath.Join(dir, "gt"))
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if !strings.Contains(errs, "1 predicted masks are missing") {
		t.Errorf("a missing mask went unnoticed: %q", errs)
	}
	if i, j := strings.Index(out, "\n2 "), strings.Index(out, "\n10 "); i < 0 || j < i {
		t.Errorf("objects are not in order:\n%s", out)
	}
	if !strings.Contains(out, "mean        0.667") {
		t.Errorf("the mean is not over objects:\n%s", out)
	}
}

func TestEvalErrors(t *testing.T) {
	dir := t.TempDir()
	gt, small, one := filepath.Join(dir, "gt"), filepath.Join(dir, "small"), filepath.Join(dir, "one")
	for _, f := range []string{"0.png", "1.png", "2.png"} {
		square(t, filepath.Join(gt, f), 10, 20)
		writePNG(t, filepath.Join(small, f), image.NewGray(image.Rect(0, 0, 9, 9)))
	}
	square(t, filepath.Join(one, "0.png"), 10, 20)
	broken := filepath.Join(dir, "broken")
	for _, f := range []string{"0.png", "1.png", "2.png"} {
		if err := os.MkdirAll(broken, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(broken, f), []byte("no image"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no folder", []string{"-pred", filepath.Join(dir, "none"), "-gt", gt}, ExitFailed, "none"},
		{"no masks", []string{"-pred", t.TempDir(), "-gt", gt}, ExitFailed, "no PNG masks"},
		{"other size", []string{"-pred", small, "-gt", gt}, ExitFailed, "9x9"},
		{"broken image", []string{"-pred", broken, "-gt", gt}, ExitFailed, "0.png"},
		{"nothing left", []string{"-pred", one, "-gt", one}, ExitFailed, "-all"},
		{"option missing", []string{"-pred", gt}, ExitUsage, "-gt is required"},
		{"stray word", []string{"-pred", gt, "-gt", gt, "x"}, ExitUsage, `"x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errs := runCommand(t, context.Background(), append([]string{"eval"}, tt.args...)...)
			if code != tt.code || !strings.Contains(errs, tt.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, %q", code, errs)
			}
		})
	}
}

// Pictures that number objects are compared object by object: by number, or by
// the best assignment; what is not to be judged does not count.
func TestEvalOfNumberedObjects(t *testing.T) {
	dir := t.TempDir()
	indexed := func(folder string, first, second, void uint8) {
		for i := range 3 {
			img := image.NewPaletted(image.Rect(0, 0, 60, 40), picture.Palette())
			for y := range 20 {
				for x := range 20 {
					img.SetColorIndex(x+2*i, y, first)
					img.SetColorIndex(x+40, y+20, second)
				}
			}
			if void != 0 {
				for x := range 60 {
					img.SetColorIndex(x, 0, void)
				}
			}
			writePNG(t, filepath.Join(dir, folder, fmt.Sprintf("%05d.png", i)), img)
		}
	}
	indexed("truth", 1, 2, 0)
	indexed("void", 1, 2, 255)
	indexed("swapped", 2, 1, 0)
	for _, c := range []struct {
		args []string
		want float64
	}{
		{[]string{"-pred", "truth", "-gt", "truth"}, 1},
		{[]string{"-pred", "truth", "-gt", "void"}, 1},
		{[]string{"-pred", "swapped", "-gt", "truth"}, 0},
		{[]string{"-pred", "swapped", "-gt", "truth", "-match-ids"}, 1},
	} {
		args := slices.Clone(c.args)
		args[1], args[3] = filepath.Join(dir, args[1]), filepath.Join(dir, args[3])
		code, out, errs := runCommand(t, context.Background(), append([]string{"eval", "-json"}, args...)...)
		var got struct {
			J       float64
			Objects []struct{ J float64 }
		}
		if err := json.Unmarshal([]byte(out), &got); code != ExitDone || err != nil || got.J != c.want || len(got.Objects) != 2 {
			t.Errorf("%v: exit %d, %s, %s", c.args, code, out, errs)
		}
	}
}

// Folders whose frames are called otherwise are compared frame by frame.
func TestEvalMatchesNames(t *testing.T) {
	dir := t.TempDir()
	for i := range 4 {
		square(t, filepath.Join(dir, "truth", fmt.Sprintf("%05d.png", 5*i)), 10+i, 20+i)
		for k := range 5 {
			square(t, filepath.Join(dir, "pred", fmt.Sprintf("mask_%d.png", 5*i+k)), 10+i, 20+i)
		}
	}
	code, out, errs := runCommand(t, context.Background(), "eval", "-json", "-all", "-pred", filepath.Join(dir, "pred"), "-gt", filepath.Join(dir, "truth"))
	var got struct {
		J       float64
		Missing int
	}
	if err := json.Unmarshal([]byte(out), &got); code != ExitDone || err != nil || got.J != 1 || got.Missing != 0 {
		t.Errorf("exit %d, %s, %s", code, out, errs)
	}
}
