package picture

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// WritePNG writes a PNG and returns what a decoder makes of the file.
func WritePNG(path string, img image.Image) (image.Image, error) {
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
	return decodeWritten(path)
}

// WriteMask writes a mask as grey PNG, 255 on the object, and checks the file.
func WriteMask(path string, m annotate.Mask) error {
	b := m.Bitmap()
	img := &image.Gray{Pix: b.Pix, Stride: b.W, Rect: image.Rect(0, 0, b.W, b.H)}
	read, err := WritePNG(path, img)
	if err != nil {
		return err
	}
	return sameMask(read, m)
}

// sameMask compares a grey picture with a mask, pixel by pixel and through the
// mask's own runs rather than the bitmap that was written.
func sameMask(img image.Image, m annotate.Mask) error {
	w, h := m.Size()
	grey, ok := img.(*image.Gray)
	if !ok || grey.Rect != image.Rect(0, 0, w, h) {
		return fmt.Errorf("%w: it is no grey picture of %dx%d", export.ErrVerify, w, h)
	}
	at := 0
	for i, run := range m.Runs() {
		want := color.Gray{Y: uint8(255 * (i % 2))}
		for range run {
			if grey.GrayAt(at/h, at%h) != want {
				return fmt.Errorf("%w at pixel (%d, %d)", export.ErrVerify, at/h, at%h)
			}
			at++
		}
	}
	return nil
}

// WriteIndexed writes the masks of one frame as an indexed PNG, checks the file,
// and returns the number of pixels that several objects claim. index gives each
// object's index (1 to 255); where objects overlap the first keeps the pixel.
func WriteIndexed(path string, v export.Video, palette color.Palette, masks []export.FrameMask, index func(annotate.ObjectID) uint8) (overlap int, err error) {
	img := image.NewPaletted(image.Rect(0, 0, v.W, v.H), palette)
	for _, m := range masks {
		value := index(m.Object)
		for i, on := range m.Mask.Bitmap().Pix {
			switch {
			case on == 0:
			case img.Pix[i] == 0:
				img.Pix[i] = value
			default:
				overlap++
			}
		}
	}
	read, err := WritePNG(path, img)
	if err != nil {
		return 0, err
	}
	back, ok := read.(*image.Paletted)
	if !ok || back.Rect != img.Rect {
		return 0, fmt.Errorf("%w: it is no indexed picture of %dx%d", export.ErrVerify, v.W, v.H)
	}
	return overlap, sameIndexes(back, masks, index)
}

// sameIndexes compares an indexed picture with the masks: it walks their runs
// rather than the picture that was written, the first object last.
func sameIndexes(img *image.Paletted, masks []export.FrameMask, index func(annotate.ObjectID) uint8) error {
	h := img.Rect.Dy()
	want := make([]uint8, len(img.Pix)) // column by column, like the runs
	for i := len(masks) - 1; i >= 0; i-- {
		at := 0
		for k, run := range masks[i].Mask.Runs() {
			for range int(run) * (k % 2) {
				want[at] = index(masks[i].Object)
				at++
			}
			if k%2 == 0 {
				at += int(run)
			}
		}
	}
	for at, v := range want {
		if img.ColorIndexAt(at/h, at%h) != v {
			return fmt.Errorf("%w at pixel (%d, %d)", export.ErrVerify, at/h, at%h)
		}
	}
	return nil
}

// jpegQuality is that of pictures which programs are trained on.
const jpegQuality = 95

// WriteColours writes a picture of colours, as JPEG if it is called so, else as
// PNG, and checks the file: a PNG pixel by pixel.
func WriteColours(path string, img *image.RGBA) error {
	if strings.EqualFold(filepath.Ext(path), ".jpg") {
		return writeJPEG(path, img)
	}
	back, err := WritePNG(path, img)
	if err != nil {
		return err
	}
	read, ok := back.(*image.RGBA)
	if !ok || read.Rect != img.Rect || !bytes.Equal(read.Pix, img.Pix) {
		return fmt.Errorf("%w: %s", export.ErrVerify, filepath.Base(path))
	}
	return nil
}

func writeJPEG(path string, img *image.RGBA) error {
	var data bytes.Buffer
	if err := jpeg.Encode(&data, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return err
	}
	if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
		return err
	}
	written, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	back, err := jpeg.Decode(bytes.NewReader(written))
	if err != nil {
		return err
	}
	if back.Bounds() != img.Rect {
		return fmt.Errorf("%w: %s", export.ErrVerify, filepath.Base(path))
	}
	return nil
}
