package media

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/masklet/masklet/annotate"
	"gocv.io/x/gocv"
)

// decodeFrame decodes one JPEG or PNG picture, whatever its file is called.
// JPEG goes through OpenCV, whose decoder gives the same pixels as the tools
// that datasets are made and read with; PNG is exact with any decoder, and the
// standard library's checks every checksum.
func decodeFrame(data []byte, bgr, rgba *gocv.Mat) (*image.RGBA, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return decodePNG(data)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return decodeJPEG(data, bgr, rgba)
	}
	return nil, fmt.Errorf("%w: it is neither JPEG nor PNG", ErrFrame)
}

func decodeJPEG(data []byte, bgr, rgba *gocv.Mat) (*image.RGBA, error) {
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if err := checkPictureSize(cfg); err != nil {
		return nil, err
	}
	if err := jpegComplete(data); err != nil {
		return nil, err
	}
	if err := decodePicture(data, bgr); err != nil {
		return nil, err
	}
	return toRGBA(*bgr, rgba)
}

func decodePNG(data []byte) (*image.RGBA, error) {
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if err := checkPictureSize(cfg); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	return opaque(img), nil
}

func checkPictureSize(cfg image.Config) error {
	w, h := cfg.Width, cfg.Height
	if w < 1 || h < 1 || w > annotate.MaxSide || h > annotate.MaxSide || w*h > maxPixels {
		return fmt.Errorf("%w: it is %dx%d pixels", ErrSize, w, h)
	}
	return nil
}

// opaque returns the colours of a decoded PNG without its alpha: the colour
// that is stored, also where it is transparent.
func opaque(img image.Image) *image.RGBA {
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	switch src := img.(type) {
	case *image.NRGBA:
		copy(out.Pix, src.Pix)
	case *image.NRGBA64:
		for i := 0; i < len(out.Pix); i++ {
			out.Pix[i] = src.Pix[2*i]
		}
	case *image.Paletted:
		palettedColours(out, src)
	default: // grey and RGB, which have no alpha
		draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	}
	for i := 3; i < len(out.Pix); i += 4 {
		out.Pix[i] = 255
	}
	return out
}

func palettedColours(dst *image.RGBA, src *image.Paletted) {
	var table [256]color.NRGBA
	for i, c := range src.Palette {
		table[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
	}
	for i, p := range src.Pix {
		c := table[p]
		dst.Pix[4*i], dst.Pix[4*i+1], dst.Pix[4*i+2] = c.R, c.G, c.B
	}
}
