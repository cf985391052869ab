// Package viewport maps between the pixels of an image and the points of the
// screen area that shows it: zoom at the pointer, pan, fit, 100 %. It is pure
// arithmetic, without a toolkit, so that the mapping can be tested as such.
//
// Image coordinates are pixels with (0, 0) at the top-left corner of the
// top-left pixel. Screen coordinates are the units of the toolkit relative to
// the top-left corner of the area.
package viewport

import "math"

// Zoom limits in screen units per image pixel.
const (
	MinScale = 0.02
	MaxScale = 64
)

// keepVisible is how much of the image stays in the area however far it is
// panned, in screen units.
const keepVisible = 48

// View is where an image stands in a screen area. It is a value: all methods
// return the changed view. The zero View shows nothing; start with New.
type View struct {
	imgW, imgH float64 // pixels
	w, h       float64 // screen units
	scale      float64 // screen units per pixel
	x, y       float64 // screen position of the image's top-left corner
	fitted     bool    // follows the area's size
}

// New returns a view of an image of imgW by imgH pixels fitted into an area of
// w by h screen units. Sizes below 1 count as 1.
func New(imgW, imgH int, w, h float64) View {
	v := View{imgW: float64(max(1, imgW)), imgH: float64(max(1, imgH)), w: max(1, w), h: max(1, h)}
	return v.Fit()
}

// Fit shows the whole image as large as it can be, centred.
func (v View) Fit() View {
	v.scale = clampScale(min(v.w/v.imgW, v.h/v.imgH))
	v.fitted = true
	return v.centre()
}

// Fitted reports whether the view follows the size of the area.
func (v View) Fitted() bool { return v.fitted }

// Scale returns the zoom in screen units per image pixel.
func (v View) Scale() float64 { return v.scale }

// ZoomTo sets the zoom and keeps the image point under the screen point
// (sx, sy) where it is, as far as the pan limit allows.
func (v View) ZoomTo(scale, sx, sy float64) View {
	ix, iy := v.ToImage(sx, sy)
	v.scale = clampScale(scale)
	v.x, v.y = sx-ix*v.scale, sy-iy*v.scale
	v.fitted = false
	return v.limit()
}

// ZoomBy multiplies the zoom by factor around the screen point (sx, sy).
func (v View) ZoomBy(factor, sx, sy float64) View { return v.ZoomTo(v.scale*factor, sx, sy) }

// Actual sets the zoom to scale around the middle of the area; 100 % is the
// scale at which one image pixel covers one pixel of the device.
func (v View) Actual(scale float64) View { return v.ZoomTo(scale, v.w/2, v.h/2) }

// Pan moves the image by (dx, dy) screen units.
func (v View) Pan(dx, dy float64) View {
	v.x, v.y = v.x+dx, v.y+dy
	v.fitted = false
	return v.limit()
}

// Resize sets the size of the area. A fitted view stays fitted; otherwise the
// image point in the middle stays in the middle.
func (v View) Resize(w, h float64) View {
	w, h = max(1, w), max(1, h)
	if v.fitted {
		v.w, v.h = w, h
		return v.Fit()
	}
	v.x, v.y = v.x+(w-v.w)/2, v.y+(h-v.h)/2
	v.w, v.h = w, h
	return v.limit()
}

// Reveal pans as little as needed to bring an image point at least margin
// screen units inside the area.
func (v View) Reveal(ix, iy, margin float64) View {
	sx, sy := v.ToScreen(ix, iy)
	dx := moveInside(sx, margin, v.w-margin)
	dy := moveInside(sy, margin, v.h-margin)
	if dx == 0 && dy == 0 {
		return v
	}
	return v.Pan(dx, dy)
}

// ToScreen maps an image point to the screen.
func (v View) ToScreen(ix, iy float64) (sx, sy float64) { return v.x + ix*v.scale, v.y + iy*v.scale }

// ToImage maps a screen point to the image; it may lie outside of it.
func (v View) ToImage(sx, sy float64) (ix, iy float64) {
	return (sx - v.x) / v.scale, (sy - v.y) / v.scale
}

// Inside reports whether a screen point lies on the image.
func (v View) Inside(sx, sy float64) bool {
	ix, iy := v.ToImage(sx, sy)
	return ix >= 0 && iy >= 0 && ix < v.imgW && iy < v.imgH
}

// Clamp returns the image point nearest to (ix, iy) that lies on a pixel.
func (v View) Clamp(ix, iy float64) (x, y float64) {
	return min(max(0, ix), math.Nextafter(v.imgW, 0)), min(max(0, iy), math.Nextafter(v.imgH, 0))
}

// Rect returns position and size of the image on the screen.
func (v View) Rect() (x, y, w, h float64) { return v.x, v.y, v.imgW * v.scale, v.imgH * v.scale }

// ImageSize returns the size of the image in pixels.
func (v View) ImageSize() (w, h int) { return int(v.imgW), int(v.imgH) }

// AreaSize returns the size of the screen area.
func (v View) AreaSize() (w, h float64) { return v.w, v.h }

func (v View) centre() View {
	v.x, v.y = (v.w-v.imgW*v.scale)/2, (v.h-v.imgH*v.scale)/2
	return v
}

// limit keeps a part of the image in the area.
func (v View) limit() View {
	v.x = limitAxis(v.x, v.imgW*v.scale, v.w)
	v.y = limitAxis(v.y, v.imgH*v.scale, v.h)
	return v
}

func limitAxis(pos, size, area float64) float64 {
	keep := min(keepVisible, size/2, area/2)
	return min(max(pos, keep-size), area-keep)
}

func moveInside(p, lo, hi float64) float64 {
	if lo > hi {
		return (lo+hi)/2 - p
	}
	switch {
	case p < lo:
		return lo - p
	case p > hi:
		return hi - p
	}
	return 0
}

func clampScale(s float64) float64 {
	if math.IsNaN(s) {
		return 1
	}
	return min(MaxScale, max(MinScale, s))
}
