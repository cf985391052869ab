package cuts

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"sync"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// shades is a video of plain frames.
type shades struct {
	Video
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
		c := NewFinder(v, func(_ context.Context, before, after *image.RGBA) (bool, error) {
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
		if got := c.Cuts(); !slices.Equal(got, []int{2}) || asked != 2 || told != 1 {
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
	c := NewFinder(v, func(ctx context.Context, _, _ *image.RGBA) (bool, error) {
		close(began)
		<-ctx.Done()
		return true, ctx.Err()
	}, func() {})
	for i := range 2 {
		if _, err := c.Frame(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	<-began
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.see(2, image.NewRGBA(image.Rect(0, 0, 8, 8)))
	if len(c.Cuts()) > 0 {
		t.Error("a cut that was not decided")
	}
}

// Going through a range finds what nobody looked at, waits for the rule, and
// decodes no frame again.
func TestScan(t *testing.T) {
	red, green := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 200, 0, 255}
	v := &counted{shades: shades{frames: []color.RGBA{red, red, green, green, red, red}}, read: map[int]int{}}
	news := 0
	c := NewFinder(v, func(context.Context, *image.RGBA, *image.RGBA) (bool, error) { return true, nil }, func() { news++ })
	defer c.Close()
	var told []int
	for range 2 {
		if err := c.Scan(t.Context(), annotate.Range{First: 1, Last: 3}, func(n int) { told = append(told, n) }); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Cuts(); !slices.Equal(got, []int{2}) || !slices.Equal(told, []int{1, 2, 3}) || news != 1 {
		t.Errorf("cuts %v, told %v, news %d", got, told, news)
	}
	if v.read[0]+v.read[4] > 0 || v.read[3] != 1 {
		t.Errorf("read %v", v.read)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Scan(ctx, annotate.Range{First: 0, Last: 5}, func(int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// counted counts the frames that are read.
type counted struct {
	shades
	mu   sync.Mutex
	read map[int]int
}

func (v *counted) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	v.mu.Lock()
	v.read[i]++
	v.mu.Unlock()
	return v.shades.Frame(ctx, i)
}
