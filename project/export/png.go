package export

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strconv"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
)

// WritePNG replaces DIR/png by one 8-bit grey PNG per object and tracked frame,
// DIR/png/<object id>/<frame>.png, with 255 on the object and 0 elsewhere. dir
// must exist. A folder DIR/png that holds anything but such files is left alone
// (ErrOccupied).
func WritePNG(ctx context.Context, dir string, src Source) (Report, error) {
	out := filepath.Join(dir, "png")
	if err := replaceable(out, isObjectFolder); err != nil {
		return Report{}, err
	}
	var rep Report
	err := atomicfile.WriteFolder(out, func(tmp string) error {
		rep = Report{}
		return checkedEach(ctx, src, func(frame int, masks []FrameMask) error {
			rep.Frames++
			for _, m := range masks {
				if err := writeMask(tmp, frame, m); err != nil {
					return err
				}
				rep.Masks++
				rep.Files++
			}
			return nil
		})
	})
	return rep, err
}

// writeMask writes one mask and reads it back.
func writeMask(dir string, frame int, m FrameMask) error {
	folder := filepath.Join(dir, strconv.Itoa(int(m.Object)))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	b := m.Mask.Bitmap()
	img := &image.Gray{Pix: b.Pix, Stride: b.W, Rect: image.Rect(0, 0, b.W, b.H)}
	read, err := writePicture(filepath.Join(folder, frameName(frame)+".png"), img)
	if err != nil {
		return err
	}
	if err := sameMask(read, m.Mask); err != nil {
		return fmt.Errorf("object %d, frame %d: %w", m.Object, frame, err)
	}
	return nil
}

// writePicture writes a PNG and returns what a decoder makes of the file.
func writePicture(path string, img image.Image) (image.Image, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(f)
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	err = enc.Encode(w, img)
	if err == nil {
		err = w.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(data))
}

// sameMask compares a grey picture with a mask, pixel by pixel and through the
// mask's own runs rather than the bitmap that was written.
func sameMask(img image.Image, m annotate.Mask) error {
	w, h := m.Size()
	grey, ok := img.(*image.Gray)
	if !ok || grey.Rect != image.Rect(0, 0, w, h) {
		return fmt.Errorf("%w: it is no grey picture of %dx%d", ErrVerify, w, h)
	}
	at := 0
	for i, run := range m.Runs() {
		want := color.Gray{Y: uint8(255 * (i % 2))}
		for range run {
			if grey.GrayAt(at/h, at%h) != want {
				return fmt.Errorf("%w at pixel (%d, %d)", ErrVerify, at/h, at%h)
			}
			at++
		}
	}
	return nil
}

// CheckOccupied returns the error (ErrOccupied) with which writing the format
// ("png", "davis" or "coco") into dir would be refused because of what lies
// there, so that it can be said before the work. A folder that does not exist
// is free.
func CheckOccupied(dir, format string) error {
	switch format {
	case "png":
		return replaceable(filepath.Join(dir, "png"), isObjectFolder)
	case "davis":
		return replaceable(filepath.Join(dir, "davis"), isFramePicture)
	}
	return nil
}

// replaceable reports an error if path exists and holds an entry that ours does
// not accept: other people's files must not vanish.
func replaceable(path string, ours func(dir string, e os.DirEntry) bool) error {
	entries, err := os.ReadDir(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into the output folder: %w", err)
	}
	for _, e := range entries {
		if !ours(path, e) {
			return fmt.Errorf("%w: %s contains %s, which is not from an export; choose another output folder",
				ErrOccupied, path, e.Name())
		}
	}
	return nil
}

// isObjectFolder accepts a folder of masks as WritePNG makes it.
func isObjectFolder(dir string, e os.DirEntry) bool {
	if !e.IsDir() || !allDigits(e.Name()) {
		return false
	}
	entries, err := os.ReadDir(filepath.Join(dir, e.Name()))
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !isFramePicture("", e) {
			return false
		}
	}
	return true
}

// isFramePicture accepts a file that is called like a frame.
func isFramePicture(_ string, e os.DirEntry) bool {
	name, found := cutSuffix(e.Name(), ".png")
	return found && !e.IsDir() && len(name) >= 5 && allDigits(name)
}
