package ort

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	onnx "github.com/yalue/onnxruntime_go"
)

// Session is a loaded graph. It is safe for concurrent use; runs of all
// sessions of the process follow each other, because each of them uses all the
// threads it was given.
type Session struct {
	rt      *Runtime
	name    string
	inputs  []IO
	outputs []IO

	inner *onnx.DynamicAdvancedSession // touched on the owning goroutine only; nil once closed

	mu    sync.Mutex
	stats Stats
}

// Stats counts what a session did since it was loaded.
type Stats struct {
	Runs int           // finished runs
	Time time.Duration // wall time of these runs
}

// NewSession loads the graph in the file at path; tensors in external data
// files beside it are found by ONNX Runtime. Errors name the file and wrap
// ErrGraph, or name the provider and wrap ErrProvider.
func (rt *Runtime) NewSession(path string, opts Options) (*Session, error) {
	return rt.load(path, opts, source{
		header: func() (inputs, outputs []IO, err error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, nil, err
			}
			defer f.Close()
			info, err := f.Stat()
			if err != nil {
				return nil, nil, err
			}
			return readHeader(f, info.Size())
		},
		describe: func(o *onnx.SessionOptions) ([]onnx.InputOutputInfo, []onnx.InputOutputInfo, error) {
			return onnx.GetInputOutputInfoWithOptions(path, o)
		},
		create: func(in, out []string, o *onnx.SessionOptions) (*onnx.DynamicAdvancedSession, error) {
			return onnx.NewDynamicAdvancedSession(path, in, out, o)
		},
	})
}

// NewSessionFromBytes loads a graph from memory. name stands for it in errors.
func (rt *Runtime) NewSessionFromBytes(name string, model []byte, opts Options) (*Session, error) {
	return rt.load(name, opts, source{
		header: func() (inputs, outputs []IO, err error) {
			return readHeader(bytes.NewReader(model), int64(len(model)))
		},
		describe: func(o *onnx.SessionOptions) ([]onnx.InputOutputInfo, []onnx.InputOutputInfo, error) {
			if len(model) == 0 {
				return nil, nil, fmt.Errorf("it is empty")
			}
			return onnx.GetInputOutputInfoWithONNXData(model)
		},
		create: func(in, out []string, o *onnx.SessionOptions) (*onnx.DynamicAdvancedSession, error) {
			return onnx.NewDynamicAdvancedSessionWithONNXData(model, in, out, o)
		},
	})
}

// source is where a graph comes from.
type source struct {
	header   func() (inputs, outputs []IO, err error)
	describe func(*onnx.SessionOptions) (in, out []onnx.InputOutputInfo, err error)
	create   func(in, out []string, o *onnx.SessionOptions) (*onnx.DynamicAdvancedSession, error)
}

func (rt *Runtime) load(name string, opts Options, src source) (*Session, error) {
	s := &Session{rt: rt, name: name}
	err := rt.do(func() error {
		if err := s.describe(src); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrGraph, name, err)
		}
		o, err := opts.build(rt)
		if err != nil {
			return err // of the options, not of the graph
		}
		defer o.Destroy()
		if s.inner, err = src.create(names(s.inputs), names(s.outputs), o); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrGraph, name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// describe finds names, types and shapes: in the file, or where it does not
// tell them all, through a session that ONNX Runtime makes without optimising.
func (s *Session) describe(src source) error {
	var err error
	if s.inputs, s.outputs, err = src.header(); err == nil {
		return nil
	}
	o, err := onnx.NewSessionOptions()
	if err != nil {
		return err
	}
	defer o.Destroy()
	if err := o.SetGraphOptimizationLevel(onnx.GraphOptimizationLevelDisableAll); err != nil {
		return err
	}
	if err := o.AddSessionConfigEntry("session.disable_prepacking", "1"); err != nil {
		return err
	}
	in, out, err := src.describe(o)
	if err != nil {
		return err
	}
	if len(in) == 0 || len(out) == 0 {
		return fmt.Errorf("it has %d inputs and %d outputs", len(in), len(out))
	}
	s.inputs, s.outputs = infos(in), infos(out)
	return nil
}

// Inputs returns the graph's inputs in its own order.
func (s *Session) Inputs() []IO { return slices.Clone(s.inputs) }

// Outputs returns the graph's outputs in its own order.
func (s *Session) Outputs() []IO { return slices.Clone(s.outputs) }

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

func infos(list []onnx.InputOutputInfo) []IO {
	out := make([]IO, len(list))
	for i, v := range list {
		out[i] = IO{Name: v.Name, Shape: slices.Clone(v.Dimensions)}
		if v.OrtValueType != onnx.ONNXTypeTensor {
			continue
		}
		switch v.DataType {
		case onnx.TensorElementDataTypeFloat:
			out[i].Type = Float32
		case onnx.TensorElementDataTypeInt64:
			out[i].Type = Int64
		}
	}
	return out
}

func names(list []IO) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.Name
	}
	return out
}
