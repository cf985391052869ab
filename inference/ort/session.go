package ort

import (
	"fmt"
	"sync"
	"time"

	onnx "github.com/yalue/onnxruntime_go"
)

// Graph is a graph to load, and what it takes and gives: the library tells that
// only at the price of reading all weights once more.
type Graph struct {
	// Name is the file, beside which those with its weights may lie. With Model
	// it is only what errors call it.
	Name            string
	Model           []byte // the graph itself; nil: it is read from the file
	Inputs, Outputs []IO
}

// Session is a loaded graph. It is safe for concurrent use; runs of all
// sessions of the process follow each other, because each of them uses all the
// threads it was given, but for those of sessions with the option Alone.
type Session struct {
	rt      *Runtime
	name    string
	inputs  []IO
	outputs []IO
	alone   bool

	life  sync.RWMutex                 // held for reading by runs
	inner *onnx.DynamicAdvancedSession // nil once closed

	mu    sync.Mutex
	stats Stats
}

// Stats counts what a session did since it was loaded.
type Stats struct {
	Runs int           // finished runs
	Time time.Duration // wall time of these runs
}

// NewSession loads a graph. Errors name it and wrap ErrGraph, or name the
// provider and wrap ErrProvider. Names and sizes that are not the graph's are
// found when it runs.
func (rt *Runtime) NewSession(g Graph, opts Options) (*Session, error) {
	s := &Session{rt: rt, name: g.Name, inputs: g.Inputs, outputs: g.Outputs, alone: opts.Alone}
	err := rt.do(func() error {
		o, err := opts.build(rt)
		if err != nil {
			return err // of the options, not of the graph
		}
		defer o.Destroy()
		in, out := names(g.Inputs), names(g.Outputs)
		if g.Model == nil {
			s.inner, err = onnx.NewDynamicAdvancedSession(g.Name, in, out, o)
		} else {
			s.inner, err = onnx.NewDynamicAdvancedSessionWithONNXData(g.Model, in, out, o)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrGraph, g.Name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Stats returns what the session did so far.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Close frees the graph. It waits for a run that is under way; a second call
// does nothing.
func (s *Session) Close() error {
	return s.rt.do(func() error {
		s.life.Lock()
		defer s.life.Unlock()
		if s.inner == nil {
			return nil
		}
		inner := s.inner
		s.inner = nil
		if err := inner.Destroy(); err != nil {
			return fmt.Errorf("freeing %s: %w", s.name, err)
		}
		return nil
	})
}

func names(list []IO) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.Name
	}
	return out
}
