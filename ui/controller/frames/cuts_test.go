package frames

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"sync"
	"testing"

	"github.com/masklet/masklet/ui/session"
)

// shades is a video of plain frames.
type shades struct {
	session.Video
	frames []color.RGBA
	closed bool
}

func (v *shades) Len() int { return len(v.frames) }

func (v *shades) Close() error { v.closed = true; return nil }

func (v *shades) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, 96, 64))
	draw.Draw(img, img.Rect, image.NewUniform(v.frames[i]), image.Point{}, draw.Src)
	return img, ctx.Err()
}

// The rule is asked where the colours of neighbours differ, in whatever order
// frames come, and alone decides.
func TestCutsAreTheRulesOwn(t *testing.T) {
	red, green, blue := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 200, 0, 255}, color.RGBA{0, 0, 200, 255}
	video := func() *shades { return &shades{frames: []color.RGBA{red, red, green, green, blue, blue}} }
	for name, order := range map[string][]int{"forward": {0, 1, 2, 3, 4, 5}, "backward": {5, 4, 3, 2, 1, 0}, "mixed": {4, 0, 2, 5, 3, 1}} {
		v := video()
		var mu sync.Mutex
		asked, told := 0, 0
		c := NewCutFinder(v, func(_ context.Context, before, after *image.RGBA) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			asked++
			return before.Pix[0] > 0 && after.Pix[1] > 0, nil // from red to green alone
		}, func() { mu.Lock(); told++; mu.Unlock() })
		for _, i := range order {
			if _, err := c.Frame(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		c.asking.Wait()
		if len(c.signs) > 0 {
			t.Errorf("%s: %d signatures are kept, though all frames were compared", name, len(c.signs))
		}
		if got := c.Cuts(); !slices.Equal(got, []bool{false, false, true, false, false, false}) || asked != 2 || told != 1 {
			t.Errorf("%s: cuts %v, asked %d times, told %d times", name, got, asked, told)
		}
		if err := c.Close(); err != nil || !v.closed {
			t.Errorf("%s: close: %v", name, err)
		}
	}
}

// Closing waits for the rule and tells it to end; frames that come later ask
// nothing.
func TestClosingEndsTheAsking(t *testing.T) {
	began := make(chan struct{})
	v := &shades{frames: []color.RGBA{{A: 255}, {R: 255, A: 255}, {G: 255, A: 255}}}
	c := NewCutFinder(v, func(ctx context.Context, _, _ *image.RGBA) (bool, error) {
		close(began)
		<-ctx.Done()
		return true, ctx.Err()
	}, nil)
	for i := range 2 {
		if _, err := c.Frame(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	<-began
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.See(2, image.NewRGBA(image.Rect(0, 0, 8, 8)))
	if slices.Contains(c.Cuts(), true) {
		t.Error("a cut that was not decided")
	}
}
