package timeline

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
)

// shorten cuts a name so that it fits into width units.
func shorten(s string, width float32) string {
	fits := func(s string) bool { return fyne.MeasureText(s, 12, fyne.TextStyle{Bold: true}).Width <= width }
	if fits(s) {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && !fits(string(r)+"…") {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func withAlpha(c color.Color, a uint8) color.NRGBA {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = a
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }
