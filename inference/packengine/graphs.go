package packengine

import (
	"context"
	"errors"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/sam2"
)

// graphs runs the graphs of a pack. It implements sam2.Graphs.
type graphs struct {
	m        *sam2.Model
	sessions map[string]*ort.Session
}

// loadGraphs loads all graphs of a pack.
func loadGraphs(rt *ort.Runtime, p *modelpack.Pack, m *sam2.Model, opts ort.Options) (*graphs, error) {
	g := &graphs{m: m, sessions: map[string]*ort.Session{}}
	for _, name := range modelpack.GraphNames() {
		listed := p.Manifest.Graphs[name]
		s, err := rt.NewSession(ort.Graph{Name: p.GraphPath(name), Inputs: ports(listed.Inputs), Outputs: ports(listed.Outputs)}, opts)
		if err != nil {
			return nil, errors.Join(err, g.Close())
		}
		g.sessions[name] = s
	}
	return g, nil
}

func ports(list []modelpack.Port) []ort.IO {
	var out []ort.IO
	for _, p := range list {
		out = append(out, ort.IO{Name: p.Name, Shape: sizes(p.Shape)})
	}
	return out
}

func sizes(shape []int) []int64 {
	out := make([]int64, len(shape))
	for i, d := range shape {
		out[i] = int64(d)
	}
	return out
}

// Close frees the graphs.
func (g *graphs) Close() error {
	var errs []error
	for _, s := range g.sessions {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

func (g *graphs) run(ctx context.Context, name string, in map[string]ort.Tensor) (map[string]ort.Tensor, error) {
	return g.sessions[name].Run(ctx, in)
}

func tensor(data []float32, shape ...int) ort.Tensor {
	return ort.Tensor{Shape: sizes(shape), F32: data}
}

// Encode implements sam2.Graphs.
func (g *graphs) Encode(ctx context.Context, image []float32) (*sam2.Features, error) {
	s := g.m.ImageSize
	out, err := g.run(ctx, modelpack.GraphEncoder, map[string]ort.Tensor{"image": tensor(image, 1, 3, s, s)})
	if err != nil {
		return nil, err
	}
	return &sam2.Features{HR0: out["hr0"].F32, HR1: out["hr1"].F32, Feat: out["feat"].F32}, nil
}

// MemoryAttention implements sam2.Graphs.
func (g *graphs) MemoryAttention(ctx context.Context, feat []float32, bank *sam2.Bank) ([]float32, error) {
	f, mem := g.m.ImageSize/16, g.m.MemDim
	out, err := g.run(ctx, modelpack.GraphMemoryAttention, map[string]ort.Tensor{
		"feat":     tensor(feat, 1, g.m.DModel, f, f),
		"spat":     tensor(bank.Spat, 1, len(bank.Spat)/mem, mem),
		"spat_pos": tensor(bank.SpatPos, 1, len(bank.SpatPos)/mem, mem),
		"ptr":      tensor(bank.Ptr, 1, len(bank.Ptr)/mem, mem),
		"ptr_pos":  tensor(bank.PtrPos, 1, len(bank.PtrPos)/mem, mem),
	})
	if err != nil {
		return nil, err
	}
	return out["cond"].F32, nil
}

// Decode implements sam2.Graphs.
func (g *graphs) Decode(ctx context.Context, in sam2.DecodeInput) (*sam2.DecodeOutput, error) {
	f, q := g.m.ImageSize/16, g.m.ImageSize/4
	prior, has := in.Prior, float32(1)
	if prior == nil {
		prior, has = make([]float32, q*q), 0
	}
	out, err := g.run(ctx, modelpack.GraphDecoder, map[string]ort.Tensor{
		"emb":      tensor(in.Emb, 1, g.m.DModel, f, f),
		"hr0":      tensor(in.Feat.HR0, 1, g.m.HighResDims[0], q, q),
		"hr1":      tensor(in.Feat.HR1, 1, g.m.HighResDims[1], 2*f, 2*f),
		"pts":      tensor(in.Points, 1, len(in.Labels), 2),
		"labels":   tensor(in.Labels, 1, len(in.Labels)),
		"prior":    tensor(prior, 1, 1, q, q),
		"has_mask": tensor([]float32{has}, 1),
	})
	if err != nil {
		return nil, err
	}
	return &sam2.DecodeOutput{
		Masks: out["masks"].F32, IoU: out["iou"].F32, Ptr: out["ptr"].F32, Score: out["score"].F32[0],
	}, nil
}

// MemoryEncode implements sam2.Graphs.
func (g *graphs) MemoryEncode(ctx context.Context, feat, mask []float32, score float32) ([]float32, error) {
	f, s := g.m.ImageSize/16, g.m.ImageSize
	out, err := g.run(ctx, modelpack.GraphMemoryEncoder, map[string]ort.Tensor{
		"feat":  tensor(feat, 1, g.m.DModel, f, f),
		"mask":  tensor(mask, 1, 1, s, s),
		"score": tensor([]float32{score}, 1, 1),
	})
	if err != nil {
		return nil, err
	}
	return out["mem"].F32, nil
}
