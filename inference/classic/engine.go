package classic

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/promptnet"
)

// The engine's names in results, projects and on the command line: without its
// network and with it.
const (
	Name    = "classic"
	Builtin = "builtin"
)

// Engine opens sessions. It is safe for concurrent use.
type Engine struct{ net *promptnet.Net }

// New returns the engine that needs no network, "classic".
func New() *Engine { return &Engine{} }

// NewBuiltin returns the engine that asks a network too, "builtin". The network
// stays the caller's: its graphs are closed after the engine.
func NewBuiltin(net *promptnet.Net) *Engine { return &Engine{net} }

// Name returns "classic" or "builtin".
func (e *Engine) Name() string { return nameWith(e.net) }

func nameWith(net *promptnet.Net) string {
	if net != nil {
		return Builtin
	}
	return Name
}

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
	return newSession(video, cache, settings, e.net), nil
}

var (
	_ inference.Engine  = (*Engine)(nil)
	_ inference.Session = (*Session)(nil)

	_ inference.Preparer = (*Session)(nil)
	_ inference.Restorer = (*Session)(nil)
	_ inference.Chooser  = (*Session)(nil)
)
