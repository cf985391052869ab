package netort_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/inference/promptnet"
	"github.com/masklet/masklet/inference/promptnet/netort"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

const vectorDir = "../testdata"

func read(t testing.TB, dir ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func floats(t *testing.T, name string) []float32 {
	b := read(t, vectorDir, "graphs", name+".f32")
	out := make([]float32, len(b)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return out
}

// within checks a tensor against its reference: a thousandth of the largest value.
func within(t *testing.T, name string, got []float32) {
	t.Helper()
	want := floats(t, name)
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", name, len(got), len(want))
	}
	most, worst := 0.0, 0.0
	for i, v := range want {
		most = max(most, math.Abs(float64(v)))
		worst = max(worst, math.Abs(float64(v-got[i])))
	}
	if !(worst <= 1e-3*most) {
		t.Errorf("%s differs by up to %g, its largest value is %g", name, worst, most)
	}
}

func TestGraphsGiveTheReferenceTensors(t *testing.T) {
	g := nettest.Graphs(t)
	ctx := t.Context()
	raw := read(t, vectorDir, "graphs", "crop.u8")
	crop := make([]float32, len(raw))
	for i, v := range raw {
		px, ch := i/promptnet.Channels, i%promptnet.Channels
		value := float32(v) / 255
		if ch < 3 {
			value = float32(v)/127.5 - 1
		}
		crop[ch*promptnet.Size*promptnet.Size+px] = value
	}
	f, err := g.Encode(ctx, crop)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "f16", f.F16)
	m, err := g.Remember(ctx, f.F16, crop[5*promptnet.Size*promptnet.Size:6*promptnet.Size*promptnet.Size], false)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "k", m.K)
	within(t, "v", m.V)
	for i, memory := range []promptnet.Memory{{}, m} {
		mask, iou, err := g.Decode(ctx, f, memory)
		if err != nil {
			t.Fatal(err)
		}
		within(t, fmt.Sprintf("mask_%d", i), mask)
		within(t, fmt.Sprintf("iou_%d", i), []float32{iou})
	}
}

// answer is one entry of vectors.json. Its places count pixel centres.
type answer struct {
	Name, Picture string
	Crop          [3]float64
	Pos, Neg      [][2]float64
	Box           []float64
	Prior         string
	References    []struct {
		Picture string
		Recent  int
	}
	IoU float64
}

func (a answer) query(picture *image.RGBA) promptnet.Query {
	q := promptnet.Query{Picture: picture, Crop: promptnet.Crop{X: a.Crop[0], Y: a.Crop[1], Side: a.Crop[2]}}
	for _, p := range a.Pos {
		q.Points = append(q.Points, annotate.Point{X: p[0] + 0.5, Y: p[1] + 0.5, Positive: true})
	}
	for _, p := range a.Neg {
		q.Points = append(q.Points, annotate.Point{X: p[0] + 0.5, Y: p[1] + 0.5})
	}
	if b := a.Box; b != nil {
		q.Box = &annotate.Box{X0: b[0] + 0.5, Y0: b[1] + 0.5, X1: b[2] + 0.5, Y1: b[3] + 0.5}
	}
	return q
}

func TestAnswersAreThoseOfTheReference(t *testing.T) {
	net := nettest.Open(t, 1)
	var index struct{ Answers []answer }
	if err := json.Unmarshal(read(t, vectorDir, "vectors.json"), &index); err != nil {
		t.Fatal(err)
	}
	pictures := map[string]*image.RGBA{"a": picture(t, "a"), "b": picture(t, "b")}
	for _, want := range index.Answers {
		t.Run(want.Name, func(t *testing.T) {
			q := want.query(pictures[want.Picture])
			if want.Prior != "" {
				q.Prior, _ = mask(t, want.Prior)
			}
			var parts []promptnet.Memory
			for _, r := range want.References {
				m, bounds := mask(t, r.Picture)
				part, err := net.Remember(t.Context(), pictures[r.Picture], m, bounds, r.Recent == 1)
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, part)
			}
			memory := promptnet.Join(parts...)
			q.Memory = &memory
			got, err := net.Segment(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Abs(got[0].IoU - want.IoU); !(d <= 0.005) {
				t.Errorf("predicted IoU %.4f, want %.4f", got[0].IoU, want.IoU)
			}
			compare(t, got[0], gray(t, want.Name))
		})
	}
}

// compare looks at the mean difference, and at how many pixels differ at all:
// the reference's pictures were resampled in another way.
func compare(t *testing.T, got promptnet.Answer, want *image.Gray) {
	t.Helper()
	f := got.Project(want.Rect.Dx(), want.Rect.Dy())
	sum, far := 0.0, 0
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			d := math.Abs(255*float64(f.At(x, y)) - float64(want.GrayAt(x, y).Y))
			sum += d
			if d > 2.5 {
				far++
			}
		}
	}
	n := float64(want.Rect.Dx() * want.Rect.Dy())
	t.Logf("mean difference %.3f of 255, %.2f %% of the pixels differ by more than 2", sum/n, 100*float64(far)/n)
	if sum/n > 0.3 || float64(far) > 0.03*n {
		t.Errorf("mean difference %.3f of 255; %d pixels differ by more than 2", sum/n, far)
	}
}

func decodePNG(t *testing.T, name string) image.Image {
	f, err := os.Open(filepath.Join(vectorDir, "answers", name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func picture(t *testing.T, name string) *image.RGBA {
	img := decodePNG(t, name)
	out := image.NewRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
	return out
}

func gray(t *testing.T, name string) *image.Gray {
	img, ok := decodePNG(t, name).(*image.Gray)
	if !ok {
		t.Fatalf("%s is not a grey picture", name)
	}
	return img
}

func mask(t *testing.T, name string) (*promptnet.Soft, image.Rectangle) {
	img := gray(t, name+"_mask")
	var r image.Rectangle
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			if img.GrayAt(x, y).Y > 0 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return &promptnet.Soft{W: img.Rect.Dx(), H: img.Rect.Dy(), Pix: img.Pix, Step: 1}, r
}

func TestGraphsOfAnotherShapeAreRefused(t *testing.T) {
	orttest.Library(t)
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := nettest.Files(t)
	for name, files := range map[string]netort.Files{
		"exchanged": {Encode: f.Memory, Memory: f.Encode, Decode: f.Decode},
		"cut off":   {Encode: f.Encode, Memory: f.Memory, Decode: f.Decode[:len(f.Decode)/2]},
		"missing":   {Encode: f.Encode, Memory: f.Memory},
	} {
		g, err := netort.Open(rt, files)
		if err == nil {
			_, err = g.Encode(t.Context(), make([]float32, promptnet.Channels*promptnet.Size*promptnet.Size))
			g.Close()
		}
		if !errors.Is(err, ort.ErrGraph) {
			t.Errorf("%s: error %v, want ErrGraph", name, err)
		}
	}
}

// Crops that are worked on at once do not know of each other, and a run that is cancelled ends
// with the context's error.
func TestQueriesAtOnceGiveWhatSingleOnesGive(t *testing.T) {
	net := nettest.Open(t, 2)
	a, b := picture(t, "a"), picture(t, "b")
	m, bounds := mask(t, "a")
	memory, err := net.Remember(t.Context(), a, m, bounds, false)
	if err != nil {
		t.Fatal(err)
	}
	click := []annotate.Point{{X: 130.5, Y: 120.5, Positive: true}}
	qs := []promptnet.Query{
		{Picture: a, Crop: promptnet.Look(click[0], 96), Points: click},
		{Picture: b, Crop: promptnet.Crop{X: 148, Y: 128, Side: 221}, Memory: &memory},
		{Picture: a, Crop: promptnet.Look(click[0], 300), Points: click},
		{Picture: b, Crop: promptnet.Crop{X: 148, Y: 128, Side: 160}, Memory: &memory},
	}
	together, err := net.Segment(t.Context(), qs...)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range qs {
		alone, err := net.Segment(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(alone[0].IoU - together[i].IoU); d > 1e-4 {
			t.Errorf("query %d: predicted IoU %g alone, %g together", i, alone[0].IoU, together[i].IoU)
		}
		for j, p := range alone[0].P {
			if math.Abs(float64(p-together[i].P[j])) > 1e-3 {
				t.Fatalf("query %d: probability %g alone, %g together", i, p, together[i].P[j])
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := net.Segment(ctx, qs...); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}
