package window

import (
	"path/filepath"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/dialogs"
)

// prefs keeps the controller's small values in the toolkit's preferences.
type prefs struct{ p fyne.Preferences }

// Prefs returns the preferences of a program in the form that the controller
// wants them.
func Prefs(a fyne.App) controller.Prefs { return prefs{a.Preferences()} }

func (p prefs) Get(key string) string { return p.p.String(key) }
func (p prefs) Set(key, value string) { p.p.SetString(key, value) }
func base(path string) string         { return filepath.Base(path) }
func itoa(n int) string               { return strconv.Itoa(n) }

// widthOf gives an object a fixed width.
func widthOf(o fyne.CanvasObject, width float32) fyne.CanvasObject {
	return container.New(&fixedWidth{width}, o)
}

type fixedWidth struct{ w float32 }

func (l *fixedWidth) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.w, o[0].MinSize().Height)
}

func (l *fixedWidth) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// pickSelectedColor asks for the selected object's colour.
func (w *Window) pickSelectedColor() {
	if o, ok := w.c.Document().Object(w.c.Selected()); ok {
		w.pickColor(o.Color, func(k annotate.Color) { w.c.SetColor(o.ID, k) })
	}
}

// pickColor asks for a colour.
func (w *Window) pickColor(now annotate.Color, picked func(annotate.Color)) {
	dialogs.PickColor(w.host, now, picked)
}

type bannerSource interface {
	Banner() controller.Banner
	DismissBanner()
}

// banner is the line over the top of the canvas for what the user should deal
// with. It lies over the picture: nothing that comes and goes may move that.
type banner struct {
	content fyne.CanvasObject
	c       bannerSource
	icon    *widget.Icon
	text    *widget.Label
	action  *controls.Button
	close   *controls.Button
}

func newBanner(w *Window, c bannerSource) *banner {
	b := &banner{c: c, icon: widget.NewIcon(nil), text: widget.NewLabel("")}
	b.text.Wrapping = fyne.TextWrapWord
	b.action = controls.NewButton(w, "", nil, "", func() {
		if f := c.Banner().Do; f != nil {
			f()
		}
	})
	b.action.Importance = widget.HighImportance
	b.close = controls.NewFlat(w, "", theme.CancelIcon(), "Take this line away", c.DismissBanner)
	b.content = container.NewStack(newBack(theme.ColorNameHeaderBackground), container.NewPadded(
		container.NewBorder(nil, nil, b.icon, container.NewHBox(b.action, b.close), b.text)))
	b.content.Hide()
	return b
}

func (b *banner) update() {
	now := b.c.Banner()
	if now.Text != b.text.Text {
		b.text.SetText(now.Text)
	}
	icon := map[controller.Kind]fyne.Resource{
		controller.Success: theme.NewSuccessThemedResource(theme.ConfirmIcon()), controller.Failure: theme.NewErrorThemedResource(theme.ErrorIcon()),
	}[now.Kind]
	if icon == nil {
		icon = theme.NewWarningThemedResource(theme.WarningIcon())
	}
	if b.icon.Resource == nil || b.icon.Resource.Name() != icon.Name() {
		b.icon.SetResource(icon)
	}
	if now.Action != b.action.Text {
		b.action.SetText(now.Action)
	}
	controls.SetVisible(b.action, now.Action != "")
	controls.SetVisible(b.content, now.Text != "")
}

// busySign is shown in a corner of the picture while the user waits for an answer.
type busySign struct {
	content  fyne.CanvasObject
	c        interface{ Waiting() string }
	activity *widget.Activity
	text     *widget.Label
}

func newBusySign(c interface{ Waiting() string }) *busySign {
	b := &busySign{c: c, activity: widget.NewActivity(), text: widget.NewLabel("")}
	b.content = container.NewHBox(container.NewStack(newBack(theme.ColorNameHeaderBackground),
		container.NewHBox(container.NewPadded(b.activity), b.text)))
	b.content.Hide()
	return b
}

func (b *busySign) update() {
	switch text := b.c.Waiting(); {
	case text != "":
		b.text.SetText(text)
		if !b.content.Visible() {
			b.content.Show()
			b.activity.Start()
		}
	case b.content.Visible():
		b.activity.Stop()
		b.content.Hide()
	}
}
