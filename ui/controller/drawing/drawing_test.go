package drawing

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

const side = 100

// easel is one object over frames without an engine.
type easel struct {
	t     *testing.T
	img   *image.RGBA
	key   annotate.FrameKey
	masks map[annotate.FrameKey]annotate.Mask
	steps []string
	said  string
	seen  int
}

// newEasel shows a bright disc of radius 30 in the middle.
func newEasel(t *testing.T) *easel {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			v := uint8(40)
			if inDisc(x, y) {
				v = 200
			}
			img.SetRGBA(x, y, color.RGBA{v, v, v, 255})
		}
	}
	return &easel{t: t, img: img, key: annotate.FrameKey{Object: 1}, masks: map[annotate.FrameKey]annotate.Mask{}}
}

func inDisc(x, y int) bool { return math.Hypot(float64(x)+0.5-50, float64(y)+0.5-50) < 30 }

func (e *easel) Picture() *image.RGBA                   { return e.img }
func (e *easel) Size() (w, h int)                       { return side, side }
func (e *easel) Key() annotate.FrameKey                 { return e.key }
func (e *easel) Begin()                                 {}
func (e *easel) Say(text string)                        { e.said = text }
func (e *easel) Fail(what string, err error)            { e.t.Errorf("%s: %v", what, err) }
func (e *easel) Changed()                               { e.seen++ }
func (e *easel) AreaChanged()                           { e.seen++ }
func (e *easel) Make() annotate.FrameKey                { e.key.Object = 1; return e.key }
func (e *easel) area(k annotate.FrameKey) annotate.Mask { return e.masks[k] }

func (e *easel) Mask(k annotate.FrameKey) annotate.MaskRef {
	if m, ok := e.masks[k]; ok {
		return annotate.InMemory(m)
	}
	return nil
}

func (e *easel) Mend(name string, f func(annotate.Mask) annotate.Mask) {
	e.Paint(name, e.key, f(e.masks[e.key]))
}

func (e *easel) Paint(name string, k annotate.FrameKey, m annotate.Mask) {
	e.masks[k] = m
	e.steps = append(e.steps, name)
}

// square presses the corners of a square.
func square(d *Drawer, x, y, size float64, how How) {
	for _, c := range [][2]float64{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}} {
		d.Press(c[0], c[1], how)
		d.Release()
	}
}

func TestPolygonAddsAndTakesAway(t *testing.T) {
	e := newEasel(t)
	e.key.Object = 0 // the object is made when the polygon is finished
	d := NewDrawer(e)
	square(d, 10, 10, 20, How{Pixel: 0.1})
	if e.key.Object != 0 || !d.Drawing() || len(d.Outline(annotate.Color{}).Vertices) != 4 {
		t.Fatal("the polygon is not being drawn")
	}
	if !d.Finish() || d.Drawing() {
		t.Fatal("the polygon was not finished")
	}
	if got := e.area(e.key).Area(); got != 400 {
		t.Errorf("the square holds %d pixels", got)
	}
	square(d, 20, 20, 20, How{Pixel: 0.1, Subtract: true})
	if !d.Outline(annotate.Color{}).Subtract {
		t.Error("the outline does not tell that it takes away")
	}
	d.Finish()
	if got := e.area(e.key).Area(); got != 300 || len(e.steps) != 2 || e.steps[1] != "Take area away" {
		t.Errorf("%d pixels are left after %v", got, e.steps)
	}
}

// The first vertex closes, a double click sets no vertex, Back takes one after the other.
func TestPolygonVertices(t *testing.T) {
	e := newEasel(t)
	d := NewDrawer(e)
	how := How{Pixel: 1}
	square(d, 30, 30, 40, how)
	d.Press(31, 70, how) // the second press of a double click
	if n := len(d.Outline(annotate.Color{}).Vertices); n != 4 {
		t.Errorf("%d vertices after a double click", n)
	}
	for want := 3; want >= 0; want-- {
		if !d.Back() {
			t.Fatal("nothing was taken back")
		}
		if o := d.Outline(annotate.Color{}); (o == nil) != (want == 0) || o != nil && len(o.Vertices) != want {
			t.Errorf("%+v, want %d vertices", o, want)
		}
	}
	if d.Back() || d.Finish() || d.Cancel() {
		t.Error("there is still an area")
	}
	square(d, 30, 30, 40, how)
	d.Press(33, 28, how)
	if d.Drawing() || e.area(e.key).Area() != 1600 {
		t.Error("a press on the first vertex did not close the polygon")
	}
}

// Less than three vertices are no area: the polygon goes on.
func TestPolygonOfTwoPointsGoesOn(t *testing.T) {
	e := newEasel(t)
	d := NewDrawer(e)
	d.Press(10, 10, How{Pixel: 1})
	d.Press(50, 50, How{Pixel: 1})
	if !d.Finish() || !d.Drawing() || len(e.steps) != 0 || e.said == "" {
		t.Errorf("drawing %v, steps %v, said %q", d.Drawing(), e.steps, e.said)
	}
}

// A polygon waits on its frame for the user to come back, and is given up for another one
// with a word.
func TestPolygonStaysWithItsFrame(t *testing.T) {
	e := newEasel(t)
	d := NewDrawer(e)
	how := How{Pixel: 1}
	square(d, 30, 30, 40, how)
	e.key.Frame = 5
	if d.Drawing() || d.Outline(annotate.Color{}) != nil || d.Finish() || d.Back() {
		t.Error("the polygon is seen on another frame")
	}
	d.Move(3, 3)
	e.key.Frame = 0
	if o := d.Outline(annotate.Color{}); o == nil || len(o.Vertices) != 4 {
		t.Fatalf("the polygon did not wait: %+v", o)
	}
	e.key.Frame = 5
	e.said = ""
	d.Press(10, 10, how)
	if e.said == "" || len(d.Outline(annotate.Color{}).Vertices) != 1 {
		t.Errorf("said %q", e.said)
	}
}

// iou compares with the disc.
func (e *easel) iou() float64 {
	b := annotate.NewBitmap(side, side)
	for y := range side {
		for x := range side {
			b.Set(x, y, inDisc(x, y))
		}
	}
	got, err := annotate.IoU(e.masks[e.key], annotate.MaskFromBitmap(b))
	if err != nil {
		e.t.Fatal(err)
	}
	return got
}

// Four rough clicks around a disc give the disc where edges are followed.
func TestPolygonFollowsEdges(t *testing.T) {
	e := newEasel(t)
	d := NewDrawer(e)
	how := How{Snap: true, Pixel: 1}
	for _, p := range [][2]float64{{21.5, 50}, {50, 18.5}, {79, 51}, {49, 81}} {
		d.Move(p[0], p[1])
		d.Press(p[0], p[1], how)
	}
	d.Finish()
	if got := e.iou(); got < 0.97 {
		t.Errorf("IoU %.3f", got)
	}
}

// A lasso drawn around a disc by a hand that shakes.
func TestLasso(t *testing.T) {
	for _, tt := range []struct {
		snap bool
		want float64
	}{{false, 0.85}, {true, 0.95}} {
		e := newEasel(t)
		d := NewDrawer(e)
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 200 {
			a := 2 * math.Pi * float64(i) / 200
			r := 30 + 3*rng.Float64() - 1.5
			x, y := 50+r*math.Cos(a), 50+r*math.Sin(a)
			if i == 0 {
				d.Press(x, y, How{Lasso: true, Snap: tt.snap, Pixel: 0.5})
			}
			d.Move(x, y)
		}
		d.Release()
		if got := e.iou(); got < tt.want || len(e.steps) != 1 {
			t.Errorf("following edges %v: IoU %.3f after %v", tt.snap, got, e.steps)
		}
	}
}

func TestClickWithTheLassoIsNoArea(t *testing.T) {
	e := newEasel(t)
	d := NewDrawer(e)
	d.Press(10, 10, How{Lasso: true, Pixel: 1})
	d.Release()
	if d.Drawing() || len(e.steps) > 0 {
		t.Errorf("drawing %v after %v", d.Drawing(), e.steps)
	}
}

func TestBrush(t *testing.T) {
	e := newEasel(t)
	b := NewBrush(e)
	b.Begin(30, 50, Stroke{Radius: 5})
	b.Move(60, 50)
	if l := b.Show(e.key, scene.Layer{}); len(l) != 1 || l[0].Mask != nil || len(l[0].Strokes) != 1 || len(l[0].Strokes[0].Points) != 2 {
		t.Fatalf("shown: %+v", l)
	}
	b.End()
	painted := e.area(e.key).Area()
	if painted < 300 || painted > 400 {
		t.Errorf("%d pixels are painted", painted)
	}
	b.Begin(30, 50, Stroke{Radius: 6, Erase: true})
	b.Move(60, 50)
	b.End()
	if got := e.area(e.key).Area(); got != 0 || len(e.steps) != 2 || e.steps[1] != "Erase" {
		t.Errorf("%d pixels are left after %v", got, e.steps)
	}
	b.Begin(1, 1, Stroke{Radius: 6})
	if !b.Cancel() || b.Cancel() || len(e.steps) != 2 {
		t.Error("the stroke was not given up")
	}
	b.Move(3, 3)
	b.End()
	if len(e.steps) != 2 {
		t.Error("a stroke that was given up painted")
	}
}

// A brush that follows edges and goes along inside a disc does not leave it.
func TestBrushStopsAtEdges(t *testing.T) {
	e := newEasel(t)
	b := NewBrush(e)
	b.Begin(26, 50, Stroke{Radius: 12, Snap: true})
	for i := range 40 {
		a := math.Pi + 2*math.Pi*float64(i)/40
		b.Move(50+24*math.Cos(a), 50+24*math.Sin(a))
	}
	b.End()
	outside := 0
	m := e.masks[e.key].Bitmap()
	for y := range side {
		for x := range side {
			if m.At(x, y) && !inDisc(x, y) {
				outside++
			}
		}
	}
	if area := e.masks[e.key].Area(); outside > area/100 || area < 2000 {
		t.Errorf("%d of %d pixels lie outside", outside, area)
	}
}

// The edge brush changes nothing but the edge under it, and tells where it is.
func TestEdgeBrush(t *testing.T) {
	e := newEasel(t)
	rough := annotate.MaskFromOutline(side, side, []scene.Pt{{X: 22, Y: 50}, {X: 50, Y: 22}, {X: 78, Y: 50}, {X: 50, Y: 78}})
	e.masks[e.key] = rough
	before := e.iou()
	b := NewBrush(e)
	b.Begin(20, 50, Stroke{Radius: 14, Edge: true})
	for i := range 80 {
		a := math.Pi + 2*math.Pi*float64(i)/79
		b.Move(50+27*math.Cos(a), 50+27*math.Sin(a))
	}
	l := b.Show(e.key, scene.Layer{Mask: annotate.InMemory(rough)})
	if len(l) != 2 || l[0].Mask == nil || len(l[0].Strokes) != 0 || len(l[1].Strokes) != 1 {
		t.Fatalf("shown: %+v", l)
	}
	b.End()
	if got := e.iou(); got < 0.97 || len(e.steps) != 1 {
		t.Errorf("IoU %.3f, was %.3f, after %v", got, before, e.steps)
	}
}

func TestSimplifiedStaysNear(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	var line []scene.Pt
	for i := range 300 {
		line = append(line, scene.Pt{X: float64(i), Y: 10*math.Sin(float64(i)/20) + rng.Float64()})
	}
	got := simplified(line, 1)
	if len(got) > 100 || got[0] != line[0] || got[len(got)-1] != line[299] {
		t.Fatalf("%d points", len(got))
	}
	for _, p := range line {
		near := math.Inf(1)
		for i := 1; i < len(got); i++ {
			near = min(near, offLine(p, got[i-1], got[i]))
		}
		if near > 1 {
			t.Fatalf("%v is %.2f off", p, near)
		}
	}
}

// What a press of the mouse costs at 4K, where edges are followed.
func BenchmarkPolygonPress4K(b *testing.B) {
	e := &easel{img: image.NewRGBA(image.Rect(0, 0, 3840, 2160)), masks: map[annotate.FrameKey]annotate.Mask{}}
	for i := range e.img.Pix {
		e.img.Pix[i] = uint8(rand.IntN(256))
	}
	how := How{Snap: true, Pixel: 1}
	d := NewDrawer(e)
	d.Press(1000, 1000, how)
	x := 1000.0
	for b.Loop() {
		x = 2500 - x
		d.Move(x, 1010)
		d.Press(x, 1150, how)
	}
}
