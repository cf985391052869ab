package panels

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/engines"
	"github.com/masklet/masklet/ui/icons"
)

// Tracker is what the panel shows and drives.
type Tracker interface {
	IsOpen() bool
	EngineNames() []string
	EngineName() string
	SetEngine(name string)
	EngineReady() (ready bool, err error)
	CanTrack() bool
	Tracking() bool
	Track()
	TrackAll(inference.Direction)
	Fixes() (ranges []annotate.Range, frames int)
	Progress() (p inference.Progress, ok bool)
	Estimate() string
}

// Track is the panel that starts and stops tracking and shows its progress.
type Track struct {
	Content fyne.CanvasObject

	c        Tracker
	engine   *controls.Select
	names    []string // of the engines, in the order of the choice
	button   *controls.Button
	back     *controls.Button
	forward  *controls.Button
	estimate *widget.Label
	line     *widget.Label
	phase    *widget.Label
	bar      *widget.ProgressBar
}

// NewTrack returns the panel.
func NewTrack(c Tracker, desk controls.Desk) *Track {
	p := &Track{c: c, estimate: note(""), line: note(""), phase: widget.NewLabel(""), bar: widget.NewProgressBar()}
	p.engine = controls.NewSelect(desk, nil, func(string) { c.SetEngine(p.names[p.engine.SelectedIndex()]) })
	p.engine.PlaceHolder = "Engine"
	p.button = controls.NewButton(desk, "Track", icons.Track, actions.Hint("track"), c.Track)
	p.button.Importance = widget.HighImportance
	p.back = controls.NewButton(desk, "", icons.Backward, actions.Hint("track-backward"), func() { c.TrackAll(inference.Backward) })
	p.forward = controls.NewButton(desk, "", icons.Forward, actions.Hint("track-forward"), func() { c.TrackAll(inference.Forward) })
	p.phase.TextStyle.Bold = true
	p.Content = container.NewVBox(
		container.NewBorder(nil, nil, widget.NewLabelWithStyle("Engine", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), nil, p.engine),
		p.phase, p.bar, p.line, p.estimate,
		container.NewBorder(nil, nil, p.back, p.forward, p.button),
	)
	p.UpdateEngine()
	p.Update()
	return p
}

// UpdateEngine shows the engines there are.
func (p *Track) UpdateEngine() {
	p.names = p.c.EngineNames()
	p.engine.Options = make([]string, len(p.names))
	for i, name := range p.names {
		p.engine.Options[i] = engines.Label(name)
	}
	if now := engines.Label(p.c.EngineName()); p.engine.Selected != now {
		// Showing the choice is no choice.
		f := p.engine.OnChanged
		p.engine.OnChanged = nil
		p.engine.SetSelected(now)
		p.engine.OnChanged = f
	}
	p.engine.Refresh()
}

// Update shows the progress, or the estimate while nothing runs. Of a run that is
// over, its last line stays.
func (p *Track) Update() {
	tracking := p.c.Tracking()
	p.updateButtons(tracking)
	progress, any := p.c.Progress()
	controls.SetVisible(p.phase, tracking)
	controls.SetVisible(p.bar, tracking)
	controls.SetVisible(p.line, any)
	if any {
		p.showProgress(progress)
	}
	controls.SetVisible(p.estimate, !tracking && p.c.IsOpen())
	if !tracking {
		setText(p.estimate, p.estimateText())
	}
}

func (p *Track) estimateText() string {
	if _, err := p.c.EngineReady(); err != nil {
		return "Engine: " + controller.PlainLine(err)
	}
	return p.c.Estimate()
}

func (p *Track) updateButtons(tracking bool) {
	text, icon, importance := "Track", icons.Track, widget.HighImportance
	if ranges, _ := p.c.Fixes(); len(ranges) == 1 {
		text = fmt.Sprintf("Track again %d–%d", ranges[0].First, ranges[0].Last)
	} else if len(ranges) > 1 {
		text = fmt.Sprintf("Track %d stretches again", len(ranges))
	}
	p.button.Hint = actions.Hint("track")
	if tracking {
		text, icon, importance = "Stop", fyne.Resource(theme.MediaStopIcon()), widget.DangerImportance
		p.button.Hint = actions.Keyed("track", "Stop; finished frames are kept")
	}
	if p.button.Text != text || p.button.Importance != importance {
		p.button.Text, p.button.Icon, p.button.Importance = text, icon, importance
		p.button.Refresh()
	}
	can := p.c.CanTrack()
	enable(p.button, can || tracking)
	enable(p.back, can && !tracking)
	enable(p.forward, can && !tracking)
}

func (p *Track) showProgress(g inference.Progress) {
	name := map[inference.Stage]string{
		inference.Starting: "Starting", inference.Encoding: "Phase 1: encoding", inference.Encoded: "Phase 1 complete",
		inference.Propagating: "Phase 2: propagating", inference.Completed: "Done", inference.Stopped: "Stopped", inference.Failed: "Failed",
	}[g.Stage]
	setText(p.phase, name)
	setText(p.line, g.Line())
	if f := g.Fraction(); p.bar.Value != f {
		p.bar.SetValue(f)
	}
}

func enable(w fyne.Disableable, on bool) {
	if on == !w.Disabled() {
		return
	}
	if on {
		w.Enable()
	} else {
		w.Disable()
	}
}
