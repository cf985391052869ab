package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scene is a picture without symmetry, w by h pixels.
func scene(w, h, seed int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(40 + x*160/w), uint8(40 + y*160/h), uint8(60 + seed), 255})
		}
	}
	draw.Draw(img, image.Rect(0, 0, w/3, h/4), image.NewUniform(color.RGBA{220, 30, 30, 255}), image.Point{}, draw.Src)
	return img
}

func pngBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegBytes(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// frameFolder writes files into a new folder.
func frameFolder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFolderOfFrames(t *testing.T) {
	files := map[string][]byte{"notes.txt": []byte("x"), ".hidden.png": []byte("x")}
	for _, n := range []string{"1", "2", "9", "10", "11", "100"} {
		files["shot"+n+".png"] = pngBytes(t, scene(33, 21, len(n)))
	}
	files["shot12.JPG"] = jpegBytes(t, scene(33, 21, 50))
	v := indexed(t, frameFolder(t, files), Options{FolderFPS: 10})
	want := []string{"shot1.png", "shot2.png", "shot9.png", "shot10.png", "shot11.png", "shot12.JPG", "shot100.png"}
	for i, name := range want {
		if v.Name(i) != name {
			t.Errorf("frame %d is %s, want %s", i, v.Name(i), name)
		}
	}
	if v.Len() != len(want) || v.Timestamp(3) != 0.3 || v.Name(7) != "" {
		t.Errorf("%d frames, frame 3 at %g s", v.Len(), v.Timestamp(3))
	}
	img, err := v.Frame(context.Background(), 3)
	if err != nil || !bytes.Equal(img.Pix, scene(33, 21, 2).Pix) {
		t.Errorf("PNG frames are not exact (%v)", err)
	}
}

// Every kind of PNG gives its colours: alpha is dropped, 16 bits keep the high
// byte.
func TestKindsOfPNG(t *testing.T) {
	r := image.Rect(0, 0, 4, 3)
	grey, grey16, grey12 := image.NewGray(r), image.NewGray16(r), image.NewGray16(r)
	nrgba, nrgba64 := image.NewNRGBA(r), image.NewNRGBA64(r)
	pal := image.NewPaletted(r, color.Palette{color.NRGBA{10, 20, 30, 40}, color.RGBA{200, 100, 50, 255}})
	grey.SetGray(1, 2, color.Gray{77})
	grey16.SetGray16(1, 2, color.Gray16{0x4d12})
	grey12.SetGray16(1, 2, color.Gray16{0x0d12})
	nrgba.SetNRGBA(1, 2, color.NRGBA{200, 100, 50, 3})
	nrgba64.SetNRGBA64(1, 2, color.NRGBA64{200 << 8, 100 << 8, 50<<8 | 0xff, 0x0100})
	pal.SetColorIndex(1, 2, 1)
	for name, c := range map[string]struct {
		img  image.Image
		want color.RGBA
	}{
		"grey":       {grey, color.RGBA{77, 77, 77, 255}},
		"grey 16":    {grey16, color.RGBA{77, 77, 77, 255}},
		"12 in 16":   {grey12, color.RGBA{0xd1, 0xd1, 0xd1, 255}},
		"alpha":      {nrgba, color.RGBA{200, 100, 50, 255}},
		"alpha 16":   {nrgba64, color.RGBA{200, 100, 50, 255}},
		"palette":    {pal, color.RGBA{200, 100, 50, 255}},
		"true color": {scene(4, 3, 1), scene(4, 3, 1).RGBAAt(1, 2)},
	} {
		v := indexed(t, frameFolder(t, map[string][]byte{"a.png": pngBytes(t, c.img)}), Options{})
		img, err := v.Frame(context.Background(), 0)
		if err != nil || img.RGBAAt(1, 2) != c.want || img.RGBAAt(0, 0).A != 255 {
			t.Errorf("%s: %v, want %v (%v)", name, img.RGBAAt(1, 2), c.want, err)
		}
		if pal := img.RGBAAt(0, 0); name == "palette" && pal != (color.RGBA{10, 20, 30, 255}) {
			t.Errorf("transparent palette entry: %v", pal)
		}
	}
}

// withOrientation inserts an EXIF block with the orientation tag.
func withOrientation(data []byte, orientation uint16) []byte {
	tiff := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, orientation)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	app1 := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(tiff)+2))
	return slices.Concat(data[:2], app1, tiff, data[2:])
}

func TestOrientationOfJPEG(t *testing.T) {
	stored := scene(48, 32, 0)
	at := func(x, y int) color.RGBA { return stored.RGBAAt(x, y) }
	for orientation, upright := range map[uint16]func(x, y int) color.RGBA{
		1: at,
		2: func(x, y int) color.RGBA { return at(47-x, y) },
		3: func(x, y int) color.RGBA { return at(47-x, 31-y) },
		4: func(x, y int) color.RGBA { return at(x, 31-y) },
		5: func(x, y int) color.RGBA { return at(y, x) },
		6: func(x, y int) color.RGBA { return at(y, 31-x) },
		7: func(x, y int) color.RGBA { return at(47-y, 31-x) },
		8: func(x, y int) color.RGBA { return at(47-y, x) },
	} {
		dir := frameFolder(t, map[string][]byte{"a.jpg": withOrientation(jpegBytes(t, stored), orientation)})
		v := indexed(t, dir, Options{})
		img, err := v.Frame(context.Background(), 0)
		if err != nil {
			t.Fatal(err)
		}
		want := image.Pt(48, 32)
		if orientation > 4 {
			want = image.Pt(32, 48)
		}
		if w, h := v.Size(); image.Pt(w, h) != want || img.Rect.Size() != want {
			t.Fatalf("orientation %d: %dx%d", orientation, w, h)
		}
		sum := 0
		for y := range want.Y {
			for x := range want.X {
				a, b := img.RGBAAt(x, y), upright(x, y)
				sum += distance(int(a.R), int(b.R)) + distance(int(a.G), int(b.G))
			}
		}
		if mean := float64(sum) / float64(want.X*want.Y); mean > 8 {
			t.Errorf("orientation %d: differs by %.1f levels", orientation, mean)
		}
	}
}

func TestBadFolders(t *testing.T) {
	good, jpg := pngBytes(t, scene(20, 10, 0)), jpegBytes(t, scene(20, 10, 0))
	trailing := append(slices.Clone(jpg), "maker notes after the picture"...)
	for name, c := range map[string]struct {
		files map[string][]byte
		want  error
		say   string
	}{
		"empty":          {map[string][]byte{"a.txt": nil}, ErrNotVideo, "no JPEG or PNG"},
		"broken first":   {map[string][]byte{"f1.png": []byte("hello"), "f2.png": good}, ErrFrame, "f1.png"},
		"broken later":   {map[string][]byte{"f1.png": good, "f2.png": good, "f3.png": good[:len(good)-20]}, ErrFrame, "f3.png"},
		"cut JPEG":       {map[string][]byte{"f1.jpg": jpg, "f2.jpg": jpg[:len(jpg)*3/4]}, ErrFrame, "f2.jpg"},
		"cut in header":  {map[string][]byte{"f1.jpg": jpg, "f2.jpg": jpg[:30]}, ErrFrame, "f2.jpg"},
		"empty file":     {map[string][]byte{"f1.jpg": jpg, "f2.jpg": nil}, ErrFrame, "f2.jpg"},
		"other size":     {map[string][]byte{"f1.png": good, "f2.png": pngBytes(t, scene(10, 20, 0))}, ErrSize, "f2.png"},
		"PNG named JPEG": {map[string][]byte{"f1.jpg": good}, nil, ""},
		"trailing bytes": {map[string][]byte{"f1.jpg": trailing}, nil, ""},
	} {
		v, err := Open(context.Background(), frameFolder(t, c.files), Options{NoIndexFiles: true})
		if err == nil {
			err = v.Index(context.Background(), nil)
			v.Close()
		}
		if !errors.Is(err, c.want) || err != nil && (!strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestHugePictureIsRefusedBeforeItIsDecoded(t *testing.T) {
	data := pngBytes(t, scene(20, 10, 0))
	binary.BigEndian.PutUint32(data[16:], 60000) // the width in IHDR; its checksum no longer fits
	v, err := Open(context.Background(), frameFolder(t, map[string][]byte{"a.png": data}), Options{NoIndexFiles: true})
	if err == nil {
		v.Close()
		t.Fatal("no error")
	}
	if !errors.Is(err, ErrSize) && !errors.Is(err, ErrFrame) {
		t.Fatalf("error %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	closed := write("closed.mp4", "x")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		path string
		want error
	}{
		"missing":   {filepath.Join(dir, "gone.mp4"), fs.ErrNotExist},
		"empty":     {write("empty.mp4", ""), ErrNotVideo},
		"text":      {write("text.mp4", "hello, this is no video at all, only text that somebody renamed"), ErrNotVideo},
		"play list": {write("list.mp4", "#EXTM3U\n#EXTINF:1,\nhttp://localhost:1/a.ts\n"), ErrNotVideo},
		"only head": {write("head.mp4", "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), ErrNotVideo},
		"only ebml": {write("head.mkv", "\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"), ErrNotVideo},
		"only riff": {write("head.avi", "RIFF\x00\x01\x00\x00AVI LIST"), ErrNotVideo},
	}
	if os.Getuid() != 0 { // nothing is closed to root
		cases["closed"] = struct {
			path string
			want error
		}{closed, fs.ErrPermission}
	}
	for name, c := range cases {
		v, err := Open(context.Background(), c.path, Options{NoIndexFiles: true})
		if err == nil {
			v.Close()
		}
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), filepath.Base(c.path)) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzDecodeFrame(f *testing.F) {
	f.Add(pngBytes(f, scene(9, 7, 0)))
	f.Add(jpegBytes(f, scene(9, 7, 0)))
	f.Add(withOrientation(jpegBytes(f, scene(9, 7, 0)), 6))
	d := newFolderDecoder(&folder{})
	f.Cleanup(d.close)
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := decodeFrame(data, new(int), &d.bgr, &d.rgba)
		if err != nil {
			if !errors.Is(err, ErrFrame) && !errors.Is(err, ErrSize) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if img.Rect.Min != (image.Point{}) || img.Stride != 4*img.Rect.Dx() || len(img.Pix) != 4*img.Rect.Dx()*img.Rect.Dy() {
			t.Fatalf("not tight: %v, stride %d", img.Rect, img.Stride)
		}
	})
}
