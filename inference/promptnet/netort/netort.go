// Package netort runs the graphs of the promptable network with ONNX Runtime. It
// exists so that package promptnet, and the engine that uses it, need no library
// to be built and tested.
package netort

import (
	"context"
	"errors"

	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/promptnet"
)

// Files are the three graphs in ONNX form.
type Files struct{ Encode, Memory, Decode []byte }

// Graphs runs the network. It implements promptnet.Graphs and is safe for
// concurrent use.
type Graphs struct {
	encode, memory, decode *ort.Session
}

// Open loads the graphs. Errors wrap ort.ErrGraph, also of runs of graphs with
// other inputs, outputs or shapes than the network's.
func Open(rt *ort.Runtime, f Files) (*Graphs, error) {
	g, opts := &Graphs{}, ort.Options{Alone: true}
	for _, part := range []struct {
		name  string
		model []byte
		to    **ort.Session
	}{{"encode", f.Encode, &g.encode}, {"memory", f.Memory, &g.memory}, {"decode", f.Decode, &g.decode}} {
		name := "the network's graph " + part.name
		s, err := rt.NewSession(ort.Graph{Name: name, Model: part.model, Inputs: contract[part.name].in, Outputs: contract[part.name].out}, opts)
		if err != nil {
			return nil, errors.Join(err, g.Close())
		}
		*part.to = s
	}
	return g, nil
}

// Close frees the graphs. It waits for runs that are under way.
func (g *Graphs) Close() error {
	var errs []error
	for _, s := range []*ort.Session{g.encode, g.memory, g.decode} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}

// Stats returns, by graph name, how often each graph ran and how long it took in
// all.
func (g *Graphs) Stats() map[string]ort.Stats {
	return map[string]ort.Stats{"encode": g.encode.Stats(), "memory": g.memory.Stats(), "decode": g.decode.Stats()}
}

// Encode implements promptnet.Graphs.
func (g *Graphs) Encode(ctx context.Context, crop []float32) (promptnet.Features, error) {
	out, err := g.encode.Run(ctx, map[string]ort.Tensor{
		"crop": ort.Floats(crop, 1, promptnet.Channels, promptnet.Size, promptnet.Size),
	})
	if err != nil {
		return promptnet.Features{}, err
	}
	return promptnet.Features{F2: out["f2"].F32, F4: out["f4"].F32, F8: out["f8"].F32, F16: out["f16"].F32}, nil
}

// Remember implements promptnet.Graphs.
func (g *Graphs) Remember(ctx context.Context, f16, mask []float32, recent bool) (promptnet.Memory, error) {
	out, err := g.memory.Run(ctx, map[string]ort.Tensor{
		"f16":    ort.Floats(f16, 1, 112, 16, 16),
		"mask":   ort.Floats(mask, 1, 1, promptnet.Size, promptnet.Size),
		"recent": flag(recent),
	})
	if err != nil {
		return promptnet.Memory{}, err
	}
	return promptnet.Memory{K: out["k"].F32, V: out["v"].F32}, nil
}

// Decode implements promptnet.Graphs.
func (g *Graphs) Decode(ctx context.Context, f promptnet.Features, m promptnet.Memory) (logits []float32, iou float32, err error) {
	has := !m.Empty()
	if !has { // the graph wants tokens even if it must not look at them
		none := make([]float32, promptnet.TokensOfReference*promptnet.Width)
		m = promptnet.Memory{K: none, V: none}
	}
	t := int64(len(m.K) / promptnet.Width)
	out, err := g.decode.Run(ctx, map[string]ort.Tensor{
		"f2":         ort.Floats(f.F2, 1, 16, 128, 128),
		"f4":         ort.Floats(f.F4, 1, 24, 64, 64),
		"f8":         ort.Floats(f.F8, 1, 40, 32, 32),
		"f16":        ort.Floats(f.F16, 1, 112, 16, 16),
		"k":          ort.Floats(m.K, 1, t, promptnet.Width),
		"v":          ort.Floats(m.V, 1, t, promptnet.Width),
		"has_memory": flag(has),
	})
	if err != nil {
		return nil, 0, err
	}
	return out["mask"].F32, out["iou"].F32[0], nil
}

func flag(on bool) ort.Tensor {
	v := []float32{0}
	if on {
		v[0] = 1
	}
	return ort.Floats(v)
}
