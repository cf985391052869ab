package picture

import "image/color"

// Palette returns the palette of the DAVIS data sets: the colours of PASCAL VOC
// for the first 22 indexes (with 191 where VOC has 192), greys for the rest.
//
// Source: the palette inside the annotation PNGs of DAVIS 2017.
func Palette() color.Palette {
	p := make(color.Palette, 256)
	for i := range p {
		if i >= 22 {
			p[i] = color.RGBA{uint8(i), uint8(i), uint8(i), 255}
			continue
		}
		p[i] = vocColour(i, 191)
	}
	return p
}

// VOCPalette returns the colour map of PASCAL VOC for all 256 indexes; the last
// is (224, 224, 192), which marks what is not to be judged.
//
// Source: VOCdevkit, VOClabelcolormap.m.
func VOCPalette() color.Palette {
	p := make(color.Palette, 256)
	for i := range p {
		p[i] = vocColour(i, 192)
	}
	return p
}

// vocColour spreads the bits of an index over the high bits of three channels.
func vocColour(i int, full uint8) color.RGBA {
	var c [3]uint8
	for bit := range 8 {
		for ch := range c {
			c[ch] |= uint8(i>>(3*bit+ch)&1) << (7 - bit)
		}
	}
	for ch := range c {
		if c[ch] == 192 {
			c[ch] = full
		}
	}
	return color.RGBA{c[0], c[1], c[2], 255}
}

// indexOf maps the colours of the VOC and DAVIS palettes to their indexes. Greys
// other than those of VOC are left out: they are no sign of either.
func paletteIndex() map[rgb]int {
	out := map[rgb]int{}
	for i, c := range VOCPalette() {
		out[rgbOf(c)] = i
	}
	for i, c := range Palette()[:22] {
		out[rgbOf(c)] = i
	}
	return out
}
