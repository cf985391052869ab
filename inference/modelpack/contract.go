package modelpack

import (
	"fmt"
	"slices"
)

// contract returns what the graphs of a model of these sizes take and give: the
// one place that says it. A size of -1 differs from call to call.
func (m *Manifest) contract() map[string]Graph {
	s, f, q := m.ImageSize, m.FeatureSize, m.LowResSize
	d, mem := m.DModel, m.MemDim
	feat, hr0, hr1 := port("feat", 1, d, f, f), port("hr0", 1, m.HighResDims[0], q, q), port("hr1", 1, m.HighResDims[1], 2*f, 2*f)
	tokens := func(name string) Port { return port(name, 1, -1, mem) }
	return map[string]Graph{
		GraphEncoder: {
			Inputs:  []Port{port("image", 1, 3, s, s)},
			Outputs: []Port{hr0, hr1, feat},
		},
		GraphMemoryAttention: {
			Inputs:  []Port{feat, tokens("spat"), tokens("spat_pos"), tokens("ptr"), tokens("ptr_pos")},
			Outputs: []Port{port("cond", 1, d, f, f)},
		},
		GraphDecoder: {
			Inputs:  []Port{port("emb", 1, d, f, f), hr0, hr1, port("pts", 1, -1, 2), port("labels", 1, -1), port("prior", 1, 1, q, q), port("has_mask", 1)},
			Outputs: []Port{port("masks", 1, 4, q, q), port("iou", 1, 4), port("ptr", 1, 4, d), port("score", 1, 1)},
		},
		GraphMemoryEncoder: {
			Inputs:  []Port{feat, port("mask", 1, 1, s, s), port("score", 1, 1)},
			Outputs: []Port{port("mem", 1, m.MemoryTokens, mem)},
		},
	}
}

func port(name string, shape ...int) Port { return Port{name, shape} }

func (m *Manifest) validateGraphs(sizes map[string]int64) error {
	for name, want := range m.contract() {
		g, ok := m.Graphs[name]
		if !ok {
			return fmt.Errorf("graph %s is missing", name)
		}
		if _, ok := sizes[g.File]; !ok {
			return fmt.Errorf("graph %s: file %q is not listed", name, g.File)
		}
		if !slices.EqualFunc(g.Inputs, want.Inputs, Port.admits) {
			return fmt.Errorf("graph %s has the inputs %v, not %v", name, g.Inputs, want.Inputs)
		}
		if !slices.EqualFunc(g.Outputs, want.Outputs, Port.admits) {
			return fmt.Errorf("graph %s has the outputs %v, not %v", name, g.Outputs, want.Outputs)
		}
	}
	return nil
}

// admits reports whether tensors of the wanted port are tensors of this one,
// which may leave more sizes open.
func (p Port) admits(want Port) bool {
	return p.Name == want.Name && slices.EqualFunc(p.Shape, want.Shape, func(have, want int) bool { return have == -1 || have == want })
}
