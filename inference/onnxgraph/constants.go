package onnxgraph

// constants returns the arrays of Builder.Constants, to be loaded.
func (b *Builder) constants(g *graph) map[string]tensor {
	d, m := b.cfg.DModel, b.cfg.MemDim
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	pos := table("mem_pos", func() []float32 {
		p := b.cfg.Perceiver
		if p == nil {
			return sineTable(f, m)
		}
		return append(make([]float32, p.Latents*m), sineTable(p.side2D(), m)...)
	}, b.MemoryTokens(), m)
	out := map[string]tensor{
		"no_mem":      g.weight("no_mem_embed", 1, 1, d).shaped(d),
		"tpos":        g.weight("maskmem_tpos_enc", b.cfg.NumMaskmem, 1, 1, m).shaped(b.cfg.NumMaskmem, m),
		"mem_pos":     pos,
		"no_obj_ptr":  g.weight("no_obj_ptr", 1, d).shaped(d),
		"mask_down_w": g.weight("mask_downsample.weight", 1, 1, 4, 4).shaped(4, 4),
		"mask_down_b": g.weight("mask_downsample.bias", 1),
	}
	if b.cfg.ProjectPointerPos {
		out["ptr_proj_w"] = g.weight("obj_ptr_tpos_proj.weight", m, d)
		out["ptr_proj_b"] = g.weight("obj_ptr_tpos_proj.bias", m)
	}
	return out
}
