package sam2

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/inference/sam2/resample"
)

// goldenFile returns a file of the golden data, or skips the test.
func goldenFile(t testing.TB, name string) []byte {
	t.Helper()
	dir := os.Getenv("MASKLET_GOLDEN")
	if dir == "" {
		dir = "../../../shared/golden"
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("needs the golden data (MASKLET_GOLDEN): %v", err)
	}
	return data
}

func TestGoldenResize(t *testing.T) {
	var v map[string]json.RawMessage
	if err := json.Unmarshal(goldenFile(t, "vectors.json"), &v); err != nil {
		t.Fatal(err)
	}
	src := hwc(t, v["pil_src_hwc"])
	img := image.NewRGBA(image.Rect(0, 0, len(src[0]), len(src)))
	for y, row := range src {
		for x, p := range row {
			copy(img.Pix[img.PixOffset(x, y):], []uint8{uint8(p[0]), uint8(p[1]), uint8(p[2]), uint8(7 * x)})
		}
	}
	for name, k := range map[string]resample.Kernel{"bicubic": resample.Bicubic, "bilinear": resample.Triangle} {
		for size, wh := range map[string][2]int{"4x4": {4, 4}, "9x8": {9, 8}} {
			want := hwc(t, v["pil_"+name+"_"+size+"_wh"])
			got := resample.RGB(img, wh[0], wh[1], k)
			for y, row := range want {
				for x, p := range row {
					for c, w := range p {
						if g := got[3*(y*wh[0]+x)+c]; int(g) != w {
							t.Errorf("%s %s: pixel (%d,%d) channel %d is %d, want %d", name, size, x, y, c, g, w)
						}
					}
				}
			}
		}
	}
}

// scramble is a picture of 8-pixel tiles with noise: hard edges, flat areas and
// every byte value, the same wherever it is computed.
func scramble(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			for c := range 3 {
				i := uint32(3*(y*w+x) + c)
				v := uint32(y/8*97+x/8*31+7*c)*2654435761 + i*40503
				img.Pix[img.PixOffset(x, y)+c] = uint8(v * 2246822519 >> 24)
			}
		}
	}
	return img
}

// The digests are those of Pillow 11.3, Image.resize with its default filter:
// landscape and portrait, odd sizes, growing and shrinking, one pixel wide.
func TestResizeIsThatOfPillow(t *testing.T) {
	for _, c := range []struct {
		w, h, size int
		want       string
	}{
		{150, 110, 128, "74041f3d90edaecf"},
		{299, 626, 128, "7a9cad72b3358fb0"},
		{160, 707, 32, "c1c17417d89367f0"},
		{640, 360, 512, "273f8888f6998a12"},
		{270, 480, 512, "907f13ca96dc908d"},
		{641, 361, 192, "8c49f76595399117"},
		{3, 500, 64, "969711ec4230cc01"},
		{500, 1, 64, "f5b465d1d281ce1f"},
		{127, 129, 128, "0d2a8607441af73f"},
		{31, 33, 160, "351d298d08f9bc48"},
	} {
		sum := sha256.Sum256(resample.RGB(scramble(c.w, c.h), c.size, c.size, resample.Bicubic))
		if got := hex.EncodeToString(sum[:8]); got != c.want {
			t.Errorf("%dx%d to %d: %s, want %s", c.w, c.h, c.size, got, c.want)
		}
	}
}

func hwc(t *testing.T, raw json.RawMessage) (out [][][3]int) {
	t.Helper()
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGoldenHostMath(t *testing.T) {
	var v struct {
		Src    [][]float32 `json:"t_src"`
		Up     [][]float32 `json:"bilinear_7x9_hw"`
		AASrc  [][]float32 `json:"aa_src"`
		AA     [][]float32 `json:"bilinear_aa_4x5_hw"`
		NoAA   [][]float32 `json:"bilinear_noaa_4x5_hw"`
		PEIn   []float32   `json:"ptr_pe_in"`
		PE     [][]float32 `json:"ptr_pe_256"`
		BF16In []float32   `json:"bf16_in"`
		BF16   []float32   `json:"bf16_rne"`
	}
	if err := json.Unmarshal(goldenFile(t, "vectors.json"), &v); err != nil {
		t.Fatal(err)
	}
	near(t, "bilinear", bilinear(flat(v.Src), 4, 4, 9, 7), flat(v.Up), 1e-6)
	near(t, "antialiased", resample.BilinearAA(flat(v.AASrc), 12, 9, 5, 4), flat(v.AA), 1e-6)
	near(t, "not antialiased", bilinear(flat(v.AASrc), 12, 9, 5, 4), flat(v.NoAA), 1e-6)
	if len(v.PEIn) == 0 || len(v.BF16In) == 0 {
		t.Fatal("vectors.json lacks pointer positions or bfloat16 values")
	}
	for i, x := range v.PEIn {
		near(t, "pointer position", sine1D(x, 256), v.PE[i], 1e-6)
	}
	for i, x := range v.BF16In {
		if got := fromBF16(toBF16(x)); got != v.BF16[i] {
			t.Errorf("bfloat16 of %g is %g, want %g", x, got, v.BF16[i])
		}
	}
}

func flat(rows [][]float32) (out []float32) {
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

func near(t *testing.T, what string, got, want []float32, tol float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= tol) {
			t.Errorf("%s: value %d is %g, want %g (off by %g)", what, i, got[i], want[i], d)
			return
		}
	}
}

func TestBF16RoundsToEven(t *testing.T) {
	for _, c := range []struct{ in, want uint32 }{
		{0x3f808000, 0x3f80}, // a tie goes down to even
		{0x3f818000, 0x3f82}, // and up to even
		{0x3f808001, 0x3f81},
		{0x3f807fff, 0x3f80},
		{0x7f7fffff, 0x7f80}, // overflow to infinity
		{0x7f800000, 0x7f80},
		{0xff800000, 0xff80},
		{0x80000000, 0x8000},
	} {
		if got := toBF16(math.Float32frombits(c.in)); uint32(got) != c.want {
			t.Errorf("bfloat16 of %#x is %#x, want %#x", c.in, got, c.want)
		}
	}
	if got := fromBF16(toBF16(float32(math.NaN()))); !math.IsNaN(float64(got)) {
		t.Errorf("NaN became %g", got)
	}
}

func TestConstantPlanesStayConstant(t *testing.T) {
	src := make([]float32, 7*5)
	for i := range src {
		src[i] = 0.25
	}
	for _, size := range [][2]int{{1, 1}, {3, 9}, {20, 2}, {7, 5}, {64, 64}} {
		for name, f := range map[string]func([]float32, int, int, int, int) []float32{"bilinear": bilinear, "antialiased": resample.BilinearAA} {
			for i, v := range f(src, 7, 5, size[0], size[1]) {
				if math.Abs(float64(v)-0.25) > 1e-6 {
					t.Errorf("%s to %v: value %d is %g", name, size, i, v)
				}
			}
		}
	}
}
