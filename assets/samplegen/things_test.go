package samplegen

import "math"

// The tracked objects' numbers, in the order of the prompts.
const (
	ownerBall = 1
	ownerCar  = 2
	ownerKite = 3
)

// ball is a rolling ball with six coloured wedges, lit from the top left.
type ball struct{ x, y, r, turn float64 }

func (b ball) owner() uint8 { return ownerBall }

func (b ball) bounds() (x0, y0, x1, y1 float64) { return b.x - b.r, b.y - b.r, b.x + b.r, b.y + b.r }

func (b ball) hit(x, y float64) (colour, bool) {
	dx, dy := (x-b.x)/b.r, (y-b.y)/b.r
	d := dx*dx + dy*dy
	if d > 1 {
		return colour{}, false
	}
	dz := math.Sqrt(1 - d)
	// Undo the rolling, then colour by longitude about an axis that leans
	// towards the camera.
	sin, cos := math.Sincos(-b.turn)
	u, v := dx*cos-dy*sin, dx*sin+dy*cos
	au, az := u*0.8-dz*0.6, u*0.6+dz*0.8
	wedge := int(math.Floor(math.Atan2(v, au)/(math.Pi/3)+6)) % 6
	c := [6]colour{{214, 44, 46}, {238, 232, 220}, {222, 120, 30}, {206, 38, 52}, {240, 236, 226}, {232, 138, 36}}[wedge]
	if math.Abs(az) > 0.93 {
		c = colour{180, 30, 40}
	}
	light := clamp(0.55+0.5*(-0.5*dx-0.6*dy+0.62*dz), 0.3, 1.1)
	grain := 0.93 + 0.14*noise(u*9+20, v*9, 51)
	return c.scale(light * grain), true
}

// car is a toy car seen from the side, driving to the left.
type car struct{ x, y, size, turn float64 }

func (c car) owner() uint8 { return ownerCar }

func (c car) bounds() (x0, y0, x1, y1 float64) {
	return c.x - 64*c.size, c.y - 36*c.size, c.x + 64*c.size, c.y + 30*c.size
}

func (c car) hit(x, y float64) (colour, bool) {
	u, v := (x-c.x)/c.size, (y-c.y)/c.size
	for _, wx := range []float64{-34, 34} {
		if col, ok := wheel(u-wx, v-13, c.turn); ok {
			return col, true
		}
	}
	body := roundBox(u, v-2, 60, 14, 8) <= 0
	roof := -34 - 0.55*(v+12)
	cabin := v < -8 && v > -32 && u > roof && u < 30+0.4*(v+12)
	if !body && !cabin {
		return colour{}, false
	}
	if cabin && v > -28 && v < -11 && math.Abs(u-2) > 2.5 && u > roof+5 && u < 25+0.4*(v+12) {
		return colour{44, 54, 70}.scale(0.8 + 0.5*clouds(u/9, v/9, 2, 61)), true
	}
	paint := colour{36, 70, 178}
	switch {
	case body && math.Abs(v-3) < 2.6:
		paint = colour{232, 196, 60}
	case body && u < -53 && v < 0:
		paint = colour{244, 240, 200}
	}
	return paint.scale(clamp(1.05-v/60, 0.6, 1.5) * (0.9 + 0.2*clouds(u/7, v/7, 3, 67))), true
}

// wheel is a tyre with a spoked hub; u and v are measured from its centre.
func wheel(u, v, turn float64) (colour, bool) {
	r := math.Hypot(u, v)
	switch {
	case r > 13:
		return colour{}, false
	case r > 7.5:
		return colour{34, 33, 36}.scale(0.8 + 0.5*noise(u/3, v/3, 71)), true
	case math.Cos(5*(math.Atan2(v, u)-turn)) > 0:
		return colour{196, 198, 204}, true
	}
	return colour{120, 122, 130}, true
}

// roundBox returns the signed distance to a rectangle with round corners.
func roundBox(u, v, halfW, halfH, r float64) float64 {
	dx, dy := math.Abs(u)-halfW+r, math.Abs(v)-halfH+r
	return math.Hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - r
}

// kite is a diamond of four cloth panels that leans in the wind.
type kite struct{ x, y, size, lean float64 }

func (k kite) owner() uint8 { return ownerKite }

func (k kite) bounds() (x0, y0, x1, y1 float64) {
	r := k.size * 1.1
	return k.x - r, k.y - r, k.x + r, k.y + r
}

func (k kite) hit(x, y float64) (colour, bool) {
	sin, cos := math.Sincos(k.lean)
	u := ((x-k.x)*cos + (y-k.y)*sin) / k.size
	v := (-(x-k.x)*sin + (y-k.y)*cos) / k.size
	high := 0.62 // the upper half is shorter than the lower
	if v > 0 {
		high = 1.0
	}
	if math.Abs(u)/0.7+math.Abs(v)/high > 1 {
		return colour{}, false
	}
	if math.Abs(u) < 0.025 || math.Abs(v) < 0.025 {
		return colour{60, 40, 30}, true // the two spars
	}
	c := colour{126, 36, 132}
	if (u > 0) == (v > 0) {
		c = colour{48, 150, 92}
	}
	return c.scale(0.82 + 0.36*clouds(u*6+9, v*6+9, 3, 81)), true
}

// trunk is a birch on the meadow, between the car and the ball.
type trunk struct{ x, camY float64 }

func (t trunk) owner() uint8 { return 0 }

func (t trunk) bounds() (x0, y0, x1, y1 float64) { return t.x - 22, 0, t.x + 22, 262 - t.camY }

func (t trunk) hit(x, y float64) (colour, bool) {
	wy := y + t.camY
	u := x - t.x - 3*math.Sin(wy/60)
	half := 13 + 4*smooth(clamp((wy-215)/47, 0, 1)) + 1.5*noise(0, wy/9, 91)
	if math.Abs(u) > half || wy > 262 {
		return colour{}, false
	}
	bark := colour{204, 200, 190}.mix(colour{66, 60, 54}, smooth(clamp((clouds(u/9, wy/5, 3, 97)-0.5)*6, 0, 1)))
	return bark.scale(0.7 + 0.35*math.Sqrt(max(0, 1-u*u/(half*half)))), true
}
