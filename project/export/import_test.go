package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// collected gathers what an importer gives and refuses to take a mask twice.
type collected map[annotate.FrameKey]annotate.Mask

func (c collected) add(key annotate.FrameKey, m annotate.Mask) error {
	if _, twice := c[key]; twice {
		return fmt.Errorf("%v came twice", key)
	}
	c[key] = m
	return nil
}

// same compares with a source; lost says which masks the format cannot hold.
func (c collected) same(t *testing.T, src *fakeVideo, lost func(m FrameMask) bool) {
	t.Helper()
	n := 0
	for frame, masks := range src.frames {
		for _, m := range masks {
			if lost(m) {
				continue
			}
			n++
			if got, ok := c[annotate.FrameKey{Object: m.Object, Frame: frame}]; !ok || !got.Equal(m.Mask) {
				t.Fatalf("object %d, frame %d: there: %v, and differs", m.Object, frame, ok)
			}
		}
	}
	if len(c) != n {
		t.Fatalf("%d masks came back, want %d", len(c), n)
	}
}

var clipLimits = Limits{W: 7, H: 5, Frames: 40}

func TestRoundTrips(t *testing.T) {
	ctx := context.Background()
	all := func(FrameMask) bool { return false }

	t.Run("png", func(t *testing.T) {
		dir, src, got := t.TempDir(), source(), collected{}
		_, err := WritePNG(ctx, dir, src)
		must(t, err)
		must(t, ReadPNG(ctx, dir, clipLimits, got.add))
		got.same(t, src, all)
	})
	for _, polygon := range []bool{false, true} {
		t.Run(fmt.Sprintf("coco polygons=%v", polygon), func(t *testing.T) {
			dir, src, got := t.TempDir(), source(), collected{}
			_, err := WriteCOCO(ctx, dir, src, COCOOptions{Polygons: polygon})
			must(t, err)
			objects, err := ReadCOCO(ctx, dir, clipLimits, got.add)
			must(t, err)
			got.same(t, src, all)
			if !slices.Equal(objects, src.objects) {
				t.Fatalf("objects %+v, want %+v", objects, src.objects)
			}
		})
	}
	t.Run("davis", func(t *testing.T) {
		dir, src, got := t.TempDir(), source(), collected{}
		for f, masks := range src.frames { // the format holds no overlaps
			src.frames[f] = masks[:1]
		}
		_, err := WriteDAVIS(ctx, dir, src)
		must(t, err)
		must(t, ReadDAVIS(ctx, dir, clipLimits, got.add))
		got.same(t, src, func(m FrameMask) bool { return m.Mask.Empty() })
	})
}

func TestForeignSegmentations(t *testing.T) {
	want := draw(".......", "..##...", "..##...", "..##...", ".......")
	for name, seg := range map[string]string{
		"compressed":      fmt.Sprintf(`{"size":[5,7],"counts":%q}`, want.RLEString()),
		"counts":          `{"size":[5,7],"counts":[11,3,2,3,16]}`,
		"counts in parts": `{"size":[5,7],"counts":[10,0,1,3,2,1,0,2,16,0]}`,
		"polygon":         `[[2,1, 4,1, 4,4, 2,4]]`,
		"two polygons":    `[[2,1, 3.2,1, 3.2,4, 2,4],[2.8,1, 4,1, 4,4, 2.8,4]]`,
	} {
		m, err := decodeSegmentation([]byte(seg), clipLimits)
		if err != nil || !m.Equal(want) {
			t.Errorf("%s: %v, %v", name, m.Runs(), err)
		}
	}
}

func TestBadCOCO(t *testing.T) {
	img := `{"id":1,"width":7,"height":5,"frame_index":3}`
	full := `{"size":[5,7],"counts":[0,35]}`
	file := func(images, annotations string) string {
		return `{"annotations":[` + annotations + `],"images":[` + images + `],"categories":[]}`
	}
	for name, c := range map[string]struct{ text, say string }{
		"empty":          {"", "EOF"},
		"list":           {"[]", "{"},
		"cut off":        {file(img, "")[:30], "EOF"},
		"other size":     {file(`{"id":1,"width":8,"height":5,"frame_index":3}`, ""), "8x5"},
		"beyond end":     {file(`{"id":1,"width":7,"height":5,"frame_index":40}`, ""), "frame 40"},
		"before start":   {file(`{"id":1,"width":7,"height":5,"frame_index":-1}`, ""), "frame -1"},
		"no index":       {file(`{"id":1,"width":7,"height":5}`, ""), "frame_index"},
		"frame twice":    {file(img+`,{"id":2,"width":7,"height":5,"frame_index":3}`, ""), "twice"},
		"no track":       {file(img, `{"id":9,"image_id":1,"segmentation":`+full+`}`), "annotation 9"},
		"no image":       {file(img, `{"id":9,"image_id":2,"track_id":1,"segmentation":`+full+`}`), "image 2"},
		"no mask":        {file(img, `{"id":9,"image_id":1,"track_id":1}`), "segmentation"},
		"long counts":    {file(img, `{"id":9,"image_id":1,"track_id":1,"segmentation":{"size":[5,7],"counts":[0,36]}}`), "annotation 9"},
		"huge size":      {file(img, `{"id":9,"image_id":1,"track_id":1,"segmentation":{"size":[99999999,99999999],"counts":"0"}}`), "annotation 9"},
		"short polygon":  {file(img, `{"id":9,"image_id":1,"track_id":1,"segmentation":[[1,2,3,4]]}`), "polygon"},
		"huge polygon":   {file(img, `{"id":9,"image_id":1,"track_id":1,"segmentation":[[1,2,3,1e300,5,6]]}`), "polygon"},
		"object 0":       {file(img, `{"id":9,"image_id":1,"track_id":0,"segmentation":`+full+`}`), "track_id 0"},
		"mask twice":     {file(img, `{"id":8,"image_id":1,"track_id":1,"segmentation":`+full+`},{"id":9,"image_id":1,"track_id":1,"segmentation":`+full+`}`), "annotation 9"},
		"bad track list": {file(`{"id":1,"width":7,"height":5,"frame_index":3,"track_ids":[-4]}`, ""), "-4"},
	} {
		path := filepath.Join(t.TempDir(), "in.json")
		must(t, os.WriteFile(path, []byte(c.text), 0o644))
		_, err := ReadCOCO(context.Background(), path, clipLimits, collected{}.add)
		if !errors.Is(err, ErrImport) || !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestBadMaskFolders(t *testing.T) {
	encode := func(img image.Image) []byte {
		var b bytes.Buffer
		must(t, png.Encode(&b, img))
		return b.Bytes()
	}
	good := encode(image.NewGray(image.Rect(0, 0, 7, 5)))
	indexed := encode(image.NewPaletted(image.Rect(0, 0, 7, 5), davisPalette()))
	read := map[string]func(context.Context, string, Limits, Each) error{"png": ReadPNG, "davis": ReadDAVIS}
	for name, c := range map[string]struct {
		format, file string
		data         []byte
		say          string
	}{
		"nothing":      {"png", "notes.txt", nil, "no PNG"},
		"other size":   {"png", "1/00003.png", encode(image.NewGray(image.Rect(0, 0, 5, 7))), "5x7"},
		"beyond end":   {"png", "1/00040.png", good, "frame 40"},
		"no number":    {"png", "1/first.png", good, "first.png"},
		"no picture":   {"png", "1/00003.png", []byte("hello"), "00003.png"},
		"cut off":      {"png", "1/00003.png", good[:len(good)-9], "00003.png"},
		"object 0":     {"png", "0/00003.png", good, "object ID"},
		"not indexed":  {"davis", "00003.png", good, "indexed"},
		"davis beyond": {"davis", "00099.png", indexed, "frame 99"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, c.file)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, c.data, 0o644))
		err := read[c.format](context.Background(), dir, clipLimits, collected{}.add)
		if !errors.Is(err, ErrImport) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Masks of other tools may be of any PNG kind.
func TestMaskOfAnyPNGKind(t *testing.T) {
	r := image.Rect(0, 0, 2, 1)
	rgba, deep, alpha := image.NewRGBA(r), image.NewGray16(r), image.NewNRGBA(r)
	rgba.SetRGBA(0, 0, color.RGBA{A: 255})
	rgba.SetRGBA(1, 0, color.RGBA{B: 9, A: 255})
	deep.SetGray16(1, 0, color.Gray16{Y: 1})
	alpha.SetNRGBA(1, 0, color.NRGBA{R: 255, A: 255})
	for _, img := range []image.Image{rgba, deep, alpha} {
		if m := maskOf(img); m.At(0, 0) || !m.At(1, 0) {
			t.Errorf("%T: %v", img, m.Runs())
		}
	}
}

func FuzzReadCOCO(f *testing.F) {
	f.Add(`{"images":[{"id":1,"width":7,"height":5,"frame_index":0}],"annotations":[{"id":1,"image_id":1,"track_id":1,"segmentation":{"size":[5,7],"counts":"0S1"}}]}`)
	f.Add(`{"images":[{"id":1,"width":7,"height":5,"frame_index":0,"track_ids":[1]}],"annotations":[{"id":1,"image_id":1,"track_id":2,"segmentation":[[0,0,7,0,7,5.5,-1,2]]}]}`)
	f.Add(`{"annotations":[{"segmentation":{"counts":[1,2,3]}}]}`)
	path := filepath.Join(f.TempDir(), "in.json")
	f.Fuzz(func(t *testing.T, text string) {
		must(t, os.WriteFile(path, []byte(text), 0o644))
		_, err := ReadCOCO(context.Background(), path, clipLimits, func(key annotate.FrameKey, m annotate.Mask) error {
			if w, h := m.Size(); w != 7 || h != 5 || key.Object < 1 || key.Frame < 0 || key.Frame >= 40 {
				t.Errorf("%v: %dx%d", key, w, h)
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrImport) {
			t.Errorf("error %v", err)
		}
	})
}

func FuzzReadMaskPNG(f *testing.F) {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewPaletted(image.Rect(0, 0, 7, 5), davisPalette()))
	f.Add(b.Bytes())
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		must(t, os.WriteFile(filepath.Join(dir, "00001.png"), data, 0o644))
		for _, read := range []func(context.Context, string, Limits, Each) error{ReadPNG, ReadDAVIS} {
			err := read(context.Background(), dir, clipLimits, func(_ annotate.FrameKey, m annotate.Mask) error {
				if w, h := m.Size(); w != 7 || h != 5 {
					t.Errorf("%dx%d", w, h)
				}
				return nil
			})
			if err != nil && !errors.Is(err, ErrImport) {
				t.Errorf("error %v", err)
			}
		}
	})
}
