package panels

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
)

// mostSteps is the longest range that a slider is good for.
const mostSteps = 64

// EngineSettings is what the panel shows and changes.
type EngineSettings interface {
	EngineKind() inference.Kind
	Settings() inference.Settings
	SetSettings(inference.Settings)
	Say(k controller.Kind, text string)
}

// Settings is the panel of the engine's settings. It shows those that the
// chosen engine has, each with its explanation.
type Settings struct {
	Content fyne.CanvasObject

	c     EngineSettings
	keys  controls.Keyboard
	rows  []settingRow
	quiet bool // showing values is no choice
}

// settingRow is one setting in the panel.
type settingRow struct {
	inference.Setting
	content fyne.CanvasObject
	show    func(value any)
}

// NewSettings returns the panel.
func NewSettings(c EngineSettings, keys controls.Keyboard) *Settings {
	p := &Settings{c: c, keys: keys}
	box := container.NewVBox()
	for _, d := range inference.Described() {
		if !d.Hidden {
			p.rows = append(p.rows, p.row(d))
			box.Add(p.rows[len(p.rows)-1].content)
		}
	}
	p.Content = container.NewVScroll(box)
	p.Update()
	return p
}

// row returns the control of a setting above its explanation.
func (p *Settings) row(d inference.Setting) settingRow {
	r := settingRow{Setting: d}
	var control fyne.CanvasObject
	switch d.Value(inference.Settings{}).(type) {
	case bool:
		control, r.show = p.check(d)
	case string:
		control, r.show = p.choice(d)
	case int:
		if high := highest(d); high-d.Low <= mostSteps {
			control, r.show = p.slider(d, high)
		} else {
			control, r.show = p.number(d)
		}
	}
	help := note("")
	show := r.show
	r.show = func(value any) {
		show(value)
		setText(help, explain(d, value))
	}
	r.content = container.NewVBox(control, help)
	return r
}

// explain returns the help of a setting as a sentence; a preset's own note
// follows it.
func explain(d inference.Setting, value any) string {
	first, rest := []rune(d.Help)[0], string([]rune(d.Help)[1:])
	text := string(unicode.ToUpper(first)) + rest + "."
	if d.Key != "preset" {
		return text
	}
	for _, preset := range inference.Presets() {
		if preset.Name == value {
			return text + " " + preset.Note
		}
	}
	return text
}

func highest(d inference.Setting) int {
	if d.Most > 0 {
		return d.Most
	}
	return d.High
}

func (p *Settings) check(d inference.Setting) (fyne.CanvasObject, func(any)) {
	w := controls.NewCheck(p.keys, d.Label, func(on bool) { p.set(d, on) })
	return w, func(v any) { w.SetChecked(v.(bool)) }
}

func (p *Settings) choice(d inference.Setting) (fyne.CanvasObject, func(any)) {
	w := controls.NewSelect(p.keys, d.Choices, func(v string) { p.set(d, v) })
	w.PlaceHolder = "own"
	return labelled(d, w), func(v any) {
		if v == "" {
			w.ClearSelected()
		} else if w.Selected != v {
			w.SetSelected(v.(string))
		}
	}
}

func (p *Settings) slider(d inference.Setting, high int) (fyne.CanvasObject, func(any)) {
	w, value := controls.NewSlider(p.keys, float64(d.Low), float64(high)), widget.NewLabel("")
	w.Step = 1
	show := func(n int) {
		unit := d.Unit
		if n == 1 {
			unit = strings.TrimSuffix(unit, "s")
		}
		setText(value, strings.TrimSpace(fmt.Sprint(n, " ", unit)))
	}
	w.OnChanged = func(v float64) { show(int(v)) }
	// Each change starts the engine again, so only the value at rest counts.
	w.OnChangeEnded = func(v float64) { p.set(d, int(v)) }
	return labelled(d, container.NewBorder(nil, nil, nil, fixed(value, 70), w)), func(v any) {
		w.Value = float64(v.(int))
		w.Refresh()
		show(v.(int))
	}
}

func (p *Settings) number(d inference.Setting) (fyne.CanvasObject, func(any)) {
	w := newEntry("", func(text string) {
		s := p.c.Settings()
		if err := d.Parse(&s, strings.TrimSpace(text)); err != nil {
			p.c.Say(controller.Failure, controller.PlainLine(err))
			p.Update()
			return
		}
		p.set(d, d.Value(s))
	})
	w.done = func() { fyne.CurrentApp().Driver().CanvasForObject(w).Unfocus() }
	return labelled(d, container.NewBorder(nil, nil, nil, widget.NewLabel(d.Unit), w)), func(v any) {
		w.set(strconv.Itoa(v.(int)))
	}
}

func labelled(d inference.Setting, control fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, fixed(widget.NewLabel(d.Label), 116), nil, control)
}

// set changes a setting. A preset sets those that it decides; one of them that
// is changed by itself makes the choice the user's own.
func (p *Settings) set(d inference.Setting, value any) {
	s := p.c.Settings()
	if p.quiet || d.Value(s) == value {
		return
	}
	d.Set(&s, value)
	if d.Key == "preset" {
		s, _ = s.WithPreset(s.Preset) // one of the choices
	} else if d.ByPreset() {
		s.Preset = ""
	}
	p.c.SetSettings(s)
}

// Update shows the present settings of the chosen engine.
func (p *Settings) Update() {
	p.quiet = true
	defer func() { p.quiet = false }()
	s, kind := p.c.Settings(), p.c.EngineKind()
	for _, r := range p.rows {
		controls.SetVisible(r.content, r.Has(kind))
		r.show(r.Value(s))
	}
}
