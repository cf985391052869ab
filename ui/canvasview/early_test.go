package canvasview

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/ui/scene"
)

// A click before the first picture is on the screen is done when it is.
func TestAnEarlyClickIsNotLost(t *testing.T) {
	test.NewTempApp(t)
	c := New(func(func()) {}, func() fyne.KeyModifier { return 0 })
	t.Cleanup(c.Close)
	c.Resize(fyne.NewSize(320, 240))
	type click struct{ x, y float64 }
	var got []click
	c.Actions.Add = func(x, y float64, _ bool) { got = append(got, click{x, y}) }
	press := func() {
		e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
		e.Position = fyne.NewPos(100, 50)
		c.MouseDown(e)
		c.MouseUp(e)
	}
	press()
	s := scene.Scene{W: 32, H: 24, Picture: image.NewRGBA(image.Rect(0, 0, 32, 24))}
	c.SetScene(scene.Scene{W: 32, H: 24})
	c.show(composed{scene: s, picture: s.Picture})
	if len(got) != 0 {
		t.Fatalf("a click without a video does %v", got)
	}
	c.SetScene(scene.Scene{W: 64, H: 48})
	press()
	s = scene.Scene{W: 64, H: 48, Picture: image.NewRGBA(image.Rect(0, 0, 64, 48))}
	for range 2 {
		c.show(composed{scene: s, picture: s.Picture})
	}
	if len(got) != 1 || got[0] != (click{20, 10}) {
		t.Errorf("clicks %v", got)
	}
}
