package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // masks of some tools
	"image/png"
	"os"

	_ "golang.org/x/image/bmp"  // masks of some tools
	_ "golang.org/x/image/tiff" // masks of some tools

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/infile"
)

// Extensions lists the files that are read as masks.
func Extensions() []string { return []string{".png", ".bmp", ".tif", ".tiff"} }

// pixels is a decoded picture in the form that its file has: grey values,
// indexes of a palette, or colours. Rows are tight.
type pixels struct {
	w, h    int
	grey    []uint16      // 0..255 or 0..65535
	index   []uint8       // of palette
	palette color.Palette // of an indexed picture
	rgb     []rgb         // of a picture in colours
	alpha   []uint8       // nil unless it varies
}

// rgb is a colour without alpha, 0xRRGGBB.
type rgb uint32

func rgbOf(c color.Color) rgb {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return rgb(n.R)<<16 | rgb(n.G)<<8 | rgb(n.B)
}

func (c rgb) channels() [3]int { return [3]int{int(c >> 16), int(c >> 8 & 255), int(c & 255)} }

func (c rgb) isGrey() bool { return c>>16 == c>>8&255 && c>>16 == c&255 }

// distance returns the largest difference of a channel.
func (c rgb) distance(o rgb) int {
	a, b, most := c.channels(), o.channels(), 0
	for i := range a {
		most = max(most, a[i]-b[i], b[i]-a[i])
	}
	return most
}

// decode reads a picture. checkSize is asked before anything is allocated for
// the pixels. Errors wrap export.ErrImport, or that of reading the file.
func decode(ctx context.Context, path string, checkSize func(w, h int) error) (*pixels, error) {
	data, err := infile.Read(ctx, path, infile.Picture)
	if err != nil {
		return nil, fmt.Errorf("read a mask: %w", err)
	}
	data = essential(data)
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no readable picture: %v", export.ErrImport, path, err)
	}
	if err := checkSize(cfg.Width, cfg.Height); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no readable picture: %v", export.ErrImport, path, err)
	}
	p := newPixels(img)
	switch {
	case kind == "png" && p.grey != nil:
		p.unstretch(data)
	case kind == "png" && p.index != nil:
		p.cutPalette(data)
	}
	return p, nil
}

// pngHead is where the chunks of a PNG begin.
const pngHead = "\x89PNG\r\n\x1a\n"

// essential returns a PNG without the chunks that say nothing about pixels: a
// damaged comment must not keep a mask from being read.
func essential(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte(pngHead)) {
		return data
	}
	out := []byte(pngHead)
	for at := len(pngHead); at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n < 0 || n > len(data)-at-12 {
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

// cutPalette takes indexes beyond the file's palette, which have no colour, for
// Void: a writer that packs 255 into fewer bits leaves them.
func (p *pixels) cutPalette(data []byte) {
	at := bytes.Index(data, []byte("PLTE"))
	if at < 4 {
		return
	}
	entries := int(binary.BigEndian.Uint32(data[at-4:])) / 3
	for i, v := range p.index {
		if int(v) >= entries {
			p.index[i] = Void
		}
	}
}

// unstretch gives the values of a grey PNG of 1, 2 or 4 bits as they are in the
// file, where the decoder spreads them over 0..255.
func (p *pixels) unstretch(data []byte) {
	const depthAt = len(pngHead) + 8 + 8
	if len(data) <= depthAt || data[depthAt] >= 8 {
		return
	}
	step := 255 / (1<<data[depthAt] - 1)
	for i := range p.grey {
		p.grey[i] /= uint16(step)
	}
}

func newPixels(img image.Image) *pixels {
	r := img.Bounds()
	p := &pixels{w: r.Dx(), h: r.Dy()}
	switch src := img.(type) {
	case *image.Gray:
		p.grey = make([]uint16, p.w*p.h)
		for y := range p.h {
			for x, v := range src.Pix[y*src.Stride : y*src.Stride+p.w] {
				p.grey[y*p.w+x] = uint16(v)
			}
		}
	case *image.Gray16:
		p.grey = make([]uint16, p.w*p.h)
		for i := range p.grey {
			p.grey[i] = src.Gray16At(r.Min.X+i%p.w, r.Min.Y+i/p.w).Y
		}
	case *image.Paletted:
		p.palette = src.Palette
		p.index = make([]uint8, 0, p.w*p.h)
		for y := range p.h {
			p.index = append(p.index, src.Pix[y*src.Stride:y*src.Stride+p.w]...)
		}
		p.paletteAlpha()
	default:
		p.colours(img)
	}
	return p
}

func (p *pixels) colours(img image.Image) {
	r := img.Bounds()
	p.rgb = make([]rgb, p.w*p.h)
	alpha, varies := make([]uint8, p.w*p.h), false
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) }
	if n, ok := img.(*image.NRGBA); ok {
		at = n.NRGBAAt
	}
	for i := range p.rgb {
		c := at(r.Min.X+i%p.w, r.Min.Y+i/p.w)
		p.rgb[i] = rgb(c.R)<<16 | rgb(c.G)<<8 | rgb(c.B)
		alpha[i] = c.A
		varies = varies || c.A != alpha[0]
	}
	if varies {
		p.alpha = alpha
	}
}

// paletteAlpha takes the alpha of an indexed picture whose palette has some.
func (p *pixels) paletteAlpha() {
	var of [256]uint8
	for i := range of {
		of[i] = 255
		if i < len(p.palette) {
			_, _, _, a := p.palette[i].RGBA()
			of[i] = uint8(a >> 8)
		}
	}
	alpha, varies := make([]uint8, len(p.index)), false
	for i, v := range p.index {
		alpha[i] = of[v]
		varies = varies || of[v] != alpha[0]
	}
	if varies {
		p.alpha = alpha
	}
}

// colourOf returns the colour of an index.
func (p *pixels) colourOf(index uint8) rgb {
	if int(index) >= len(p.palette) {
		return 0
	}
	return rgbOf(p.palette[index])
}

// at returns the colour of pixel i of any picture but one of 16-bit grey.
func (p *pixels) at(i int) rgb {
	switch {
	case p.grey != nil:
		v := rgb(min(p.grey[i], 255))
		return v<<16 | v<<8 | v
	case p.index != nil:
		return p.colourOf(p.index[i])
	}
	return p.rgb[i]
}

// Decode reads a PNG file back after it was written.
func decodeWritten(path string) (image.Image, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(data))
}
