package samplegen

import (
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
)

const iconSize = 512

// writeIcon draws the program's icon: a film frame with an object cut out of
// it by a mask, and the click that asked for it.
func writeIcon(path string) error {
	img := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	for y := range iconSize {
		for x := range iconSize {
			var sum colour
			alpha := 0.0
			for s := range 16 {
				u := (float64(x)+(float64(s%4)+0.5)/4)/iconSize*2 - 1
				v := (float64(y)+(float64(s/4)+0.5)/4)/iconSize*2 - 1
				if c, ok := iconAt(u, v); ok {
					alpha++
					for i := range sum {
						sum[i] += c[i]
					}
				}
			}
			if alpha > 0 {
				c := sum.scale(1 / alpha)
				img.SetNRGBA(x, y, color.NRGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), uint8(alpha / 16 * 255)})
			}
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// iconAt returns the icon's colour at a point of the square from -1 to 1.
func iconAt(u, v float64) (colour, bool) {
	if roundBox(u, v, 0.94, 0.94, 0.34) > 0 {
		return colour{}, false
	}
	if math.Abs(v) > 0.66 { // sprocket holes
		hole := math.Mod(u+2.15, 0.43) - 0.215
		if roundBox(hole, math.Abs(v)-0.8, 0.11, 0.07, 0.04) < 0 {
			return colour{232, 238, 250}, true
		}
		return colour{22, 26, 38}, true
	}
	if math.Hypot(u-0.16, v-0.1) < 0.1 { // the click
		if math.Abs(u-0.16) < 0.018 && math.Abs(v-0.1) < 0.055 || math.Abs(v-0.1) < 0.018 && math.Abs(u-0.16) < 0.055 {
			return colour{255, 255, 255}, true
		}
		if math.Hypot(u-0.16, v-0.1) > 0.075 {
			return colour{255, 255, 255}, true
		}
		return colour{22, 26, 38}, true
	}
	// The object: a rounded blob; d is its distance from the outline.
	a := math.Atan2(v, u)
	d := math.Hypot(u*0.9, v*1.12) - (0.47 + 0.05*math.Sin(3*a+0.6) + 0.03*math.Cos(5*a))
	switch {
	case d < 0:
		return colour{0x38, 0x80, 0xf3}.mix(colour{0x7a, 0xb4, 0xff}, clamp(0.5-v, 0, 1)), true
	case d < 0.045:
		return colour{255, 255, 255}, true
	}
	return colour{44, 52, 74}.mix(colour{66, 78, 108}, clamp(0.5-v*0.7, 0, 1)), true
}
