package labeling

import (
	"context"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/session"
)

const (
	width, height, frames = 96, 64, 12
	boxSize               = 20
)

// clip shows a bright box that goes to the right over a dark ground.
type clip struct{}

func box(frame int) image.Rectangle {
	return image.Rect(0, 0, boxSize, boxSize).Add(image.Pt(10+3*frame, 20))
}

func (clip) Len() int                { return frames }
func (clip) Size() (w, h int)        { return width, height }
func (clip) Hash() string            { return "a box" }
func (clip) Timestamp(i int) float64 { return float64(i) / 25 }
func (clip) Playhead(int)            {}
func (clip) Close() error            { return nil }

func (clip) Frame(_ context.Context, i int) (*image.RGBA, error) {
	if i < 0 || i >= frames {
		return nil, errors.New("no such frame")
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(40 + (x*7+y*13)%20), 60, 40, 255}
			if image.Pt(x, y).In(box(i)) {
				c = color.RGBA{220, uint8(180 + (x-3*i)*5%20), 40, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img, nil
}

func (c clip) Nearest(i int) (*image.RGBA, int, bool) {
	img, err := c.Frame(context.Background(), i)
	return img, i, err == nil
}

func truth() []annotate.Mask {
	var out []annotate.Mask
	for f := range frames {
		b := annotate.NewBitmap(boxSize, boxSize)
		for i := range b.Pix {
			b.Pix[i] = 255
		}
		out = append(out, annotate.MaskFromPart(width, height, box(f).Min.X, box(f).Min.Y, b))
	}
	return out
}

type engines struct{}

func (engines) Names() []string { return []string{classic.Name} }

func (engines) Kind(string) inference.Kind { return inference.Classic }

func (engines) Open(context.Context, string, inference.Settings) (inference.Engine, error) {
	return classic.New(), nil
}

func label(t *testing.T, goal float64, most int) []Action {
	t.Helper()
	loop, c, err := Start(t.Context(), &session.Clip{Path: "box", Video: clip{}, Store: session.NewMemory(clip{})},
		controller.Deps{Engines: engines{}, Settings: inference.DefaultSettings()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	l := Labeler{Loop: loop, Controller: c, Truth: truth(), Goal: goal, Good: 0.8, Clicks: 3, Most: most}
	actions, err := l.Label(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return actions
}

// A box is clicked, tracked, and done.
func TestLabelerStopsAtTheGoal(t *testing.T) {
	actions := label(t, 0.8, 30)
	n := len(actions)
	if n < 2 || n == 30 || actions[0].Kind != Click || !image.Pt(int(actions[0].X), int(actions[0].Y)).In(box(0)) {
		t.Fatalf("%d actions: %+v", n, actions)
	}
	for i, a := range actions {
		if (a.J >= 0.8) != (i == n-1) {
			t.Errorf("action %d of %d leaves J %.3f", i+1, n, a.J)
		}
	}
}

// A goal that cannot be reached is given up after so many actions, with every proposed
// frame looked at.
func TestLabelerGivesUp(t *testing.T) {
	actions := label(t, 1.1, 12)
	if len(actions) != 12 {
		t.Fatalf("%d actions", len(actions))
	}
	kinds := map[Kind]int{}
	for _, a := range actions {
		kinds[a.Kind]++
	}
	if kinds[Track] == 0 || kinds[Next]+kinds[Accept]+kinds[OnTen] == 0 {
		t.Errorf("done: %v", kinds)
	}
}
