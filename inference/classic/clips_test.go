package classic

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// folderFrames serves a folder of images as a video.
type folderFrames struct {
	name  string
	files []string
	w, h  int
}

func openFolder(t testing.TB, dir string) *folderFrames {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no frames in %s", dir)
	}
	slices.Sort(files)
	f := &folderFrames{name: dir, files: files}
	img, err := f.Frame(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f.w, f.h = img.Rect.Dx(), img.Rect.Dy()
	return f
}

func (f *folderFrames) Len() int         { return len(f.files) }
func (f *folderFrames) Size() (w, h int) { return f.w, f.h }
func (f *folderFrames) Hash() string     { return f.name }

func (f *folderFrames) Frame(_ context.Context, i int) (*image.RGBA, error) {
	return readImage(f.files[i])
}

func readImage(name string) (*image.RGBA, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}

func readMask(t testing.TB, name string) annotate.Mask {
	t.Helper()
	img, err := readImage(name)
	if err != nil {
		t.Fatal(err)
	}
	b := annotate.NewBitmap(img.Rect.Dx(), img.Rect.Dy())
	for i := range b.Pix {
		b.Pix[i] = img.Pix[4*i]
	}
	return annotate.MaskFromBitmap(b)
}

// readPrompt reads the one prompt of a prompt file.
func readPrompt(t testing.TB, dir, kind string) annotate.Prompt {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Objects []struct {
			Prompts []struct {
				Points [][3]float64
				Box    *[4]float64
				Mask   string
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	in := file.Objects[0].Prompts[0]
	var p annotate.Prompt
	for _, pt := range in.Points {
		p.Points = append(p.Points, annotate.Point{X: pt[0], Y: pt[1], Positive: pt[2] > 0})
	}
	if in.Box != nil {
		p.Box = &annotate.Box{X0: in.Box[0], Y0: in.Box[1], X1: in.Box[2], Y1: in.Box[3]}
	}
	if in.Mask != "" {
		m := readMask(t, filepath.Join(dir, in.Mask))
		p.Mask = &m
	}
	return p
}

// writeMasks writes the masks of a run as PNGs, to look at.
func writeMasks(t testing.TB, dir string, results map[int]annotate.Result) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		m, err := r.Mask.Load()
		if err != nil {
			t.Fatal(err)
		}
		b := m.Bitmap()
		writePNG(t, filepath.Join(dir, fmt.Sprintf("%05d.png", i)), &image.Gray{Pix: b.Pix, Stride: b.W, Rect: image.Rect(0, 0, b.W, b.H)})
	}
}

func writePNG(t testing.TB, name string, img image.Image) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}
