package samplegen

import (
	"image"
	"math"
)

// The clip: three seconds, small enough to be embedded.
const (
	width, height = 640, 360
	frames        = 72
	fps           = 24
	horizon       = 168.0
)

// layer is something in front of the background. hit tells whether it covers
// a point of the picture, and its colour there.
type layer interface {
	hit(x, y float64) (colour, bool)
	bounds() (x0, y0, x1, y1 float64)
	// owner is the tracked object's number, or 0 for scenery.
	owner() uint8
}

// moment is the state of the scene on one frame.
type moment struct {
	camX, camY float64 // how far the camera has drifted
	layers     []layer // from back to front
	shadows    []shadow
}

// shadow darkens the ground in an ellipse.
type shadow struct{ x, y, rx, ry float64 }

// at sets up the scene on frame f: a kite in the sky, a toy car that drives to
// the left behind a tree, and a ball that rolls to the right and towards the
// camera, in front of both.
func at(f int) moment {
	t := float64(f) / (frames - 1)
	m := moment{
		camX: 30*t + 4*math.Sin(5*t),
		camY: 4 * math.Sin(4*t),
	}
	carX, carY := 540-420*t-m.camX, 222-m.camY
	ballR := 31 * math.Pow(1.75, t)
	ballX, ballY := 96+350*t-m.camX*0.5, 256+20*t-ballR*0.4-m.camY
	kiteX := 250 + 130*math.Sin(2.1*t+0.3) - m.camX*0.5
	kiteY := 84 + 30*math.Sin(4.4*t) - m.camY
	m.layers = []layer{
		kite{kiteX, kiteY, 44 + 5*math.Sin(3*t), 0.5 * math.Sin(5*t+0.4)},
		car{carX, carY, 1 + 0.08*t, -420 * t / 13},
		trunk{418 - m.camX, m.camY},
		ball{ballX, ballY, ballR, 350 * t / 45},
	}
	m.shadows = []shadow{
		{carX, carY + 27, 66, 7},
		{ballX + 4, ballY + ballR*0.96, ballR * 1.05, ballR * 0.2},
	}
	return m
}

// background returns sky, hills or meadow at a point of the picture.
func (m moment) background(x, y float64) colour {
	wx, wy := x+m.camX, y+m.camY
	hill := horizon - 34*clouds(wx/90, 3.5, 3, 7) + 4
	switch {
	case wy < hill:
		sky := colour{116, 164, 214}.mix(colour{206, 222, 232}, clamp(wy/horizon, 0, 1))
		c := clouds((x+0.5*m.camX)/110, (y+0.5*m.camY)/46, 4, 3)
		return sky.mix(colour{245, 245, 242}, smooth(clamp((c-0.5)*4, 0, 1)))
	case wy < horizon:
		c := clouds(wx/14, wy/9, 3, 11)
		return colour{62, 92, 74}.mix(colour{104, 128, 96}, c)
	}
	return m.meadow(wx, wy)
}

// meadow is grass that gets finer with distance, with a sandy path.
func (m moment) meadow(wx, wy float64) colour {
	depth := 0.35 + (wy-horizon)/190
	g := clouds((wx-width/2)/(13*depth), wy/(7*depth), 4, 23)
	c := colour{70, 98, 42}.mix(colour{146, 158, 82}, clamp((g-0.2)*1.6, 0, 1))
	edge := 238 + 7*math.Sin(wx/70)
	path := smooth(clamp(1-math.Abs(wy-edge)/17, 0, 1))
	sand := colour{172, 152, 116}.scale(0.8 + 0.4*clouds(wx/6, wy/4, 3, 31))
	c = c.mix(sand, path)
	for _, s := range m.shadows {
		dx, dy := (wx-m.camX-s.x)/s.rx, (wy-m.camY-s.y)/s.ry
		c = c.scale(1 - 0.45*smooth(clamp(1.2-dx*dx-dy*dy, 0, 1)))
	}
	return c
}

// drawFrame draws frame f and says which object (0: none) owns each pixel. A
// pixel is sampled nine times; it belongs to the object that most samples hit.
func drawFrame(f int) (*image.RGBA, []uint8) {
	m := at(f)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	owners := make([]uint8, width*height)
	for y := range height {
		for x := range width {
			c, owner := m.pixel(x, y)
			owners[y*width+x] = owner
			for i, v := range c {
				grain := 5 * (hash(x+width*f, y, uint32(40+i)) - 0.5)
				img.Pix[img.PixOffset(x, y)+i] = uint8(clamp(v+grain, 0, 255))
			}
			img.Pix[img.PixOffset(x, y)+3] = 255
		}
	}
	return img, owners
}

func (m moment) pixel(x, y int) (colour, uint8) {
	near := m.near(float64(x), float64(y))
	if len(near) == 0 {
		return m.background(float64(x)+0.5, float64(y)+0.5), 0
	}
	var sum colour
	var votes [8]int
	for s := range 9 {
		sx, sy := float64(x)+float64(s%3*2+1)/6, float64(y)+float64(s/3*2+1)/6
		c, owner := m.sample(near, sx, sy)
		votes[owner]++
		for i := range sum {
			sum[i] += c[i] / 9
		}
	}
	for owner, n := range votes {
		if n > 4 {
			return sum, uint8(owner)
		}
	}
	return sum, 0
}

// near returns the layers that may cover a pixel.
func (m moment) near(x, y float64) []layer {
	var out []layer
	for _, l := range m.layers {
		if x0, y0, x1, y1 := l.bounds(); x >= x0-1 && y >= y0-1 && x <= x1 && y <= y1 {
			out = append(out, l)
		}
	}
	return out
}

func (m moment) sample(near []layer, x, y float64) (colour, uint8) {
	for i := len(near) - 1; i >= 0; i-- {
		if c, ok := near[i].hit(x, y); ok {
			return c, near[i].owner()
		}
	}
	return m.background(x, y), 0
}
