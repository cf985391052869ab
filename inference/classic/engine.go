package classic

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference"
)

// Name is the engine's name in results, projects and on the command line.
const Name = "classic"

// Engine opens classic sessions. It has no state of its own.
type Engine struct{}

// New returns the engine.
func New() *Engine { return &Engine{} }

// Name returns "classic".
func (e *Engine) Name() string { return Name }

// Close does nothing: there is nothing to free.
func (e *Engine) Close() error { return nil }

// Open starts a session on a video. Nothing is decoded yet. With a nil cache
// the session keeps a bounded number of frames in memory and computes the
// others again when they are needed.
func (e *Engine) Open(ctx context.Context, video inference.Frames, cache *inference.FeatureCache, settings inference.Settings) (inference.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w, h := video.Size()
	if video.Len() < 1 || w < 1 || h < 1 {
		return nil, fmt.Errorf("%w: a video of %d frames of %dx%d", inference.ErrUsage, video.Len(), w, h)
	}
	return newSession(video, cache, settings), nil
}

var (
	_ inference.Engine  = (*Engine)(nil)
	_ inference.Session = (*Session)(nil)

	_ inference.Preparer = (*Session)(nil)
	_ inference.Restorer = (*Session)(nil)
)
