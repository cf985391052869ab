package media

import (
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ffmpeg runs ffmpeg; a test without it says so.
func ffmpeg(t testing.TB, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: clips cannot be made")
	}
	cmd := exec.Command("ffmpeg", append([]string{"-v", "error", "-y", "-nostdin"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// The generated clips carry their frame number as sixteen black or white
// blocks of block by block pixels in the top row, which survive compression.
const (
	clipW, clipH = 256, 144
	block        = 16
)

// counterFrames writes n raw RGB frames, each with its number and a picture
// that moves, so that a codec has something to predict.
func counterFrames(n, w, h int) []byte {
	out := make([]byte, 0, n*w*h*3)
	for f := range n {
		for y := range h {
			for x := range w {
				if y < block && x < 16*block {
					v := byte(16)
					if f>>(x/block)&1 == 1 {
						v = 235
					}
					out = append(out, v, v, v)
					continue
				}
				out = append(out, byte(x+3*f), byte(y*2-f), byte((x^y)+5*f))
			}
		}
	}
	return out
}

// number reads the frame number that counterFrames put into the picture.
func frameNumber(img *image.RGBA) int {
	n := 0
	for bit := range 16 {
		if img.RGBAAt(bit*block+block/2, block/2).G > 125 {
			n |= 1 << bit
		}
	}
	return n
}

// encode makes a clip of n counter frames with the given ffmpeg output options.
func encode(t testing.TB, name string, n int, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	raw := filepath.Join(dir, "raw.rgb")
	if err := os.WriteFile(raw, counterFrames(n, clipW, clipH), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	in := []string{"-f", "rawvideo", "-pix_fmt", "rgb24", "-s", fmt.Sprintf("%dx%d", clipW, clipH), "-r", "30", "-i", raw}
	ffmpeg(t, append(append(in, args...), path)...)
	return path
}

// open opens a clip without touching the user's cache folder.
func open(t testing.TB, path string, opt Options) *Video {
	t.Helper()
	if opt.IndexFolder == "" {
		opt.NoIndexFiles = true
	}
	v, err := Open(context.Background(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// indexed opens a clip and builds its index.
func indexed(t testing.TB, path string, opt Options) *Video {
	t.Helper()
	v := open(t, path, opt)
	if err := v.Index(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return v
}
