package panels

import (
	"fmt"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
)

// Providers lists the execution providers that can be asked for.
var Providers = []string{"cpu", "cuda", "coreml", "directml", "openvino"}

// mostStride is the largest stride that the panel offers: beyond it the masks
// between are guesses.
const mostStride = 10

// presetNotes say what each preset costs, as honestly as is known.
var presetNotes = map[string]string{
	"accurate": "As the model was trained.",
	"balanced": "Approximate: shorter memory.",
	"fast":     "Approximate: short memory, holes are not filled.",
	"preview":  "Approximate: for a first look; tracks at most 150 frames unless an in/out range is set.",
	"":         "Your own choice of settings.",
}

// Settings is the panel of the engine's settings.
type Settings struct {
	Content fyne.CanvasObject

	c        *controller.Controller
	preset   *widget.Select
	memory   *stepper
	pointers *stepper
	threads  *stepper
	stride   *stepper
	around   *widget.Check
	holes    *widget.Check
	fine     *widget.Check
	provider *widget.Select
	note     *widget.Label
	quiet    bool // showing values is no choice
}

// NewSettings returns the panel.
func NewSettings(c *controller.Controller) *Settings {
	p := &Settings{c: c, note: note("")}
	p.preset = widget.NewSelect(Presets, p.choosePreset)
	p.memory = newStepper(1, 7, func(n int) { p.change(func(s *inference.Settings) { s.MemoryFrames = n }) })
	p.pointers = newStepper(0, 16, func(n int) { p.change(func(s *inference.Settings) { s.Pointers = n }) })
	p.threads = newStepper(1, max(1, runtime.NumCPU()), func(n int) { p.set(func(s *inference.Settings) { s.Threads = n }) })
	p.stride = newStepper(1, mostStride, func(n int) { p.set(func(s *inference.Settings) { s.Stride = n }) })
	p.around = widget.NewCheck("Forget around corrections (SAM 2)", func(on bool) { p.set(func(s *inference.Settings) { s.ClearAround = on }) })
	p.holes = widget.NewCheck("Fill small holes", func(on bool) { p.change(func(s *inference.Settings) { s.FillHoles = on }) })
	p.fine = widget.NewCheck("Finer masks (classic engine)", func(on bool) { p.set(func(s *inference.Settings) { s.Fine = on }) })
	p.provider = widget.NewSelect(Providers, func(v string) { p.set(func(s *inference.Settings) { s.Provider = v }) })
	form := container.New(layout.NewFormLayout(),
		widget.NewLabel("Preset"), p.preset,
		widget.NewLabel("Memory frames"), p.memory.content,
		widget.NewLabel("Pointers"), p.pointers.content,
		widget.NewLabel("Stride"), p.stride.content,
		widget.NewLabel("Threads"), p.threads.content,
		widget.NewLabel("Provider"), p.provider,
	)
	p.Content = container.NewVScroll(container.NewVBox(form, p.holes, p.around, p.fine, p.note,
		note("Memory, pointers and provider are for SAM 2 engines. They change Phase 2 only: encoding a frame costs the same in every preset."),
		note("With a stride of n, SAM 2 engines encode and track every nth frame; optical flow fills in the others: much faster, approximate. Forgetting drops the memory of frames around a correction.")))
	p.Update()
	return p
}

func (p *Settings) choosePreset(name string) {
	if p.quiet {
		return
	}
	s, err := inference.Preset(name)
	if err != nil {
		p.c.Say(controller.Failure, controller.PlainLine(err))
		return
	}
	now := p.c.Settings()
	s.Threads, s.Provider, s.Fine, s.HalfCache, s.StrictParity = now.Threads, now.Provider, now.Fine, now.HalfCache, now.StrictParity
	s.Stride, s.ClearAround = now.Stride, now.ClearAround
	s.Stride, s.ClearAround = now.Stride, now.ClearAround
	p.c.SetSettings(s)
}

// change sets a value that belongs to a preset, which then is one no longer.
func (p *Settings) change(f func(*inference.Settings)) {
	p.set(func(s *inference.Settings) {
		f(s)
		s.Preset = ""
	})
}

func (p *Settings) set(f func(*inference.Settings)) {
	if p.quiet {
		return
	}
	s := p.c.Settings()
	before := s
	f(&s)
	if preset := s.Preset; s != before || preset != before.Preset {
		p.c.SetSettings(s)
	}
}

// Update shows the present settings.
func (p *Settings) Update() {
	p.quiet = true
	defer func() { p.quiet = false }()
	s := p.c.Settings()
	if s.Preset == "" {
		p.preset.ClearSelected()
		p.preset.PlaceHolder = "own"
		p.preset.Refresh()
	} else if p.preset.Selected != s.Preset {
		p.preset.SetSelected(s.Preset)
	}
	p.memory.set(s.MemoryFrames)
	p.pointers.set(s.Pointers)
	p.threads.set(s.Threads)
	p.stride.set(max(1, s.Stride))
	p.around.SetChecked(s.ClearAround)
	p.holes.SetChecked(s.FillHoles)
	p.fine.SetChecked(s.Fine)
	if p.provider.Selected != s.Provider {
		p.provider.SetSelected(s.Provider)
	}
	setText(p.note, presetNotes[s.Preset])
	p.enableWhatCounts()
}

// enableWhatCounts disables what the chosen engine does not know: the embedded
// engine has no memory and no stride and runs on the processor, and it alone has finer masks.
func (p *Settings) enableWhatCounts() {
	names := p.c.EngineNames()
	embedded := len(names) > 0 && p.c.EngineName() == names[0]
	enable(p.memory.slider, !embedded)
	enable(p.pointers.slider, !embedded)
	enable(p.provider, !embedded)
	enable(p.stride.slider, !embedded)
	enable(p.around, !embedded)
	enable(p.fine, embedded)
}

// stepper is a slider over whole numbers that shows its value.
type stepper struct {
	content fyne.CanvasObject
	slider  *widget.Slider
	value   *widget.Label
}

func newStepper(lo, hi int, changed func(int)) *stepper {
	s := &stepper{slider: widget.NewSlider(float64(lo), float64(hi)), value: widget.NewLabel("")}
	s.slider.Step = 1
	s.slider.OnChanged = func(v float64) { s.value.SetText(fmt.Sprint(int(v))) }
	// Each change starts the engine again, so only the value at rest counts.
	s.slider.OnChangeEnded = func(v float64) { changed(int(v)) }
	s.content = container.NewBorder(nil, nil, nil, fixed(s.value, 34), s.slider)
	return s
}

func (s *stepper) set(n int) {
	s.slider.Value = float64(n)
	s.slider.Refresh()
	setText(s.value, fmt.Sprint(n))
}
