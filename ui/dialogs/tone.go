package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/scene"
)

// PickTone shows sliders for the tone of the picture; each change is shown at once.
func PickTone(h *Host, now scene.Tone, changed func(scene.Tone)) dialog.Dialog {
	form := widget.NewForm()
	var sliders []*controls.Slider
	for _, s := range []struct {
		name string
		of   *float64
	}{{"Brightness", &now.Brightness}, {"Contrast", &now.Contrast}, {"Shadows (gamma)", &now.Gamma}} {
		w := controls.NewSlider(h, -1, 1)
		w.Step, w.Value = 0.05, *s.of
		w.OnChanged = func(v float64) {
			*s.of = v
			changed(now)
		}
		sliders = append(sliders, w)
		form.Append(s.name, w)
	}
	d := dialog.NewCustomWithoutButtons("How the picture is shown", container.NewVBox(form,
		muted("Masks and engines see the picture as it is.")), h.win)
	reset := h.button("As it is", nil, func() {
		for _, w := range sliders {
			w.SetValue(0)
		}
	})
	close := h.button("Close", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{reset, close})
	d.Resize(fyne.NewSize(h.width(420), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(close)
	return d
}
