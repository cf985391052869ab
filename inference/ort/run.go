package ort

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	onnx "github.com/yalue/onnxruntime_go"
)

// Run runs the graph with the given tensors, one for each input, and returns
// one tensor for each output. Inputs are not changed and must not be changed
// during the run. When ctx ends, the graph is told to stop, Run waits until it
// did (well below a second) and returns the context's error.
func (s *Session) Run(ctx context.Context, inputs map[string]Tensor) (map[string]Tensor, error) {
	if err := s.checkInputs(inputs); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrGraph, s.name, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out map[string]Tensor
	run := func() error {
		return guard(func() (err error) {
			out, err = s.run(ctx, inputs)
			return err
		})
	}
	if s.alone {
		err := run()
		return out, err
	}
	done := make(chan error, 1)
	select {
	case s.rt.jobs <- func() { done <- run() }:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := <-done; err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Session) checkInputs(inputs map[string]Tensor) error {
	for _, io := range s.inputs {
		t, ok := inputs[io.Name]
		if !ok {
			return fmt.Errorf("no tensor for its input %q", io.Name)
		}
		if err := t.check(); err != nil {
			return fmt.Errorf("tensor for input %q: %w", io.Name, err)
		}
		if !io.Fits(t.Shape) {
			return fmt.Errorf("input %q is %v, the tensor %v", io.Name, io.Shape, t.Shape)
		}
	}
	if len(inputs) != len(s.inputs) {
		for name := range inputs {
			if !slices.Contains(names(s.inputs), name) {
				return fmt.Errorf("it has no input %q (it has %s)", name, strings.Join(names(s.inputs), ", "))
			}
		}
	}
	return nil
}

// run does the work of Run.
func (s *Session) run(ctx context.Context, inputs map[string]Tensor) (map[string]Tensor, error) {
	s.life.RLock()
	defer s.life.RUnlock()
	if s.inner == nil {
		return nil, fmt.Errorf("%s: %w", s.name, ErrClosed)
	}
	in, err := s.inputValues(inputs)
	defer destroyAll(in)
	if err != nil {
		return nil, err
	}
	out := make([]onnx.Value, len(s.outputs))
	defer func() { destroyAll(out) }()
	start := time.Now()
	if err := s.runStoppable(ctx, in, out); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.stats.Runs++
	s.stats.Time += time.Since(start)
	s.mu.Unlock()
	return s.outputTensors(out)
}

// runStoppable runs the graph and tells it to stop when ctx ends. The run
// options are freed only when the watcher can no longer use them.
func (s *Session) runStoppable(ctx context.Context, in, out []onnx.Value) error {
	opts, err := onnx.NewRunOptions()
	if err != nil {
		return fmt.Errorf("making run options: %w", err)
	}
	defer opts.Destroy()
	finished, watcher := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watcher)
		select {
		case <-ctx.Done():
			_ = opts.Terminate() // where it fails, the run ends by itself
		case <-finished:
		}
	}()
	err = s.inner.RunWithOptions(in, out, opts)
	close(finished)
	<-watcher
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: running %s: %s", ErrGraph, s.name, strings.Join(strings.Fields(err.Error()), " ")) // it has several lines
}

func (s *Session) inputValues(inputs map[string]Tensor) ([]onnx.Value, error) {
	var values []onnx.Value
	for _, io := range s.inputs {
		v, err := value(inputs[io.Name])
		if err != nil {
			return values, fmt.Errorf("%s: tensor for input %q: %w", s.name, io.Name, err)
		}
		values = append(values, v)
	}
	return values, nil
}

func value(t Tensor) (onnx.Value, error) {
	if len(t.Shape) == 0 { // the binding has a type of its own for single numbers
		return onnx.NewScalar(t.F32[0])
	}
	return onnx.NewTensor(onnx.Shape(t.Shape), t.F32)
}

func (s *Session) outputTensors(values []onnx.Value) (map[string]Tensor, error) {
	out := make(map[string]Tensor, len(values))
	for i, v := range values {
		port := s.outputs[i]
		shape := slices.Clone([]int64(v.GetShape()))
		t, ok := v.(*onnx.Tensor[float32])
		if !ok || !port.Fits(shape) {
			return nil, fmt.Errorf("%w: %s: output %q is %v, not float32 %v", ErrGraph, s.name, port.Name, shape, port.Shape)
		}
		out[port.Name] = Tensor{shape, t.GetData()}
	}
	return out, nil
}

func destroyAll(values []onnx.Value) {
	for _, v := range values {
		if v != nil {
			v.Destroy()
		}
	}
}
