package export

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Limits is the video that imported masks must fit.
type Limits struct {
	W, H   int // pixels
	Frames int
}

// Each takes one imported mask. An importer calls it on its own goroutine,
// with every object and frame at most once, and stops at its first error.
type Each func(key annotate.FrameKey, m annotate.Mask) error

// maxObjectID bounds the numbers that an import accepts for objects.
const maxObjectID = 1 << 20

// frameOf reads a frame number from a mask's file name, which must be digits
// only ("00012.png"), and checks it.
func (l Limits) frameOf(path string) (int, error) {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	n, err := strconv.Atoi(base)
	if err != nil || !allDigits(base) {
		return 0, fmt.Errorf("%w: %s is not called by its frame number, such as 00012.png", ErrImport, path)
	}
	return n, l.checkFrame(path, n)
}

func (l Limits) checkFrame(what string, n int) error {
	if n < 0 || n >= l.Frames {
		return fmt.Errorf("%w: %s is for frame %d, the video has %d frames", ErrImport, what, n, l.Frames)
	}
	return nil
}

func (l Limits) checkSize(what string, w, h int) error {
	if w != l.W || h != l.H {
		return fmt.Errorf("%w: %s is %dx%d, the video %dx%d", ErrImport, what, w, h, l.W, l.H)
	}
	return nil
}

// readPicture decodes a PNG of the video's size.
func (l Limits) readPicture(path string) (image.Image, error) {
	return decodePNG(path, func(w, h int) error { return l.checkSize(path, w, h) })
}

// decodePNG decodes a PNG. Its size is checked before anything is allocated for
// the pixels.
func decodePNG(path string, checkSize func(w, h int) error) (image.Image, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read a mask: %w", err)
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no readable PNG: %v", ErrImport, path, err)
	}
	if err := checkSize(cfg.Width, cfg.Height); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no readable PNG: %v", ErrImport, path, err)
	}
	return img, nil
}

// pngFiles lists the PNG files of a folder in the order of their names.
func pngFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the mask folder: %w", err)
	}
	var out []string
	for _, e := range entries {
		if _, ok := cutSuffix(e.Name(), ".png"); ok && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(out)
	return out, nil
}

// subFolder returns dir/name if it is a folder, else dir: a run's output
// folder may be given, or the folder of one format inside it.
func subFolder(dir, name string) string {
	sub := filepath.Join(dir, name)
	if info, err := os.Stat(sub); err == nil && info.IsDir() {
		return sub
	}
	return dir
}
