package dialogs

import (
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controls"
)

// paletteSize is how many colours are offered.
const paletteSize = 9

// PickColor asks for a colour: one of the palette, or any by its numbers.
func PickColor(h *Host, now annotate.Color, picked func(annotate.Color)) dialog.Dialog {
	shown := canvas.NewRectangle(opaque(now))
	shown.CornerRadius = 5
	shown.SetMinSize(fyne.NewSize(64, 34))
	hex, problem := controls.NewEntry(h, ""), newProblem()
	hex.OnChanged = func(text string) {
		if c, ok := parseColor(text); ok {
			shown.FillColor = opaque(c)
			shown.Refresh()
		}
	}
	hex.SetText(fmt.Sprintf("#%02X%02X%02X", now.R, now.G, now.B))
	palette := container.NewGridWithColumns(paletteSize)
	for i := range paletteSize {
		c := annotate.PaletteColor(i + 1)
		r := canvas.NewRectangle(opaque(c))
		r.CornerRadius = 5
		r.SetMinSize(fyne.NewSquareSize(34))
		palette.Add(controls.NewItem(h, container.NewPadded(r), func() { hex.SetText(fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B)) }))
	}
	d := dialog.NewCustomWithoutButtons("Colour", container.NewVBox(palette,
		container.NewBorder(nil, nil, shown, nil, hex), problem), h.win)
	set := h.button("Set colour", nil, func() {
		c, ok := parseColor(hex.Text)
		if !ok {
			problem.SetText("Write a colour as #RRGGBB, such as #3880F3.")
			return
		}
		d.Hide()
		picked(c)
	})
	set.Importance = widget.HighImportance
	hex.OnSubmitted = func(string) { set.OnTapped() }
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, d.Hide), set})
	d.Resize(fyne.NewSize(h.width(460), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(hex)
	return d
}

func opaque(c annotate.Color) color.Color { return color.NRGBA{R: c.R, G: c.G, B: c.B, A: 255} }

// parseColor reads "#3880f3", with or without the sign.
func parseColor(text string) (c annotate.Color, ok bool) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "#")
	n, err := fmt.Sscanf(text, "%02x%02x%02x", &c.R, &c.G, &c.B)
	return c, len(text) == 6 && n == 3 && err == nil
}
