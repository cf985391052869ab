package controller

import (
	"context"
	"image"
	"sync"

	"github.com/masklet/masklet/inference"
)

// loaded is a decoded frame, or why it cannot be decoded.
type loaded struct {
	frame int
	img   *image.RGBA
	err   error
}

// loader decodes the frame that was asked for last, one at a time, so that
// scrubbing never queues up work.
type loader struct {
	ctx    context.Context
	frames inference.Frames

	mu   sync.Mutex
	want int // -1: nothing
	wake chan struct{}
}

func newLoader(ctx context.Context, frames inference.Frames) *loader {
	return &loader{ctx: ctx, frames: frames, want: -1, wake: make(chan struct{}, 1)}
}

// ask replaces what is wanted; -1 takes it back.
func (l *loader) ask(frame int) {
	l.mu.Lock()
	l.want = frame
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run decodes until the context ends; deliver gets every frame that was decoded.
func (l *loader) run(deliver func(loaded)) {
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
			deliver(loaded{frame, img, err})
			continue
		}
		select {
		case <-l.wake:
		case <-l.ctx.Done():
			return
		}
	}
}
