package panels

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/time/rate"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/plain"
)

// OfferedEngines is what an offer knows of the engines and changes.
type OfferedEngines interface {
	EngineNames() []string
	EngineName() string
	SetEngine(name string)
	EnginesChanged()
	// PerFrame returns how long an engine took for a frame on this machine.
	PerFrame(engine string) (seconds float64, ok bool)
}

// Offer says what the built-in engine is and which model gives better masks, and
// gets that one. It is shown in several places, in one state.
type Offer struct {
	c     OfferedEngines
	store dialogs.ModelStore // nil: nothing is offered
	start dialogs.Start
	post  func(func())
	desk  controls.Desk
	views []*offerView

	model       dialogs.Model // that is offered
	cancel      context.CancelFunc
	stage       string
	done, total int64
	problem     string
}

// offerView is one of the places.
type offerView struct {
	content fyne.CanvasObject
	text    *widget.Label
	problem *widget.Label
	get     *controls.Button
	use     *controls.Button
	bar     *widget.ProgressBar
	stop    *controls.Button
	working *fyne.Container
}

// offeredModel is the model that is offered: small enough to be tried, and far
// better than what needs no download.
const offeredModel = "sam2.1-tiny"

// NewOffer returns the offer of a model of a store.
func NewOffer(c OfferedEngines, store dialogs.ModelStore, start dialogs.Start, post func(func()), desk controls.Desk) *Offer {
	o := &Offer{c: c, store: store, start: start, post: post, desk: desk}
	if store != nil {
		for _, m := range store.Available() {
			if m.Name == offeredModel {
				o.model = m
			}
		}
	}
	return o
}

// View returns a place that shows the offer.
func (o *Offer) View() fyne.CanvasObject {
	v := &offerView{text: note(""), problem: note(""), bar: widget.NewProgressBar()}
	v.problem.Importance = widget.DangerImportance
	v.get = controls.NewButton(o.desk, "", theme.DownloadIcon(), "Download the model; nothing else in the program uses the network", o.Get)
	v.use = controls.NewButton(o.desk, "", theme.ConfirmIcon(), "Make it the engine; masks stay", func() { o.c.SetEngine(o.installed()); o.Update() })
	v.stop = controls.NewButton(o.desk, "Cancel", nil, "End the download", func() {
		if o.cancel != nil {
			o.cancel()
		}
	})
	v.working = container.NewBorder(nil, nil, nil, v.stop, v.bar)
	v.content = container.NewVBox(v.text, v.get, v.use, v.working, v.problem)
	o.views = append(o.views, v)
	o.Update()
	return v.content
}

// installed returns the engine that the offered model became, "" if it is not there.
func (o *Offer) installed() string {
	for _, n := range o.c.EngineNames() {
		if o.model.Name != "" && (n == o.model.Name || strings.HasPrefix(n, o.model.Name+"-")) {
			return n
		}
	}
	return ""
}

// Get downloads the model and makes its engine.
func (o *Offer) Get() {
	if o.cancel != nil {
		return
	}
	o.stage, o.done, o.total, o.problem = "starting", 0, 0, ""
	shown := rate.Sometimes{Interval: 80 * time.Millisecond} // newer updates follow
	o.cancel = o.start(func(ctx context.Context) {
		_, err := o.store.Get(ctx, o.model.Name, 1024, func(stage string, done, total int64) {
			shown.Do(func() {
				o.post(func() {
					o.stage, o.done, o.total = stage, done, total
					o.Update()
				})
			})
		})
		stopped := ctx.Err() != nil
		o.post(func() {
			o.cancel = nil
			if err != nil && !stopped {
				o.problem = plain.Sentence(err)
			}
			o.c.EnginesChanged()
			o.Update()
		})
	})
	o.Update()
}

// sentences says what there is.
func (o *Offer) sentences() string {
	text := "The built-in engine works at once and downloads nothing" + o.speed(o.c.EngineNames()[0]) + "."
	if o.model.Name == "" {
		return text
	}
	if n := o.installed(); n != "" {
		return text + " " + n + " is installed: better masks, many times slower" + o.speed(n) + "."
	}
	return fmt.Sprintf("%s SAM 2.1 gives better masks and is many times slower: %s, once.", text, dialogs.Bytes(o.model.Bytes))
}

// speed says how long a frame takes on this machine.
func (o *Offer) speed(engine string) string {
	if s, ok := o.c.PerFrame(engine); ok {
		return fmt.Sprintf(" (%.2g s a frame on this machine)", s)
	}
	return ""
}

// Update shows the present state everywhere.
func (o *Offer) Update() {
	if len(o.c.EngineNames()) == 0 {
		return
	}
	n, text := o.installed(), o.sentences()
	for _, v := range o.views {
		setText(v.text, text)
		setText(v.problem, o.problem)
		v.get.SetText("Get SAM 2.1 (" + o.model.Name + ")")
		v.use.SetText("Use " + n)
		controls.SetVisible(v.get, o.model.Name != "" && n == "" && o.cancel == nil)
		controls.SetVisible(v.use, n != "" && o.c.EngineName() != n && o.cancel == nil)
		controls.SetVisible(v.working, o.cancel != nil)
		controls.SetVisible(v.problem, o.problem != "")
		if o.total > 0 {
			v.bar.SetValue(min(1, float64(o.done)/float64(o.total)))
		}
		v.bar.TextFormatter = func() string { return o.stage }
		v.bar.Refresh()
	}
}
