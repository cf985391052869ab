package panels

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
)

// Player is what the row shows and drives.
type Player interface {
	IsOpen() bool
	Document() *annotate.Document
	Frame() int
	Frames() int
	Time(frame int) time.Duration
	Duration() time.Duration
	Playing() bool
	TogglePlay()
	GoTo(frame int)
	Step(n int)
	PrevKeyframe()
	NextKeyframe()
	SetIn()
	SetOut()
	ClearRange()
	Say(k controller.Kind, text string)
}

// Transport is the row of buttons between canvas and timeline.
type Transport struct {
	Content fyne.CanvasObject
	// Done is called when typing a frame number ended.
	Done func()

	c       Player
	play    *controls.Button
	frame   *entry
	total   *widget.Label // last frame and times
	last    *widget.Label // last frame alone, where there is less room
	rng     *widget.Label
	clear   *controls.Button
	cross   *controls.Button // clear in narrow windows
	buttons []*controls.Button
}

// NewTransport returns the row; zoom changes the timeline's scale, fit shows all of it.
func NewTransport(c Player, desk controls.Desk, zoom func(factor float64), fit func()) *Transport {
	p := &Transport{c: c, total: widget.NewLabel(""), last: widget.NewLabel(""), rng: widget.NewLabel("")}
	p.frame = newEntry("frame", p.goTo)
	p.frame.done = func() {
		if p.Done != nil {
			p.Done()
		}
	}
	p.rng.Importance = widget.LowImportance
	button := func(text string, icon fyne.Resource, hint string, f func()) *controls.Button {
		b := controls.NewFlat(desk, text, icon, hint, f)
		p.buttons = append(p.buttons, b)
		return b
	}
	p.play = button("", theme.MediaPlayIcon(), actions.Hint("play"), c.TogglePlay)
	p.clear = controls.NewFlat(desk, "Clear", nil, actions.Hint("clear-range"), c.ClearRange)
	p.cross = controls.NewFlat(desk, "×", nil, p.clear.Hint, c.ClearRange)
	in, out := actions.Hint("set-in"), actions.Hint("set-out")
	p.Content = controls.NewRow(
		controls.Extra(1, button("", theme.MediaSkipPreviousIcon(), actions.Hint("first-frame"), func() { c.GoTo(0) })),
		controls.Part(0, button("", theme.MediaFastRewindIcon(), actions.Hint("previous-keyframe"), c.PrevKeyframe)),
		controls.Part(0, button("", theme.NavigateBackIcon(), actions.Hint("previous-frame"), func() { c.Step(-1) })),
		controls.Part(0, p.play),
		controls.Part(0, button("", theme.NavigateNextIcon(), actions.Hint("next-frame"), func() { c.Step(1) })),
		controls.Part(0, button("", theme.MediaFastForwardIcon(), actions.Hint("next-keyframe"), c.NextKeyframe)),
		controls.Extra(1, button("", theme.MediaSkipNextIcon(), actions.Hint("last-frame"), func() { c.GoTo(c.Frames() - 1) })),
		controls.Part(0, fixed(p.frame, 66)),
		controls.Part(3, p.total, p.last),
		controls.Gap(),
		controls.Extra(2, p.rng),
		controls.Part(4,
			container.NewHBox(button("[  In", nil, in, c.SetIn), button("Out  ]", nil, out, c.SetOut), p.clear),
			container.NewHBox(button("[", nil, in, c.SetIn), button("]", nil, out, c.SetOut), p.cross)),
		controls.Extra(0, container.NewHBox(widget.NewSeparator(),
			button("", theme.ZoomOutIcon(), actions.Hint("timeline-out"), func() { zoom(1 / 1.5) }),
			button("", theme.ZoomFitIcon(), actions.Hint("timeline-fit"), fit),
			button("", theme.ZoomInIcon(), actions.Hint("timeline-in"), func() { zoom(1.5) }))),
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
	for _, b := range p.buttons {
		enable(b, open)
	}
	enable(p.frame, open)
	ranged := open && p.c.Document().RangeSet()
	enable(p.clear, ranged)
	enable(p.cross, ranged)
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
		setText(p.last, "")
		setText(p.rng, "")
		return
	}
	if !p.frame.focused {
		p.frame.set(strconv.Itoa(p.c.Frame()))
	}
	last := p.c.Frames() - 1
	setText(p.total, fmt.Sprintf("/ %d    %s / %s", last, clock(p.c.Time(p.c.Frame())), clock(p.c.Duration())))
	setText(p.last, fmt.Sprintf("/ %d", last))
	text := ""
	if ranged {
		r := p.c.Document().Range()
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
