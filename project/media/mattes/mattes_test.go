package mattes

import (
	"errors"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// frames returns pictures and masks of a size: noise, nothing, everything, a
// single pixel in a corner.
func frames(w, h int) (colour []*image.RGBA, alpha [][]uint8) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 5 {
		img, a := image.NewRGBA(image.Rect(0, 0, w, h)), make([]uint8, w*h)
		for k := range a {
			img.Pix[4*k], img.Pix[4*k+1], img.Pix[4*k+2], img.Pix[4*k+3] = uint8(r.IntN(256)), uint8(k), uint8(40*i), 255
			switch i {
			case 0, 4:
				a[k] = uint8(255 * r.IntN(2))
			case 2:
				a[k] = 255
			case 3:
				a[w*h-1] = 255
			}
		}
		colour, alpha = append(colour, img), append(alpha, a)
	}
	return colour, alpha
}

func TestAlphaAndTimesComeBack(t *testing.T) {
	for _, k := range []Kind{ProRes, VP9, FFV1} {
		t.Run(string(k), func(t *testing.T) {
			if err := k.Check(); err != nil {
				t.Skip(err)
			}
			for _, size := range []image.Point{{64, 48}, {37, 21}, {2, 2}} {
				times := []float64{0, 0.040, 0.073, 0.5, 0.541}
				path := filepath.Join(t.TempDir(), "m"+k.Extension())
				colour, alpha := frames(size.X, size.Y)
				m, err := Create(path, k, size.X, size.Y, times)
				if err != nil {
					t.Fatal(size, err)
				}
				for i := range alpha {
					if err := m.Write(colour[i], alpha[i]); err != nil {
						t.Fatal(size, err)
					}
				}
				if err := m.Close(); err != nil {
					t.Fatal(size, err)
				}
				r, err := Open(path)
				if err != nil {
					t.Fatal(size, err)
				}
				got := make([]uint8, size.X*size.Y)
				for i := range alpha {
					at, ok, err := r.Next(got)
					if err != nil || !ok {
						t.Fatalf("%v: frame %d: %v, %v", size, i, ok, err)
					}
					if math.Abs(at-times[i]) > 1e-6 {
						t.Errorf("%v: frame %d comes at %v, should be %v", size, i, at, times[i])
					}
					if string(got) != string(alpha[i]) {
						t.Errorf("%v: the alpha of frame %d differs", size, i)
					}
				}
				if _, ok, err := r.Next(got); ok || err != nil {
					t.Errorf("%v: more frames than were written (%v)", size, err)
				}
				r.Close()
			}
		})
	}
}

// A preview has no alpha, but every frame, at odd sizes too.
func TestPreview(t *testing.T) {
	if err := H264.Check(); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "m.mp4")
	colour, _ := frames(37, 21)
	m, err := Create(path, H264, 37, 21, []float64{0, 0.1, 0.2, 0.3, 0.4})
	if err != nil {
		t.Fatal(err)
	}
	for _, img := range colour {
		if err := m.Write(img, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() < 500 {
		t.Errorf("%v, %v", info, err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, _, err := r.Next(make([]uint8, r.W*r.H)); !errors.Is(err, ErrVideo) {
		t.Errorf("a video without alpha was read as a matte: %v", err)
	}
}

func TestTicks(t *testing.T) {
	ntsc := []float64{0, 1001.0 / 30000, 2002.0 / 30000}
	film := []float64{0, 1001.0 / 24000, 2002.0 / 24000}
	for unit, times := range map[int][]float64{30000: ntsc, 24000: film, 25000: {0, 1.0 / 3125}, 1_000_000: {0.000001, 0.04}} {
		got, pts, err := ticks(times)
		if err != nil || got != unit {
			t.Errorf("%v: unit %d, %v; should be %d", times, got, err, unit)
		}
		for i := range pts {
			if math.Abs(float64(pts[i])/float64(got)-times[i]) > 1e-6 {
				t.Errorf("%v: frame %d at %v", times, i, pts[i])
			}
		}
	}
	for _, times := range [][]float64{{0, 0}, {0, 1, 0.5}, {math.NaN()}} {
		if _, _, err := ticks(times); err == nil {
			t.Errorf("%v were taken", times)
		}
	}
}

func TestWhatIsNoMatte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.mov")
	for _, content := range []string{"", "#EXTM3U\nfile.mp4", "\x00\x00\x00\x10ftypqt  broken"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrVideo) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	colour, alpha := frames(1920, 1080)
	for _, k := range []Kind{ProRes, VP9, FFV1, H264} {
		b.Run(string(k), func(b *testing.B) {
			times := make([]float64, b.N)
			for i := range times {
				times[i] = float64(i) / 25
			}
			m, err := Create(filepath.Join(b.TempDir(), "m"+k.Extension()), k, 1920, 1080, times)
			if err != nil {
				b.Skip(err)
			}
			for i := range b.N {
				if err := m.Write(colour[i%2+2], alpha[i%2+2]); err != nil {
					b.Fatal(err)
				}
			}
			if err := m.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}
