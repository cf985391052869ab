package media

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// Frames with their masks beside them are frames; other kinds of pictures are
// read.
func TestFoldersOfOtherTools(t *testing.T) {
	img := scene(8, 6, 1)
	var asBMP, asTIFF bytes.Buffer
	for _, err := range []error{bmp.Encode(&asBMP, img), tiff.Encode(&asTIFF, img, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		files map[string][]byte
		want  []string
	}{
		"masks beside": {map[string][]byte{"0.jpg": jpegBytes(t, img), "0.png": pngBytes(t, img), "1.jpg": jpegBytes(t, img)}, []string{"0.jpg", "1.jpg"}},
		"mixed":        {map[string][]byte{"0.jpg": jpegBytes(t, img), "1.png": pngBytes(t, img)}, []string{"0.jpg", "1.png"}},
		"bmp and tiff": {map[string][]byte{"0.bmp": asBMP.Bytes(), "1.tif": asTIFF.Bytes()}, []string{"0.bmp", "1.tif"}},
		"no end":       {map[string][]byte{"0.jpg": bytes.TrimSuffix(jpegBytes(t, img), []byte{0xff, 0xd9})}, []string{"0.jpg"}},
		"bad comment":  {map[string][]byte{"0.png": withBadComment(t, img)}, []string{"0.png"}},
	} {
		v := indexed(t, frameFolder(t, c.files), Options{})
		var got []string
		for i := range v.Len() {
			got = append(got, v.Name(i))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: frames %v", name, got)
		}
	}
}

// withBadComment returns a PNG with a text chunk whose checksum is wrong.
func withBadComment(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	const head = 8 + 25 // signature and IHDR
	chunk := []byte("\x00\x00\x00\x03tEXta\x00b????")
	return slices.Concat(b.Bytes()[:head], chunk, b.Bytes()[head:])
}

// Videos rebuilt from reports of other tools: a red rectangle shows where it
// should be.
func TestCases(t *testing.T) {
	root := os.Getenv("MASKLET_CASES")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "cases", "formats")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the folder of cases is not there: %v", err)
	}
	for _, c := range []struct {
		path string
		size image.Point
		red  image.Point // a pixel of the rectangle on frame 0
	}{
		{"plain/a.mp4", image.Pt(320, 240), image.Pt(40, 85)},
		{"j_441/f", image.Pt(320, 240), image.Pt(40, 85)},
		{"png_badcrc/f", image.Pt(320, 240), image.Pt(40, 85)},
		{"r_hflip/a.mp4", image.Pt(320, 240), image.Pt(299, 40)},
		{"r_transpose/a.mp4", image.Pt(240, 320), image.Pt(40, 20)},
		{"s_two/a.mp4", image.Pt(320, 240), image.Pt(20, 40)},
		{"s_two/b.mkv", image.Pt(320, 240), image.Pt(20, 40)},
		{"v_multiedit/a.mp4", image.Pt(320, 240), image.Pt(20, 40)},
		{"v_repeatedit/a.mp4", image.Pt(320, 240), image.Pt(20, 40)},
		{"sar/a.mpg", image.Pt(720, 576), image.Pt(60, 200)},
	} {
		v := indexed(t, filepath.Join(root, c.path), Options{})
		w, h := v.Size()
		img, err := v.Frame(context.Background(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if p := img.RGBAAt(c.red.X, c.red.Y); image.Pt(w, h) != c.size || p.R < 150 || p.G > 90 {
			t.Errorf("%s: %dx%d, pixel %v is %v", c.path, w, h, c.red, p)
		}
		times := v.Timestamps()
		for i := 1; i < len(times); i++ {
			if times[i] <= times[i-1] {
				t.Errorf("%s: frame %d at %g after %g", c.path, i, times[i], times[i-1])
			}
		}
		if sar := v.PixelAspect(); (sar != 1) != (c.path == "sar/a.mpg") {
			t.Errorf("%s: pixels of %g", c.path, sar)
		}
	}
}

// pictureBlock returns a picture as Vorbis comments have it.
//
// Source: RFC 9639, section 8.8 "Picture".
func pictureBlock(jpeg []byte) string {
	out := binary.BigEndian.AppendUint32(nil, 3) // front cover
	for _, text := range []string{"image/jpeg", ""} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(text))), text...)
	}
	for _, v := range []int{64, 64, 24, 0, len(jpeg)} {
		out = binary.BigEndian.AppendUint32(out, uint32(v))
	}
	return base64.StdEncoding.EncodeToString(append(out, jpeg...))
}

// Sound with a picture on its cover is no video.
func TestCoverArtIsNoVideo(t *testing.T) {
	dir := t.TempDir()
	cover := filepath.Join(dir, "cover.jpg")
	if err := os.WriteFile(cover, jpegBytes(t, scene(64, 64, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	sound := []string{"-f", "lavfi", "-i", "sine=duration=1"}
	for name, args := range map[string][]string{
		"song.mkv": {"-c:a", "libvorbis", "-attach", cover, "-metadata:s:t", "mimetype=image/jpeg", "-metadata:s:t", "filename=cover.jpg"},
		"song.ogg": {"-c:a", "libvorbis", "-metadata", "METADATA_BLOCK_PICTURE=" + pictureBlock(jpegBytes(t, scene(64, 64, 1)))},
		"song.m4a": {"-i", cover, "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "copy", "-disposition:v", "attached_pic"},
	} {
		path := filepath.Join(dir, name)
		ffmpeg(t, append(append(slices.Clone(sound), args...), path)...)
		if v, err := Open(context.Background(), path, Options{NoIndexFiles: true}); !errors.Is(err, ErrNotVideo) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				v.Close()
			}
		}
	}
}
