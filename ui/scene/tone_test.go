package scene

import (
	"image"
	"testing"
)

func TestTone(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 256, 1))
	for i := range 256 {
		copy(img.Pix[4*i:], []uint8{uint8(i), uint8(i), uint8(i), 255})
	}
	if (Tone{}).Apply(img) != img || (Tone{Gamma: 1}).Apply(nil) != nil {
		t.Error("nothing to do, and something is done")
	}
	for _, tt := range []struct {
		name       string
		tone       Tone
		dark, high func(v uint8) bool // what 40 and 215 become
	}{
		{"brighter", Tone{Brightness: 0.4}, func(v uint8) bool { return v > 80 }, func(v uint8) bool { return v == 255 }},
		{"darker", Tone{Brightness: -0.4}, func(v uint8) bool { return v == 0 }, func(v uint8) bool { return v < 215 }},
		{"more contrast", Tone{Contrast: 0.5}, func(v uint8) bool { return v < 40 }, func(v uint8) bool { return v > 215 }},
		{"less contrast", Tone{Contrast: -0.5}, func(v uint8) bool { return v > 40 }, func(v uint8) bool { return v < 215 }},
		{"shadows", Tone{Gamma: 0.5}, func(v uint8) bool { return v > 80 }, func(v uint8) bool { return v >= 215 && v < 255 }},
		{"masks alone", Tone{Black: true}, func(v uint8) bool { return v == 0 }, func(v uint8) bool { return v == 0 }},
	} {
		out := tt.tone.Apply(img)
		if !tt.dark(out.Pix[4*40]) || !tt.high(out.Pix[4*215]) || out.Pix[4*40+3] != 255 || img.Pix[4*40] != 40 {
			t.Errorf("%s: 40 becomes %d, 215 becomes %d", tt.name, out.Pix[4*40], out.Pix[4*215])
		}
		for i := range 255 {
			if out.Pix[4*i] > out.Pix[4*i+4] {
				t.Fatalf("%s: the order of values changes at %d", tt.name, i)
			}
		}
	}
}
