package timeline

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/lanes"
)

// Model is what the timeline shows. Its slices are read on the UI goroutine
// only, whenever the widget is drawn.
type Model struct {
	Frames   int
	Read     int // frames that are known exactly, where not all are; 0: all
	Lanes    []Lane
	Range    annotate.Range
	RangeSet bool
	Cuts     []int // frames that start a new scene
	Marks    []int // frames that the user marked
}

// Lane is one object.
type Lane struct {
	ID         annotate.ObjectID
	Name       string
	Color      annotate.Color
	Selected   bool
	Hidden     bool
	Cells      []lanes.Cell
	Confidence []uint8
	Through    []int // cuts at which the track goes on
}

// Timeline is the widget.
type Timeline struct {
	widget.BaseWidget
	OnSeek   func(frame int)
	OnSelect func(id annotate.ObjectID)
	OnCut    func(frame int) // the right button on the ruler

	model  Model
	frame  int
	span   span
	top    float64 // units of lanes scrolled off above
	drag   bool
	raster *canvas.Raster
	view   *renderer
}

// nameWidth is the width of the column with the objects' names, tickRoom the
// least distance of ruler labels.
const (
	nameWidth = 148
	tickRoom  = 64
)

var (
	_ desktop.Mouseable = (*Timeline)(nil)
	_ fyne.Draggable    = (*Timeline)(nil)
	_ fyne.Scrollable   = (*Timeline)(nil)
)

// New returns an empty timeline.
func New() *Timeline {
	t := &Timeline{span: newSpan(1, 1)}
	t.raster = canvas.NewRaster(t.render)
	t.ExtendBaseWidget(t)
	return t
}

// SetModel shows a model.
func (t *Timeline) SetModel(m Model) {
	if m.Frames != t.model.Frames {
		t.span = newSpan(m.Frames, t.plotWidth())
		t.top = 0
	}
	t.model = m
	t.limitTop()
	for i, l := range m.Lanes {
		if l.Selected {
			t.revealLane(i)
		}
	}
	t.redraw()
}

// SetFrame moves the playhead.
func (t *Timeline) SetFrame(frame int) {
	t.frame = frame
	if s := t.span.reveal(frame); s != t.span && !t.drag {
		t.span = s
		t.redraw()
	}
	t.placeHead()
}

// Zoom zooms around the playhead.
func (t *Timeline) Zoom(factor float64) {
	t.span = t.span.zoom(factor, t.span.x(float64(t.frame)+0.5)).reveal(t.frame)
	t.redraw()
}

// Fit shows all frames.
func (t *Timeline) Fit() {
	t.span = t.span.fit()
	t.redraw()
}

// MinSize implements fyne.CanvasObject.
func (t *Timeline) MinSize() fyne.Size { return fyne.NewSize(nameWidth+200, rulerHeight+2*laneHeight) }

// Wanted returns the height at which all lanes are seen.
func (t *Timeline) Wanted() float32 {
	return rulerHeight + laneHeight*float32(max(2, len(t.model.Lanes))) + 4
}

// MouseDown implements desktop.Mouseable.
func (t *Timeline) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonSecondary && e.Position.Y < rulerHeight && e.Position.X >= nameWidth && t.OnCut != nil {
		t.OnCut(t.cutAt(float64(e.Position.X) - nameWidth))
	}
	if e.Button != desktop.MouseButtonPrimary || t.model.Frames == 0 {
		return
	}
	if i := t.laneAt(e.Position.Y); i >= 0 && t.OnSelect != nil {
		t.OnSelect(t.model.Lanes[i].ID)
	}
	if e.Position.X >= nameWidth {
		t.drag = true
		t.seek(e.Position.X)
	}
}

// MouseUp implements desktop.Mouseable.
func (t *Timeline) MouseUp(*desktop.MouseEvent) { t.drag = false }

// Dragged implements fyne.Draggable.
func (t *Timeline) Dragged(e *fyne.DragEvent) {
	if t.drag {
		t.seek(e.Position.X)
	}
}

// DragEnd implements fyne.Draggable.
func (t *Timeline) DragEnd() { t.drag = false }

// Scrolled implements fyne.Scrollable: over the lanes the wheel zooms, sideways
// it pans; over the names it scrolls them.
func (t *Timeline) Scrolled(e *fyne.ScrollEvent) {
	x := float64(e.Position.X) - nameWidth
	switch {
	case x < 0:
		t.top -= float64(e.Scrolled.DY)
		t.limitTop()
	case e.Scrolled.DX != 0:
		t.span = t.span.pan(float64(e.Scrolled.DX))
	case e.Scrolled.DY > 0:
		t.span = t.span.zoom(1.25, x)
	case e.Scrolled.DY < 0:
		t.span = t.span.zoom(1/1.25, x)
	}
	t.redraw()
}

func (t *Timeline) seek(x float32) {
	if t.OnSeek != nil {
		t.OnSeek(t.span.frame(float64(x) - nameWidth))
	}
}

// cutReach is how far from its mark a cut is still hit, in units.
const cutReach = 6

// cutAt returns the cut at a position of the plot, or the frame there.
func (t *Timeline) cutAt(x float64) int {
	best, at := cutReach+1.0, t.span.frame(x)
	for _, f := range t.model.Cuts {
		if d := math.Abs(t.span.x(float64(f)) - x); d < best {
			best, at = d, f
		}
	}
	return at
}

func (t *Timeline) laneAt(y float32) int {
	if y < rulerHeight {
		return -1
	}
	if i := int((float64(y) - rulerHeight + t.top) / laneHeight); i < len(t.model.Lanes) {
		return i
	}
	return -1
}

func (t *Timeline) revealLane(i int) {
	room := float64(t.Size().Height) - rulerHeight
	y := float64(i * laneHeight)
	if y < t.top {
		t.top = y
	} else if y+laneHeight > t.top+room && room > 0 {
		t.top = y + laneHeight - room
	}
	t.limitTop()
}

func (t *Timeline) limitTop() {
	room := float64(t.Size().Height) - rulerHeight
	t.top = min(max(0, t.top), max(0, float64(len(t.model.Lanes)*laneHeight)-room))
}

func (t *Timeline) plotWidth() float64 { return float64(max(1, t.Size().Width-nameWidth)) }

// render draws the raster for w by h device pixels.
func (t *Timeline) render(w, h int) image.Image {
	p := plot{
		img: image.NewRGBA(image.Rect(0, 0, max(1, w), max(1, h))), px: float64(w) / t.plotWidth(),
		span: t.span, model: t.model, top: t.top, pal: themePalette(),
	}
	if p.px > 0 {
		p.draw()
	}
	return p.img
}

func (t *Timeline) redraw() {
	t.raster.Refresh()
	if t.view != nil {
		t.view.texts()
	}
	t.placeHead()
}

func (t *Timeline) placeHead() {
	if t.view == nil {
		return
	}
	t.view.head(t.span.x(float64(t.frame) + 0.5))
}

func themePalette() palette {
	c := func(n fyne.ThemeColorName) color.NRGBA { return color.NRGBAModel.Convert(theme.Color(n)).(color.NRGBA) }
	grey := c(theme.ColorNameForeground)
	grey.A = 130
	lane := c(theme.ColorNameForeground)
	lane.A = 14
	selected := lane
	selected.A = 34
	return palette{
		back: c(theme.ColorNameBackground), ruler: c(theme.ColorNameHeaderBackground), lane: lane, selected: selected,
		grid: grey, text: grey,
		cut: color.NRGBA{0xB0, 0x7C, 0xFF, 255}, mark: color.NRGBA{0xF0, 0xAA, 0x19, 255}, accepted: color.NRGBA{0x2F, 0xB3, 0x6A, 255},
		hidden: color.NRGBA{0xFA, 0x87, 0x19, 255},
	}
}

type renderer struct {
	t       *Timeline
	names   *fyne.Container // colour chips and names
	ticks   *fyne.Container // ruler labels
	line    *canvas.Rectangle
	knob    *canvas.Rectangle
	clip    *container.Clip
	back    *canvas.Rectangle
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	r := &renderer{
		t: t, names: container.NewWithoutLayout(), ticks: container.NewWithoutLayout(),
		line: canvas.NewRectangle(color.White), knob: canvas.NewRectangle(color.White),
		back: canvas.NewRectangle(color.Transparent),
	}
	r.knob.CornerRadius = 3
	r.clip = container.NewClip(container.NewWithoutLayout(r.names))
	r.objects = []fyne.CanvasObject{r.back, t.raster, r.ticks, r.clip, r.line, r.knob}
	t.view = r
	return r
}

func (r *renderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.t.raster.Move(fyne.NewPos(nameWidth, 0))
	r.t.raster.Resize(fyne.NewSize(max(1, size.Width-nameWidth), size.Height))
	r.clip.Move(fyne.NewPos(0, rulerHeight))
	r.clip.Resize(fyne.NewSize(nameWidth, max(1, size.Height-rulerHeight)))
	r.t.span = r.t.span.resize(r.t.plotWidth())
	r.t.limitTop()
	r.texts()
	r.head(r.t.span.x(float64(r.t.frame) + 0.5))
}

func (r *renderer) MinSize() fyne.Size           { return r.t.MinSize() }
func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *renderer) Destroy()                     { r.t.view = nil }

func (r *renderer) Refresh() {
	r.back.FillColor = theme.Color(theme.ColorNameBackground)
	r.back.Refresh()
	r.t.redraw()
}

// texts places the names and the ruler labels.
func (r *renderer) texts() {
	text := theme.Color(theme.ColorNameForeground)
	muted := theme.Color(theme.ColorNamePlaceHolder)
	var names []fyne.CanvasObject
	for i, l := range r.t.model.Lanes {
		y := float32(float64(i*laneHeight) - r.t.top)
		if l.Selected {
			row := canvas.NewRectangle(withAlpha(text, 34))
			row.Move(fyne.NewPos(0, y+1))
			row.Resize(fyne.NewSize(nameWidth, laneHeight-2))
			names = append(names, row)
		}
		chip := canvas.NewRectangle(toNRGBA(l.Color))
		chip.CornerRadius = 3
		chip.Move(fyne.NewPos(10, y+7))
		chip.Resize(fyne.NewSquareSize(10))
		name := canvas.NewText(shorten(l.Name, nameWidth-38), text)
		if l.Hidden {
			name.Color = muted
		}
		name.TextSize = 12
		name.TextStyle.Bold = l.Selected
		name.Move(fyne.NewPos(28, y+(laneHeight-name.MinSize().Height)/2))
		names = append(names, chip, name)
	}
	r.names.Objects = names
	r.names.Refresh()

	var ticks []fyne.CanvasObject
	if s := r.t.span; r.t.model.Frames > 0 {
		step := s.tickStep(tickRoom)
		for f := (int(s.first) + step - 1) / step * step; f < s.frames; f += step {
			x := s.x(float64(f) + 0.5)
			if x > s.width-24 {
				break
			}
			label := canvas.NewText(itoa(f), muted)
			label.TextSize = 10
			label.Move(fyne.NewPos(nameWidth+float32(x)+4, 1))
			ticks = append(ticks, label)
		}
	}
	r.ticks.Objects = ticks
	r.ticks.Refresh()
}

// head places the playhead at x units from the left border of the plot.
func (r *renderer) head(x float64) {
	visible := r.t.model.Frames > 0 && x >= 0 && x <= r.t.span.width
	for _, o := range []*canvas.Rectangle{r.line, r.knob} {
		o.Hidden = !visible
		o.FillColor = theme.Color(theme.ColorNamePrimary)
	}
	left := nameWidth + float32(x)
	r.line.Move(fyne.NewPos(left-1, 0))
	r.line.Resize(fyne.NewSize(2, r.t.Size().Height))
	r.knob.Move(fyne.NewPos(left-5, 0))
	r.knob.Resize(fyne.NewSize(10, 12))
	r.line.Refresh()
	r.knob.Refresh()
}
