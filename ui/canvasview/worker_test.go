package canvasview

import (
	"image"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// Scenes that a newer one overtakes are dropped, the last one is always shown,
// and an overlay that is on the screen is not written to: the race detector
// and the pixels would tell.
func TestWorkerShowsTheLatest(t *testing.T) {
	queue := make(chan func(), 1000)
	var w worker
	w.post = func(f func()) { queue <- f }
	var shown []int
	w.show = func(c composed) {
		shown = append(shown, c.scene.Frame)
		r, _, _, a := c.overlay.At(c.scene.Frame%16, 3).RGBA()
		time.Sleep(time.Millisecond)
		if r2, _, _, a2 := c.overlay.At(c.scene.Frame%16, 3).RGBA(); r2 != r || a2 != a || a == 0 {
			t.Errorf("the overlay of frame %d changed while it was shown", c.scene.Frame)
		}
	}
	const last = 200
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for f := range last + 1 {
			b := annotate.NewBitmap(16, 8)
			for y := range 8 {
				b.Set(f%16, y, true)
			}
			w.ask(scene.Scene{W: 16, H: 8, Frame: f, Layers: []scene.Layer{{
				Mask: annotate.InMemory(annotate.MaskFromBitmap(b)), Color: annotate.Color{R: 255}, Fill: 1}}})
			if f%20 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	for end := time.After(20 * time.Second); len(shown) == 0 || shown[len(shown)-1] != last; {
		select {
		case f := <-queue:
			f()
		case <-end:
			t.Fatalf("the last scene was not shown: %v", shown)
		}
	}
	wg.Wait()
	w.close()
	for i := 1; i < len(shown); i++ {
		if shown[i] <= shown[i-1] {
			t.Fatalf("scenes were shown out of order: %v", shown)
		}
	}
	if len(shown) > last {
		t.Error("no scene was dropped")
	}
}

// A frame that is too large for the graphics card is shown smaller, with its
// overlay, and stays as it is for everybody else.
func TestWorkerShrinksLargeFrames(t *testing.T) {
	const width, height = 2 * maxTexture, 16
	queue := make(chan func(), 10)
	w := worker{post: func(f func()) { queue <- f }}
	var shown composed
	w.show = func(c composed) { shown = c }
	show := func(pic *image.RGBA) composed {
		w.ask(scene.Scene{W: width, H: height, Picture: pic, Layers: []scene.Layer{{
			Mask: annotate.InMemory(annotate.FullMask(width, height)), Fill: 1}}})
		(<-queue)()
		return shown
	}
	pic := image.NewRGBA(image.Rect(0, 0, width, height))
	first := show(pic)
	want := image.Rect(0, 0, maxTexture, height/2)
	if first.picture.Rect != want || first.overlay.Rect != want {
		t.Errorf("picture %v, overlay %v, want %v", first.picture.Rect, first.overlay.Rect, want)
	}
	if first.scene.Picture != pic {
		t.Error("the frame itself was replaced")
	}
	if show(pic).picture != first.picture {
		t.Error("the same frame was scaled twice")
	}
	if show(image.NewRGBA(pic.Rect)).picture == first.picture {
		t.Error("another frame shows the picture of the one before")
	}
	w.close()
}
