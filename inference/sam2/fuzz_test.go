package sam2

import (
	"bytes"
	"context"
	"image"
	"math"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/sam2/resample"
)

// Whatever a cache file holds, reading it must end in features of the right
// sizes or in an error; what was written must be read.
func FuzzUnpackFeatures(f *testing.F) {
	m := toyModel()
	n := m.featureSizes()
	good := &Features{HR0: make([]float32, n[0]), HR1: make([]float32, n[1]), Feat: make([]float32, n[2])}
	f.Add(packFeatures(good, false))
	f.Add(packFeatures(good, true))
	f.Add([]byte("MSF1"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := m.unpackFeatures(data)
		if err != nil {
			return
		}
		if err := m.checkFeatures(got); err != nil {
			t.Fatal(err)
		}
		if data[4] == 4 && !hasNaN(got) && !bytes.Equal(packFeatures(got, false)[featureHeader:], data[featureHeader:]) {
			t.Error("writing again gives other bytes")
		}
	})
}

func hasNaN(f *Features) bool {
	for _, part := range [][]float32{f.HR0, f.HR1, f.Feat} {
		for _, v := range part {
			if v != v {
				return true
			}
		}
	}
	return false
}

// No image size may break the scaling, and a plain image stays plain.
func FuzzResize(f *testing.F) {
	f.Add(uint16(1), uint16(1), uint8(7))
	f.Add(uint16(640), uint16(3), uint8(255))
	f.Add(uint16(33), uint16(31), uint8(0))
	f.Fuzz(func(t *testing.T, w, h uint16, v uint8) {
		iw, ih := int(w%700)+1, int(h%700)+1
		img := image.NewRGBA(image.Rect(0, 0, iw, ih))
		for i := range img.Pix {
			img.Pix[i] = v
		}
		for i, got := range resample.RGB(img, 32, 32, resample.Bicubic) {
			if got != v {
				t.Fatalf("%dx%d: sample %d became %d from %d", iw, ih, i, got, v)
			}
		}
	})
}

// Any prompt is answered or refused; none breaks the session.
func FuzzPrompt(f *testing.F) {
	f.Add(10.0, 10.0, 30.0, 20.0, true, 0)
	f.Add(math.NaN(), 1.0, math.Inf(1), 1.0, false, 1)
	f.Add(47.999, 35.999, 48.0, 36.0, true, 2)
	r := newRig(f, 3, defaults())
	f.Fuzz(func(t *testing.T, x0, y0, x1, y1 float64, positive bool, frame int) {
		p := annotate.Prompt{
			Points: []annotate.Point{{X: x0, Y: y0, Positive: positive}},
			Box:    &annotate.Box{X0: x0, Y0: y0, X1: x1, Y1: y1},
		}
		res, err := r.s.SetPrompt(context.Background(), key(1, frame), p)
		if err != nil {
			return
		}
		if frame < 0 || frame > 2 || !(x0 >= 0 && x0 < x1 && y0 >= 0 && y0 < y1 && x1 <= 48 && y1 <= 36) {
			t.Errorf("accepted frame %d, (%g, %g)-(%g, %g)", frame, x0, y0, x1, y1)
		}
		if math.IsNaN(res.Score) {
			t.Error("the score is not a number")
		}
	})
}
