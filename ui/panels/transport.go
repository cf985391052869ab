package panels

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"masklet/ui/controller"
)

// Transport is the row of buttons between canvas and timeline.
type Transport struct {
	Content fyne.CanvasObject
	// Done is called when typing a frame number ended.
	Done func()

	c     *controller.Controller
	play  *widget.Button
	frame *entry
	total *widget.Label
	rng   *widget.Label
	all   []fyne.Disableable
}

// NewTransport returns the row; zoom changes the timeline's scale, fit shows all of it.
func NewTransport(c *controller.Controller, zoom func(factor float64), fit func()) *Transport {
	p := &Transport{c: c, total: widget.NewLabel(""), rng: widget.NewLabel("")}
	p.frame = newEntry("frame", p.goTo)
	p.frame.done = func() {
		if p.Done != nil {
			p.Done()
		}
	}
	p.rng.Importance = widget.LowImportance
	p.play = iconButton(theme.MediaPlayIcon(), c.TogglePlay)
	button := func(icon fyne.Resource, f func()) *widget.Button {
		b := iconButton(icon, f)
		p.all = append(p.all, b)
		return b
	}
	in, out := widget.NewButton("[  In", c.SetIn), widget.NewButton("Out  ]", c.SetOut)
	clear := widget.NewButton("Clear", c.ClearRange)
	for _, b := range []*widget.Button{in, out, clear} {
		b.Importance = widget.LowImportance
		p.all = append(p.all, b)
	}
	p.all = append(p.all, p.play, p.frame)
	p.Content = container.NewHBox(
		button(theme.MediaSkipPreviousIcon(), func() { c.GoTo(0) }),
		button(theme.MediaFastRewindIcon(), c.PrevKeyframe),
		button(theme.NavigateBackIcon(), func() { c.Step(-1) }),
		p.play,
		button(theme.NavigateNextIcon(), func() { c.Step(1) }),
		button(theme.MediaFastForwardIcon(), c.NextKeyframe),
		button(theme.MediaSkipNextIcon(), func() { c.GoTo(c.Frames() - 1) }),
		fixed(p.frame, 74), p.total,
		layout.NewSpacer(),
		p.rng, in, out, clear,
		widget.NewSeparator(),
		button(theme.ZoomOutIcon(), func() { zoom(1 / 1.5) }),
		button(theme.ZoomFitIcon(), fit),
		button(theme.ZoomInIcon(), func() { zoom(1.5) }),
	)
	p.Update()
	return p
}

// FocusFrame puts the focus into the field of the frame number.
func (p *Transport) FocusFrame(c fyne.Canvas) {
	c.Focus(p.frame)
	p.frame.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (p *Transport) goTo(s string) {
	f, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		p.c.Say(controller.Warning, "Type a frame number from 0 to "+strconv.Itoa(p.c.Frames()-1))
		p.Update()
		return
	}
	p.c.GoTo(f)
}

// Update shows the present frame.
func (p *Transport) Update() {
	open := p.c.IsOpen()
	for _, w := range p.all {
		enable(w, open)
	}
	icon := theme.MediaPlayIcon()
	if p.c.Playing() {
		icon = theme.MediaPauseIcon()
	}
	if p.play.Icon != icon {
		p.play.SetIcon(icon)
	}
	if !open {
		p.frame.set("")
		setText(p.total, "")
		setText(p.rng, "")
		return
	}
	if !p.frame.focused {
		p.frame.set(strconv.Itoa(p.c.Frame()))
	}
	last := p.c.Frames() - 1
	setText(p.total, fmt.Sprintf("/ %d    %s / %s", last, clock(p.c.Time(p.c.Frame())), clock(p.c.Duration())))
	text := ""
	if d := p.c.Document(); d.RangeSet() {
		r := d.Range()
		text = fmt.Sprintf("%d–%d (%d)", r.First, r.Last, r.Len())
	}
	setText(p.rng, text)
}

// clock writes a time as minutes, seconds and milliseconds.
func clock(t time.Duration) string {
	ms := t.Round(time.Millisecond).Milliseconds()
	if h := ms / 3_600_000; h > 0 {
		return fmt.Sprintf("%d:%02d:%02d.%03d", h, ms/60_000%60, ms/1000%60, ms%1000)
	}
	return fmt.Sprintf("%d:%02d.%03d", ms/60_000, ms/1000%60, ms%1000)
}
