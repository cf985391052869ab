package window

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestWindowSizeIsKept(t *testing.T) {
	d := newDesk(t)
	if got := d.win.Canvas().Size(); got != fyne.NewSize(1280, 800) {
		t.Errorf("the first size is %v", got)
	}
	d.win.Resize(fyne.NewSize(1500, 900.5))
	d.Close()
	if got := keptSize(d.conf.Deps.Prefs); got != fyne.NewSize(1500, 900.5) {
		t.Errorf("kept %v", got)
	}
	for _, bad := range []string{"", "x", "0x0", "-5x700", "1e30x700", "NaNxNaN", "1280"} {
		if got := keptSize(mapPrefs{sizeKey: bad}); got != fyne.NewSize(1280, 800) {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}
