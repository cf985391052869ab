package frames

import (
	"context"
	"image"
	"sync"

	"github.com/masklet/masklet/inference"
)

// Loaded is a decoded frame, or why it cannot be decoded.
type Loaded struct {
	Frame int
	Img   *image.RGBA
	Err   error
}

// Loader decodes the frame that was asked for last, one at a time, so that
// scrubbing never queues up work.
type Loader struct {
	ctx    context.Context
	frames inference.Frames

	mu   sync.Mutex
	want int // -1: nothing
	wake chan struct{}
}

// NewLoader returns a loader that ends with ctx; nothing is wanted yet.
func NewLoader(ctx context.Context, frames inference.Frames) *Loader {
	return &Loader{ctx: ctx, frames: frames, want: -1, wake: make(chan struct{}, 1)}
}

// Ask replaces what is wanted; -1 takes it back.
func (l *Loader) Ask(frame int) {
	l.mu.Lock()
	l.want = frame
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run decodes until the context ends; deliver gets every frame that was decoded.
func (l *Loader) Run(deliver func(Loaded)) {
	for {
		l.mu.Lock()
		frame := l.want
		l.want = -1
		l.mu.Unlock()
		if frame >= 0 {
			img, err := l.frames.Frame(l.ctx, frame)
			if l.ctx.Err() != nil {
				return
			}
			deliver(Loaded{frame, img, err})
			continue
		}
		select {
		case <-l.wake:
		case <-l.ctx.Done():
			return
		}
	}
}
