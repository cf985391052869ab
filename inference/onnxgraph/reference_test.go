package onnxgraph_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/inference/onnxgraph"
	"github.com/masklet/masklet/inference/ort"
)

func nanoModel() refModel {
	return refModel{
		d: 64, m: 16, layers: 4, ffn: 128, mlpDim: 128, noObjSpatial: true, projectsPtr: true,
		embed: 8, heads: 1, posGrid: 7, stages: [4]int{1, 2, 3, 1}, windows: [4]int{8, 4, 14, 7},
		global: map[int]bool{4: true},
	}
}

func nanoEdgeTAM() refModel {
	return refModel{
		d: 64, m: 16, layers: 2, ffn: 128, mlpDim: 128, repDims: [4]int{16, 24, 32, 48}, repDepths: [4]int{1, 2, 3, 1},
		latents: 16, latents2D: 16, latentSide: 4,
	}
}

// TestAgainstReference compares the graphs of small models with made-up
// weights with the naive reference, at input sizes whose feature maps lie
// differently to the windows.
func TestAgainstReference(t *testing.T) {
	old := nanoModel()
	old.noObjSpatial, old.projectsPtr = false, false
	for _, c := range []struct {
		name  string
		model refModel
		sizes []int
	}{
		{"nano", nanoModel(), []int{32, 128, 224, 256}},
		{"sam2-nano", old, []int{96}},
		{"nano-edgetam", nanoEdgeTAM(), []int{64, 128}},
	} {
		for _, size := range c.sizes {
			t.Run(fmt.Sprintf("%s/%d", c.name, size), func(t *testing.T) {
				r := c.model
				r.s, r.store = size, newStore(nil)
				got := checkReference(t, &r, r.store)
				if got != c.name {
					t.Errorf("recognised as %s", got)
				}
			})
		}
	}
}

// TestOfficialModelsAgainstReference does the same for every model that the
// golden data has a manifest of, at a small size: the facts of the reference
// come from the manifest, the package has its own.
func TestOfficialModelsAgainstReference(t *testing.T) {
	root, explicit := goldenRoot(t)
	if !explicit {
		t.Skip("takes minutes: set MASKLET_GOLDEN to run it")
	}
	files, _ := filepath.Glob(filepath.Join(root, "manifests", "*.json"))
	for _, file := range files {
		name := filepath.Base(file[:len(file)-len(".json")])
		t.Run(name, func(t *testing.T) {
			r := manifestModel(t, file)
			w := modelWeights(t, root, name)
			r.store = newStore(w)
			checkReference(t, &r, w)
		})
	}
}

// manifestModel reads the facts about a model from its manifest and chooses a
// small input size.
func manifestModel(t *testing.T, file string) refModel {
	var m struct {
		Config struct {
			DModel int `json:"d_model"`
			MemDim int `json:"mem_dim"`
			Attn   struct {
				Layers int
				FFN    int `json:"ffn_dim"`
			} `json:"memory_attention"`
			Decoder struct {
				MLP int `json:"mlp_dim"`
			}
			NoObj    bool `json:"no_obj_embed_spatial"`
			Projects bool `json:"proj_tpos_enc_in_obj_ptrs"`
			Backbone struct {
				EmbedDim any `json:"embed_dim"`
				Stages   []int
				Depth    []int
				Windows  []int `json:"window_spec"`
				Global   []int `json:"global_att_blocks"`
				PosEmbed []int `json:"pos_embed_bkg"`
				Blocks   []struct{ Heads int }
			}
			Perceiver *struct {
				Latents   int `json:"num_latents"`
				Latents2D int `json:"num_latents_2d"`
			}
		}
	}
	readJSON(t, file, &m)
	c, b := m.Config, m.Config.Backbone
	r := refModel{
		s: 128, d: c.DModel, m: c.MemDim, layers: c.Attn.Layers, ffn: c.Attn.FFN, mlpDim: c.Decoder.MLP,
		noObjSpatial: c.NoObj, projectsPtr: c.Projects, global: map[int]bool{},
	}
	if c.Perceiver != nil {
		r.latents, r.latents2D = c.Perceiver.Latents, c.Perceiver.Latents2D
		r.latentSide = int(math.Sqrt(float64(r.latents2D)))
		r.s = 32 * r.latentSide
		for i, d := range b.EmbedDim.([]any) {
			r.repDims[i], r.repDepths[i] = int(d.(float64)), b.Depth[i]
		}
		return r
	}
	r.embed, r.heads, r.posGrid = int(b.EmbedDim.(float64)), b.Blocks[0].Heads, b.PosEmbed[0]
	copy(r.stages[:], b.Stages)
	copy(r.windows[:], b.Windows)
	for _, i := range b.Global {
		r.global[i] = true
	}
	return r
}

// checkReference compares all four graphs and returns the model's name.
func checkReference(t *testing.T, r *refModel, w onnxgraph.Weights) string {
	cases := append([]refCase{r.encoderCase()}, r.memoryEncoderCase(1), r.memoryEncoderCase(0, -0.5),
		r.attentionCase(1, 1, 0), r.attentionCase(2, 2, 1), r.attentionCase(1, 3, 2),
		r.decoderCase([]float64{-1}, 0), r.decoderCase([]float64{2, 3, 1, -1}, 1), r.decoderCase([]float64{0, 1, -1}, 1, 0))
	r.hostOnly()
	b := newBuilder(t, w, onnxgraph.Options{ImageSize: r.s})
	plain := newBuilder(t, w, onnxgraph.Options{ImageSize: r.s, Plain: true})
	for _, g := range onnxgraph.Graphs() {
		for _, s := range []*ort.Session{session(t, b, g), session(t, plain, g)} {
			for _, c := range cases {
				if c.graph == g {
					c.check(t, s)
				}
			}
		}
	}
	return b.Config().Name
}

// refCase is one call of a graph with what the reference makes of it.
type refCase struct {
	graph onnxgraph.Graph
	in    map[string]ort.Tensor
	want  map[string][]float64
}

func (c refCase) check(t *testing.T, s *ort.Session) {
	t.Helper()
	out, err := s.Run(context.Background(), c.in)
	if err != nil {
		t.Fatalf("%s: %v", c.graph, err)
	}
	if len(out) != len(c.want) {
		t.Errorf("%s has %d outputs, not %d", c.graph, len(out), len(c.want))
	}
	for name, want := range c.want {
		got := out[name].F32
		if len(got) != len(want) {
			t.Errorf("%s %s: %d values, want %d", c.graph, name, len(got), len(want))
			continue
		}
		worst, top := 0.0, 1.0
		for i, v := range want {
			worst = math.Max(worst, math.Abs(v-float64(got[i])))
			top = math.Max(top, math.Abs(v))
		}
		if !(worst <= 5e-5*top) {
			t.Errorf("%s %s differs by %.3g (values up to %.3g)", c.graph, name, worst, top)
		}
	}
}

// random returns an input, for the graph and for the reference.
func random(name string, scale float64, dims ...int) (ort.Tensor, []float64) {
	n, shape := 1, make([]int64, len(dims))
	for i, d := range dims {
		n *= d
		shape[i] = int64(d)
	}
	v := prng{Name: name, Kind: "n", B: scale}.values(n)
	out := make([]float64, n)
	for i, x := range v {
		out[i] = float64(x)
	}
	return ort.Floats(v, shape...), out
}

// gridsOf splits a batch of maps.
func gridsOf(v []float64, c, side int) []grid {
	var out []grid
	for n := c * side * side; len(v) > 0; v = v[n:] {
		out = append(out, grid{c, side, side, v[:n]})
	}
	return out
}

func (r *refModel) encoderCase() refCase {
	in, v := random("image", 1, 1, 3, r.s, r.s)
	hr0, hr1, feat := r.encoder(grid{3, r.s, r.s, v})
	return refCase{onnxgraph.Encoder, map[string]ort.Tensor{"image": in},
		map[string][]float64{"hr0": hr0.v, "hr1": hr1.v, "feat": feat.v}}
}

func (r *refModel) memoryEncoderCase(scores ...float64) refCase {
	b, f := len(scores), r.s/16
	featIn, feat := random("memory feat", 1, b, r.d, f, f)
	maskIn, mask := random("memory mask", 5, b, 1, r.s, r.s)
	scoreIn, _ := random("score", 0, b, 1)
	var mem []float64
	for i, s := range scores {
		scoreIn.F32[i] = float32(s)
		mem = append(mem, r.memoryEncoder(gridsOf(feat, r.d, f)[i], gridsOf(mask, 1, r.s)[i], s).v...)
	}
	return refCase{onnxgraph.MemoryEncoder, map[string]ort.Tensor{"feat": featIn, "mask": maskIn, "score": scoreIn},
		map[string][]float64{"mem": mem}}
}

func (r *refModel) attentionCase(b, frames, pointers int) refCase {
	f := r.s / 16
	per := f * f
	if r.latents > 0 {
		per = r.latents + r.latents2D
	}
	l, p := frames*per, 4*pointers
	in := make(map[string]ort.Tensor)
	batch := func(name string, n int) (out []mat) {
		var v []float64
		in[name], v = random("attention "+name, 1, b, n, r.m)
		for i := range b {
			out = append(out, mat{n, r.m, v[i*n*r.m : (i+1)*n*r.m]})
		}
		return out
	}
	featIn, feat := random("attention feat", 1, b, r.d, f, f)
	in["feat"] = featIn
	spat, spatPos, ptr, ptrPos := batch("spat", l), batch("spat_pos", l), batch("ptr", p), batch("ptr_pos", p)
	var cond []float64
	for i, g := range gridsOf(feat, r.d, f) {
		cond = append(cond, r.memoryAttention(g, spat[i], spatPos[i], ptr[i], ptrPos[i]).v...)
	}
	return refCase{onnxgraph.MemoryAttention, in, map[string][]float64{"cond": cond}}
}

// decoderCase decodes one item per entry of hasMask with the same labels.
func (r *refModel) decoderCase(labels []float64, hasMask ...float32) refCase {
	b, n, f, q := len(hasMask), len(labels), r.s/16, r.s/4
	in := make(map[string]ort.Tensor)
	input := func(name string, scale float64, dims ...int) (v []float64) {
		in[name], v = random("decoder "+name, scale, append([]int{b}, dims...)...)
		return v
	}
	emb, hr0, hr1 := input("emb", 1, r.d, f, f), input("hr0", 1, r.d/8, q, q), input("hr1", 1, r.d/4, 2*f, 2*f)
	pts, prior := input("pts", float64(r.s)/3, n, 2), input("prior", 5, 1, q, q)
	input("labels", 0, n)
	in["has_mask"] = ort.Floats(hasMask, int64(b))
	want := make(map[string][]float64)
	for i, has := range hasMask {
		for k, l := range labels {
			in["labels"].F32[i*n+k] = float32(l)
		}
		var mask *grid
		if has > 0 {
			mask = &gridsOf(prior, 1, q)[i]
		}
		d := r.decoder(gridsOf(emb, r.d, f)[i], gridsOf(hr0, r.d/8, q)[i], gridsOf(hr1, r.d/4, 2*f)[i], pts[2*i*n:2*(i+1)*n], labels, mask)
		want["masks"], want["iou"] = append(want["masks"], d.masks...), append(want["iou"], d.iou...)
		want["ptr"], want["score"] = append(want["ptr"], d.ptr...), append(want["score"], d.score...)
	}
	return refCase{onnxgraph.Decoder, in, want}
}
