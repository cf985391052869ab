package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/masklet/masklet/annotate"
	"gocv.io/x/gocv"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// decodeFrame decodes one picture, whatever its file is called.
// JPEG goes through OpenCV, whose decoder gives the same pixels as the tools
// that datasets are made and read with; PNG is exact with any decoder, and the
// standard library's checks every checksum. shift is by how many bits grey of 16
// bits is shown darker; 0 means that it is not known yet.
func decodeFrame(data []byte, shift *int, bgr, rgba *gocv.Mat) (*image.RGBA, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return decodePNG(data, shift)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return decodeJPEG(data, bgr, rgba)
	case bytes.HasPrefix(data, []byte("BM")):
		return decodeOther(data, bmp.DecodeConfig, bmp.Decode)
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return decodeOther(data, tiff.DecodeConfig, tiff.Decode)
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return decodeOther(data, webp.DecodeConfig, webp.Decode)
	}
	return nil, fmt.Errorf("%w: it is neither JPEG nor PNG nor BMP, TIFF or WebP", ErrFrame)
}

func decodeJPEG(data []byte, bgr, rgba *gocv.Mat) (*image.RGBA, error) {
	cfg, err := jpegSize(data)
	if err != nil {
		return nil, err
	}
	if err := checkPictureSize(cfg); err != nil {
		return nil, err
	}
	if err := jpegComplete(data); err != nil {
		// Only the end marker may be missing: then the rest is whole.
		if _, again := jpeg.Decode(bytes.NewReader(append(bytes.Clone(data), 0xff, markerEOI))); again != nil {
			return nil, err
		}
	}
	if err := decodePicture(data, bgr); err != nil {
		return nil, err
	}
	return toRGBA(*bgr, rgba)
}

func decodePNG(data []byte, shift *int) (*image.RGBA, error) {
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if err := checkPictureSize(cfg); err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(essentialPNG(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if deep, ok := img.(*image.Gray16); ok {
		return stretched(deep, shift), nil
	}
	return opaque(img), nil
}

// essentialPNG returns a PNG without the chunks that say nothing about pixels: a
// damaged comment must not keep a frame from being read.
func essentialPNG(data []byte) []byte {
	const head = 8
	out := bytes.Clone(data[:head])
	for at := head; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			return append(out, data[at:]...)
		}
		switch string(data[at+4 : at+8]) {
		case "IHDR", "PLTE", "tRNS", "IDAT", "IEND":
			out = append(out, data[at:at+12+n]...)
		}
		at += 12 + n
	}
	return out
}

// stretched shows grey of 16 bits. Cameras that store 12 bits in them leave the
// high bits empty, which would be black; the first frame shows whether a folder
// is of that kind.
func stretched(img *image.Gray16, shift *int) *image.RGBA {
	if *shift == 0 {
		highest := uint16(0)
		for i := 0; i+1 < len(img.Pix); i += 2 {
			highest |= uint16(img.Pix[i])<<8 | uint16(img.Pix[i+1])
		}
		if *shift = 8; highest > 0 && highest < 1<<12 {
			*shift = 4
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx(), img.Rect.Dy()))
	for i := range out.Rect.Dx() * out.Rect.Dy() {
		v := uint8(min(255, (uint16(img.Pix[2*i])<<8|uint16(img.Pix[2*i+1]))>>*shift))
		out.Pix[4*i], out.Pix[4*i+1], out.Pix[4*i+2], out.Pix[4*i+3] = v, v, v, 255
	}
	return out
}

// decodeOther decodes what the standard library's sisters read.
func decodeOther(data []byte, config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error)) (*image.RGBA, error) {
	cfg, err := config(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	if err := checkPictureSize(cfg); err != nil {
		return nil, err
	}
	img, err := decode(bytes.NewReader(data))
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
