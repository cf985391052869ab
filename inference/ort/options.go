package ort

import (
	"fmt"
	"slices"
	"strings"

	onnx "github.com/yalue/onnxruntime_go"
)

// Options say how a graph shall run. The zero value is the CPU with as many
// threads as the machine has cores.
type Options struct {
	Threads  int    // threads inside one operator; 0: all physical cores
	Provider string // "", "cpu", "cuda", "tensorrt", "coreml", "directml", "openvino"
	// Spin lets idle threads wait actively for work: a little faster, but the
	// cores are then busy all the time, which makes a window on the same
	// machine sluggish.
	Spin bool
	// Alone says that a run uses one thread, that of the caller, and does not wait
	// for other runs: several small graphs then share the cores better than one
	// after the other with all of them.
	Alone bool
}

// threads returns how many one operator uses.
func (o Options) threads() int {
	if o.Alone {
		return 1
	}
	return max(o.Threads, 0)
}

// Providers returns the names that Options.Provider may have.
func Providers() []string {
	return []string{"cpu", "cuda", "tensorrt", "coreml", "directml", "openvino"}
}

// build returns the binding's options; the caller destroys them.
func (o Options) build(rt *Runtime) (*onnx.SessionOptions, error) {
	so, err := onnx.NewSessionOptions()
	if err != nil {
		return nil, fmt.Errorf("making session options: %w", err)
	}
	if err := o.apply(so); err != nil {
		so.Destroy()
		return nil, fmt.Errorf("setting session options: %w", err)
	}
	if err := o.addProvider(so, rt); err != nil {
		so.Destroy()
		return nil, err
	}
	return so, nil
}

func (o Options) apply(so *onnx.SessionOptions) error {
	spin := "0"
	if o.Spin {
		spin = "1"
	}
	steps := []func() error{
		func() error { return so.SetIntraOpNumThreads(o.threads()) },
		func() error { return so.SetInterOpNumThreads(1) },
		func() error { return so.SetExecutionMode(onnx.ExecutionModeSequential) },
		func() error { return so.SetGraphOptimizationLevel(onnx.GraphOptimizationLevelEnableAll) },
		// Memory patterns are kept per input shape: with a memory bank of
		// changing length they only pile up.
		func() error { return so.SetMemPattern(false) },
		func() error { return so.AddSessionConfigEntry("session.intra_op.allow_spinning", spin) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (o Options) addProvider(so *onnx.SessionOptions, rt *Runtime) error {
	name := strings.ToLower(o.Provider)
	if name != "" && !slices.Contains(Providers(), name) {
		return fmt.Errorf("%w: %q is unknown (known: %s)", ErrProvider, o.Provider, strings.Join(Providers(), ", "))
	}
	if err := appendProvider(so, name); err != nil {
		return fmt.Errorf("%w: %q is not in the ONNX Runtime library %s (%w); use cpu or another library",
			ErrProvider, o.Provider, rt.path, err)
	}
	return nil
}

func appendProvider(so *onnx.SessionOptions, name string) error {
	switch name {
	case "cuda":
		return addCUDA(so)
	case "tensorrt":
		return addTensorRT(so)
	case "coreml":
		return so.AppendExecutionProviderCoreMLV2(map[string]string{})
	case "directml":
		return so.AppendExecutionProviderDirectML(0)
	case "openvino":
		return so.AppendExecutionProviderOpenVINO(map[string]string{})
	}
	return nil
}

func addCUDA(so *onnx.SessionOptions) error {
	po, err := onnx.NewCUDAProviderOptions()
	if err != nil {
		return err
	}
	defer po.Destroy()
	return so.AppendExecutionProviderCUDA(po)
}

func addTensorRT(so *onnx.SessionOptions) error {
	po, err := onnx.NewTensorRTProviderOptions()
	if err != nil {
		return err
	}
	defer po.Destroy()
	return so.AppendExecutionProviderTensorRT(po)
}
