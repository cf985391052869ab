package session

import (
	"context"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session/lane"
)

// Opener opens an engine by name.
type Opener func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)

// Slot holds the one engine that is open. It outlives the sessions that use it,
// so that another video does not load a model again.
type Slot struct {
	opener Opener
	// lane orders what opens and closes: an engine must not be closed before
	// its sessions.
	lane     lane.Serial
	engine   inference.Engine // these are touched on the lane only
	name     string
	settings inference.Settings
}

// NewSlot returns a slot without an engine.
func NewSlot(open Opener) *Slot { return &Slot{opener: open} }

// load returns the engine of that name, which it opens in place of another. It
// runs on the lane.
func (s *Slot) load(ctx context.Context, name string, settings inference.Settings) (inference.Engine, error) {
	if s.engine != nil && s.name == name && s.settings == settings {
		return s.engine, nil
	}
	_ = s.unload() // it holds nothing that could be lost
	engine, err := s.opener(ctx, name, settings)
	if err != nil {
		return nil, err
	}
	s.engine, s.name, s.settings = engine, name, settings
	return engine, nil
}

func (s *Slot) unload() error {
	engine := s.engine
	s.engine = nil
	if engine == nil {
		return nil
	}
	return engine.Close()
}

// Load opens an engine ahead of the sessions that will use it, and returns it.
func (s *Slot) Load(ctx context.Context, name string, settings inference.Settings) (engine inference.Engine, err error) {
	done := make(chan struct{})
	s.lane.Do(func() {
		defer close(done)
		engine, err = s.load(ctx, name, settings)
	})
	<-done
	return engine, err
}

// Close closes the engine, after everything that uses it.
func (s *Slot) Close() error {
	s.lane.Wait()
	return s.unload()
}
