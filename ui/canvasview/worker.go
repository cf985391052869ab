package canvasview

import (
	"image"
	"sync"

	"masklet/ui/scene"
)

// composed is an overlay with the scene it belongs to.
type composed struct {
	scene   scene.Scene
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
		c := composed{scene: s}
		if s.W > 0 && s.H > 0 && len(s.Layers) > 0 {
			c.overlay, c.err = w.comp.Compose(s.W, s.H, s.Layers)
		}
		w.post(func() { w.shown(c) })
	}()
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
