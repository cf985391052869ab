package davis

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// blob is a round shape whose edge goes in and out by waves.
func blob(cx, cy, radius, waves, depth, turn float64) annotate.Mask {
	b := annotate.NewBitmap(160, 120)
	for y := range 120 {
		for x := range 160 {
			dx, dy := float64(x)-cx, float64(y)-cy
			b.Set(x, y, math.Hypot(dx, dy) < radius*(1+depth*math.Sin(waves*math.Atan2(dy, dx)+turn)))
		}
	}
	return annotate.MaskFromBitmap(b)
}

// T is what another program finds that follows the same definition with other
// tools: contours that differ by parts of a pixel allow for small differences.
func TestStabilityAsDefined(t *testing.T) {
	python := os.Getenv("MASKLET_PYTHON")
	if python == "" {
		t.Skip("MASKLET_PYTHON names no python with OpenCV, as .ci/formats has it")
	}
	script, err := filepath.Abs(filepath.Join("..", "..", ".ci", "check_stability.py"))
	if err != nil {
		t.Fatal(err)
	}
	for name, shape := range map[string]func(f float64) annotate.Mask{
		"breathing": func(f float64) annotate.Mask { return blob(80, 60, 30+4*math.Sin(f), 3, 0.2, 0) },
		"waving":    func(f float64) annotate.Mask { return blob(80, 60, 35, 4, 0.1+0.05*f, 0) },
		"turning":   func(f float64) annotate.Mask { return blob(60+5*f, 60, 35, 2, 0.3, 0.3*f) },
		"jumping":   func(f float64) annotate.Mask { return blob(80, 60, 35, 2+3*math.Mod(f, 2), 0.25, 0) },
	} {
		dir := t.TempDir()
		var masks []annotate.Mask
		for f := range 5 {
			m := shape(float64(f))
			masks = append(masks, m)
			b := m.Bitmap()
			out, err := os.Create(filepath.Join(dir, fmt.Sprintf("%05d.png", f)))
			if err != nil {
				t.Fatal(err)
			}
			err = png.Encode(out, &image.Gray{Pix: b.Pix, Stride: b.W, Rect: image.Rect(0, 0, b.W, b.H)})
			if closing := out.Close(); err != nil || closing != nil {
				t.Fatal(err, closing)
			}
		}
		text, err := exec.Command(python, script, dir).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		want, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		if err != nil {
			t.Fatal(err)
		}
		got, err := T(masks)
		if err != nil || math.Abs(got-want) > 0.02+want/5 {
			t.Errorf("%s: T %v, the other program finds %v (%v)", name, got, want, err)
		}
		t.Logf("%s: T %.4f, the other program finds %.4f", name, got, want)
	}
}
