package timeline

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/lanes"
)

// However it is zoomed and panned, every frame that is on the plot is found at
// its own place, the plot is never wider than the video, and frame 0 to the
// last can be reached.
func TestSpan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		n := 1 + r.IntN(20_000)
		s := newSpan(n, 50+1500*r.Float64())
		for range r.IntN(6) {
			switch r.IntN(4) {
			case 0:
				s = s.zoom(math.Exp(3*r.Float64()-1.5), s.width*r.Float64())
			case 1:
				s = s.pan(3000*r.Float64() - 1500)
			case 2:
				s = s.resize(50 + 1500*r.Float64())
			case 3:
				s = s.reveal(r.IntN(n))
			}
		}
		f := r.IntN(n)
		shown := s.reveal(f)
		if x := shown.x(float64(f) + 0.5); x < -1e-6 || x > shown.width+1e-6 {
			t.Fatalf("frame %d of %d is at %g of %g after reveal", f, n, x, shown.width)
		}
		if got := shown.frame(shown.x(float64(f) + 0.5)); got != f {
			t.Fatalf("the place of frame %d is frame %d", f, got)
		}
		if s.first < 0 || s.x(float64(n)) < min(s.width, float64(n)*s.scale)-1e-6 {
			t.Fatalf("empty room is shown: %+v", s)
		}
	}
}

func TestTickStepLeavesRoom(t *testing.T) {
	for _, n := range []int{1, 10, 72, 999, 20_000} {
		s := newSpan(n, 900)
		for range 8 {
			if step := s.tickStep(64); step <= s.frames && float64(step)*s.scale < 64 {
				t.Errorf("%d frames at %g units: labels every %d frames", n, s.scale, step)
			}
			s = s.zoom(2, 300)
		}
	}
}

func model(count, frames int) Model {
	m := Model{Frames: frames, Range: annotate.Range{Last: frames - 1}}
	for i := range count {
		l := Lane{ID: annotate.ObjectID(i + 1), Name: "object", Color: annotate.PaletteColor(i + 1),
			Cells: make([]lanes.Cell, frames), Confidence: make([]uint8, frames)}
		for f := range frames {
			l.Cells[f], l.Confidence[f] = lanes.Visible, uint8(100+f%150)
		}
		m.Lanes = append(m.Lanes, l)
	}
	return m
}

func shown(t *testing.T, m Model) *Timeline {
	t.Helper()
	test.NewTempApp(t)
	tl := New()
	w := test.NewTempWindow(t, tl)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(nameWidth+500, 120))
	tl.SetModel(m)
	return tl
}

// A lane is solid exactly where the mask is not empty, at every frame.
func TestLanesAreSolidWhereTheMaskIs(t *testing.T) {
	m := model(1, 50) // ten units a frame
	for f := range m.Frames {
		if f%3 == 0 {
			m.Lanes[0].Cells[f] = 0
			m.Lanes[0].Confidence[f] = 0
		}
	}
	tl := shown(t, m)
	img := tl.render(500, 100).(*image.RGBA)
	for f := range m.Frames {
		x := int(tl.span.x(float64(f) + 0.5))
		got := img.RGBAAt(x, rulerHeight+laneHeight/2-1)
		want := toNRGBA(m.Lanes[0].Color)
		solid := got.R == want.R && got.G == want.G && got.B == want.B
		if solid != (f%3 != 0) {
			t.Errorf("frame %d: solid %v", f, solid)
		}
	}
}

func TestPressAndDragSeek(t *testing.T) {
	tl := shown(t, model(2, 50))
	var frames []int
	var selected annotate.ObjectID
	tl.OnSeek = func(f int) { frames = append(frames, f) }
	tl.OnSelect = func(id annotate.ObjectID) { selected = id }
	e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	e.Position = fyne.NewPos(nameWidth+float32(tl.span.x(10.5)), rulerHeight+laneHeight+5)
	tl.MouseDown(e)
	tl.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(nameWidth+float32(tl.span.x(30.5)), 5)}})
	tl.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(9999, 5)}})
	tl.DragEnd()
	if len(frames) != 3 || frames[0] != 10 || frames[1] != 30 || frames[2] != 49 || selected != 2 {
		t.Errorf("sought %v, selected %d", frames, selected)
	}
}

// 20,000 frames of five objects are drawn as fast as a few.
func BenchmarkRender20000Frames(b *testing.B) {
	test.NewTempApp(b)
	tl := New()
	tl.model, tl.span = model(5, 20_000), newSpan(20_000, 1100)
	tl.Resize(fyne.NewSize(nameWidth+1100, 160))
	for b.Loop() {
		tl.render(1100, 160)
	}
}
