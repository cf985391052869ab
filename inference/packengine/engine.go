package packengine

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/sam2"
)

// Engine runs one model pack. It implements inference.Engine. Its graphs are
// loaded when the first session is opened and shared by all sessions with the
// same threads and provider.
type Engine struct {
	pack  *modelpack.Pack
	model *sam2.Model
	rt    *ort.Runtime

	mu     sync.Mutex
	loaded map[ort.Options]*graphs
	closed bool
}

// Open opens the pack in folder dir. Its manifest and constants are checked
// here, its graphs when a session is opened. Errors wrap those of the packages
// modelpack, ort and sam2.
func Open(dir string) (*Engine, error) {
	pack, err := modelpack.Open(dir)
	if err != nil {
		return nil, err
	}
	rt, err := ort.Load()
	if err != nil {
		return nil, err
	}
	return New(pack, rt)
}

// New makes an engine of a pack that is open already.
func New(pack *modelpack.Pack, rt *ort.Runtime) (*Engine, error) {
	model, err := loadModel(pack)
	if err != nil {
		return nil, err
	}
	return &Engine{pack: pack, model: model, rt: rt, loaded: map[ort.Options]*graphs{}}, nil
}

// Name implements inference.Engine.
func (e *Engine) Name() string { return e.pack.Name() }

// Open implements inference.Engine. It loads the graphs, which takes a second
// or so, and checks their inputs and outputs.
func (e *Engine) Open(ctx context.Context, video inference.Frames, cache *inference.FeatureCache, settings inference.Settings) (inference.Session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	model, g, err := e.Graphs(settings)
	if err != nil {
		return nil, err
	}
	s, err := sam2.NewSession(model, g, video, cache, settings)
	if err != nil {
		return nil, fmt.Errorf("opening a session of %s: %w", e.Name(), err)
	}
	return s, nil
}

// Graphs returns the pack's model and its graphs, as sessions with these
// settings run them. They belong to the engine, which frees them.
func (e *Engine) Graphs(settings inference.Settings) (*sam2.Model, sam2.Graphs, error) {
	opts := ort.Options{Threads: settings.Threads, Provider: settings.Provider}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, nil, fmt.Errorf("engine %s: %w", e.Name(), inference.ErrClosed)
	}
	if g := e.loaded[opts]; g != nil {
		return e.model, g, nil
	}
	g, err := loadGraphs(e.rt, e.pack, e.model, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("loading %s: %w", e.Name(), err)
	}
	e.loaded[opts] = g
	return e.model, g, nil
}

// GraphStats returns, by graph name, how often each graph ran and how long it
// took in all, over all sessions.
func (e *Engine) GraphStats() map[string]ort.Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := map[string]ort.Stats{}
	for _, g := range e.loaded {
		for name, s := range g.sessions {
			sum, st := out[name], s.Stats()
			out[name] = ort.Stats{Runs: sum.Runs + st.Runs, Time: sum.Time + st.Time}
		}
	}
	return out
}

// Close implements inference.Engine.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	var errs []error
	for _, g := range e.loaded {
		errs = append(errs, g.Close())
	}
	e.loaded = nil
	return errors.Join(errs...)
}
