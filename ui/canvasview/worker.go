package canvasview

import (
	"image"
	"sync"

	"github.com/masklet/masklet/ui/scene"
)

// maxTexture is the longest side of a picture that is handed to the graphics
// card: each that runs the window can hold as much, and many no 8K frame.
const maxTexture = 4096

// composed is an overlay with the scene it belongs to.
type composed struct {
	scene   scene.Scene
	picture *image.RGBA // the scene's, scaled down if it is too large
	overlay *image.RGBA
	err     error
}

// worker composes overlays, the latest scene first; scenes that a newer one
// overtakes are dropped. It waits until a result was shown before it makes the
// next, so that a buffer on the screen is never written to.
type worker struct {
	post func(func())
	show func(composed)

	mu     sync.Mutex
	next   *scene.Scene
	busy   bool
	closed bool
	done   sync.WaitGroup
	comp   scene.Composer
	tone   scene.Tone
	from   *image.RGBA // the picture that was shrunk last, and the result:
	shrunk *image.RGBA // many overlays are shown over one picture
}

// ask wants the overlay of s. It returns at once.
func (w *worker) ask(s scene.Scene) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next = &s
	w.startLocked()
}

func (w *worker) startLocked() {
	if w.busy || w.closed || w.next == nil {
		return
	}
	s := *w.next
	w.next, w.busy = nil, true
	w.done.Add(1)
	go func() {
		defer w.done.Done()
		c := composed{scene: s, picture: w.fitting(s.Picture, s.Tone)}
		w.comp.Limit = maxTexture
		if s.W > 0 && s.H > 0 && len(s.Layers) > 0 {
			c.overlay, c.err = w.comp.Compose(s.W, s.H, s.Layers)
		}
		w.post(func() { w.shown(c) })
	}()
}

// fitting returns the picture in its tone, at a size that the graphics card can hold.
func (w *worker) fitting(img *image.RGBA, tone scene.Tone) *image.RGBA {
	if w.shrunk == nil || img != w.from || tone != w.tone {
		w.from, w.tone, w.shrunk = img, tone, tone.Apply(scene.Shrink(img, maxTexture))
	}
	return w.shrunk
}

// shown runs on the UI goroutine.
func (w *worker) shown(c composed) {
	w.mu.Lock()
	closed := w.closed
	w.mu.Unlock()
	if !closed {
		w.show(c)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = false
	w.startLocked()
}

// close ends the worker and waits for what it is doing.
func (w *worker) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.done.Wait()
}
