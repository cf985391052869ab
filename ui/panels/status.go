package panels

import (
	"fmt"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/session"
)

// Facts is what the bar shows.
type Facts interface {
	Message() controller.Message
	Size() (w, h int)
	Facts() string
	FrameName() string
	Reading() session.Count
}

// Status is the bar at the bottom of the window.
type Status struct {
	Content fyne.CanvasObject

	c       Facts
	dot     *canvas.Circle
	message *widget.Label
	facts   *widget.Label
	hint    string // what the control under the pointer does
}

// NewStatus returns the bar.
func NewStatus(c Facts) *Status {
	p := &Status{c: c, dot: canvas.NewCircle(color.Transparent), message: widget.NewLabel(""), facts: widget.NewLabel("")}
	p.message.Truncation = fyne.TextTruncateEllipsis
	p.message.SizeName, p.facts.SizeName = theme.SizeNameCaptionText, theme.SizeNameCaptionText
	p.facts.Importance = widget.LowImportance
	dot := container.NewGridWrap(fyne.NewSquareSize(8), p.dot)
	p.Content = container.NewBorder(nil, nil, container.NewCenter(container.NewPadded(dot)), p.facts, p.message)
	return p
}

// Hint shows what a control does in place of the message; "" ends that.
func (p *Status) Hint(text string) {
	if p.hint != text {
		p.hint = text
		p.showMessage()
	}
}

// Update shows the message and where the user is; zoom is 1 for 100 %.
func (p *Status) Update(zoom float64) {
	p.showMessage()
	facts := ""
	if w, h := p.c.Size(); w > 0 {
		facts = fmt.Sprintf("%d × %d     %.0f %%", w, h, math.Round(100*zoom))
		if f := p.c.Facts(); f != "" {
			facts = f + "     " + facts
		}
		if n := p.c.FrameName(); n != "" {
			facts = n + "     " + facts
		}
		if r := p.c.Reading().Line(); r != "" {
			facts = r + "     " + facts
		}
	}
	setText(p.facts, facts)
}

func (p *Status) showMessage() {
	m := p.c.Message()
	if p.hint != "" {
		m = controller.Message{Text: p.hint}
	}
	col := map[controller.Kind]color.Color{
		controller.Info: theme.Color(theme.ColorNamePlaceHolder), controller.Success: theme.Color(theme.ColorNameSuccess),
		controller.Warning: theme.Color(theme.ColorNameWarning), controller.Failure: theme.Color(theme.ColorNameError),
	}[m.Kind]
	if m.Text == "" || p.hint != "" {
		col = color.Transparent
	}
	if p.dot.FillColor != col {
		p.dot.FillColor = col
		p.dot.Refresh()
	}
	setText(p.message, m.Text)
}
