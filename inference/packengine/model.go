package packengine

import (
	"fmt"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/sam2"
)

// loadModel reads from a pack what the session logic needs besides the graphs.
func loadModel(p *modelpack.Pack) (*sam2.Model, error) {
	consts, err := p.Constants()
	if err != nil {
		return nil, fmt.Errorf("reading the constants of %s: %w", p.Dir, err)
	}
	man := p.Manifest
	m := &sam2.Model{
		Name: p.Name(), Key: p.ID(),
		ImageSize: man.ImageSize, DModel: man.DModel, MemDim: man.MemDim, MemoryTokens: man.MemoryTokens,
		HighResDims: man.HighResDims, NumMaskmem: man.NumMaskmem, MaxPointers: man.MaxPointers,
		Mean: man.Mean, Std: man.Std, SignedPointerTPos: man.SignedPointerTPos,
		NoMem: consts[modelpack.ConstNoMem], TPos: consts[modelpack.ConstTPos], MemPos: consts[modelpack.ConstMemPos],
		NoObjPtr: consts[modelpack.ConstNoObjPtr],
		PtrProjW: consts[modelpack.ConstPtrProjW], PtrProjB: consts[modelpack.ConstPtrProjB],
		MaskDownW: consts[modelpack.ConstMaskDownW],
	}
	if b := consts[modelpack.ConstMaskDownB]; len(b) == 1 {
		m.MaskDownB = b[0]
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("model pack %s: %w", p.Dir, err)
	}
	return m, nil
}

// ports is the contract of one graph: every input and output, -1 for sizes
// that may differ from call to call.
type ports struct {
	inputs, outputs []ort.IO
}

func port(name string, shape ...int) ort.IO {
	out := ort.IO{Name: name, Type: ort.Float32}
	for _, d := range shape {
		out.Shape = append(out.Shape, int64(d))
	}
	return out
}

// contract returns what the four graphs of a model must look like. Batch sizes
// may be fixed to 1 or dynamic.
func contract(m *sam2.Model) map[string]ports {
	s, f, q := m.ImageSize, m.ImageSize/16, m.ImageSize/4
	d, mem := m.DModel, m.MemDim
	feat := port("feat", 1, d, f, f)
	hr0, hr1 := port("hr0", 1, m.HighResDims[0], q, q), port("hr1", 1, m.HighResDims[1], 2*f, 2*f)
	return map[string]ports{
		modelpack.GraphEncoder: {
			[]ort.IO{port("image", 1, 3, s, s)},
			[]ort.IO{hr0, hr1, feat},
		},
		modelpack.GraphMemoryAttention: {
			[]ort.IO{feat, port("spat", 1, -1, mem), port("spat_pos", 1, -1, mem), port("ptr", 1, -1, mem), port("ptr_pos", 1, -1, mem)},
			[]ort.IO{port("cond", 1, d, f, f)},
		},
		modelpack.GraphDecoder: {
			[]ort.IO{port("emb", 1, d, f, f), hr0, hr1, port("pts", 1, -1, 2), port("labels", 1, -1), port("prior", 1, 1, q, q), port("has_mask", 1)},
			[]ort.IO{port("masks", 1, 4, q, q), port("iou", 1, 4), port("ptr", 1, 4, d), port("score", 1, 1)},
		},
		modelpack.GraphMemoryEncoder: {
			[]ort.IO{feat, port("mask", 1, 1, s, s), port("score", 1, 1)},
			[]ort.IO{port("mem", 1, m.MemoryTokens, mem)},
		},
	}
}

// check compares a loaded graph with its contract.
func (c ports) check(inputs, outputs []ort.IO) error {
	if err := same("input", c.inputs, inputs); err != nil {
		return err
	}
	return same("output", c.outputs, outputs)
}

func same(kind string, want, have []ort.IO) error {
	byName := map[string]ort.IO{}
	for _, h := range have {
		byName[h.Name] = h
	}
	for _, w := range want {
		h, ok := byName[w.Name]
		if !ok {
			return fmt.Errorf("it has no %s %q", kind, w.Name)
		}
		if h.Type != w.Type || !compatible(w.Shape, h.Shape) {
			return fmt.Errorf("%s %q is %s %v, not %s %v", kind, w.Name, h.Type, h.Shape, w.Type, w.Shape)
		}
	}
	if len(have) != len(want) {
		return fmt.Errorf("it has %d %ss, not %d", len(have), kind, len(want))
	}
	return nil
}

// compatible reports whether a graph's shape admits the wanted one. A wanted
// size of -1 needs a dynamic one.
func compatible(want, have []int64) bool {
	if len(want) != len(have) {
		return false
	}
	for i, w := range want {
		if have[i] >= 0 && have[i] != w {
			return false
		}
	}
	return true
}
