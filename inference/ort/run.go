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
	done := make(chan error, 1)
	job := func() {
		done <- guard(func() (err error) {
			out, err = s.run(ctx, inputs)
			return err
		})
	}
	select {
	case s.rt.jobs <- job:
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
		if io.Type != t.Type() || !io.Fits(t.Shape) {
			return fmt.Errorf("input %q is %s %v, the tensor %s %v", io.Name, io.Type, io.Shape, t.Type(), t.Shape)
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

// run does the work of Run on the owning goroutine.
func (s *Session) run(ctx context.Context, inputs map[string]Tensor) (map[string]Tensor, error) {
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
	return fmt.Errorf("running %s: %w", s.name, err)
}

func (s *Session) inputValues(inputs map[string]Tensor) ([]onnx.Value, error) {
	var values []onnx.Value
	for _, io := range s.inputs {
		t := inputs[io.Name]
		var v onnx.Value
		var err error
		if io.Type == Int64 {
			v, err = value(t.Shape, t.I64)
		} else {
			v, err = value(t.Shape, t.F32)
		}
		if err != nil {
			return values, fmt.Errorf("%s: tensor for input %q: %w", s.name, io.Name, err)
		}
		values = append(values, v)
	}
	return values, nil
}

func value[T float32 | int64](shape []int64, data []T) (onnx.Value, error) {
	if len(shape) == 0 { // the binding has a type of its own for single numbers
		return onnx.NewScalar(data[0])
	}
	return onnx.NewTensor(onnx.Shape(shape), data)
}

func (s *Session) outputTensors(values []onnx.Value) (map[string]Tensor, error) {
	out := make(map[string]Tensor, len(values))
	for i, v := range values {
		name := s.outputs[i].Name
		shape := slices.Clone([]int64(v.GetShape()))
		switch v := v.(type) {
		case *onnx.Tensor[float32]:
			out[name] = Tensor{Shape: shape, F32: v.GetData()}
		case *onnx.Tensor[int64]:
			out[name] = Tensor{Shape: shape, I64: v.GetData()}
		default:
			return nil, fmt.Errorf("%w: %s: output %q is neither float32 nor int64", ErrGraph, s.name, name)
		}
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
