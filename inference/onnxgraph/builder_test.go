package onnxgraph_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/onnxgraph"
)

// smallStore returns made-up weights of a small model: all tensors that the
// reference asks for, and no other.
func smallStore(r refModel, size int) *refStore {
	r.s, r.store = size, newStore(nil)
	r.encoderCase()
	r.memoryEncoderCase(-1)
	r.attentionCase(1, 1, 1)
	r.decoderCase([]float64{-1, 0, 1, 2, 3}, 0)
	r.decoderCase([]float64{-1}, 1)
	r.hostOnly()
	return r.store
}

// without returns a copy of s that lacks a tensor.
func (s *refStore) without(name string) *refStore {
	c := s.clone()
	delete(c.shapes, name)
	c.names = slices.DeleteFunc(c.names, func(n string) bool { return n == name })
	return c
}

// reshaped returns a copy of s in which a tensor says that it has a shape.
func (s *refStore) reshaped(name string, shape []int) *refStore {
	c := s.clone()
	c.shapes[name] = shape
	return c
}

func (s *refStore) clone() *refStore {
	return &refStore{made: s.made, shapes: maps.Clone(s.shapes), names: slices.Clone(s.names)}
}

// TestRecognizeManifests checks that every model that the golden data has a
// manifest of is recognised with the facts of the manifest.
func TestRecognizeManifests(t *testing.T) {
	root, _ := goldenRoot(t)
	names := map[string]string{
		"nano": "nano", "nano_edgetam": "nano-edgetam", "edgetam": "edgetam",
		"sam2.1_hiera_tiny": "sam2.1-tiny", "sam2.1_hiera_small": "sam2.1-small",
		"sam2.1_hiera_base_plus": "sam2.1-base-plus", "sam2.1_hiera_large": "sam2.1-large",
		"sam2_hiera_tiny": "sam2-tiny",
	}
	files, _ := filepath.Glob(filepath.Join(root, "manifests", "*.json"))
	for _, file := range files {
		model := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(model, func(t *testing.T) { checkManifest(t, file, names[model], modelWeights(t, root, model)) })
	}
}

func checkManifest(t *testing.T, file, name string, w onnxgraph.Weights) {
	cfg, err := onnxgraph.Recognize(w)
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Config struct {
			Family   onnxgraph.Family
			DModel   int  `json:"d_model"`
			MemDim   int  `json:"mem_dim"`
			Maskmem  int  `json:"num_maskmem"`
			Pointers int  `json:"max_obj_ptrs"`
			NoObj    bool `json:"no_obj_embed_spatial"`
			Projects bool `json:"proj_tpos_enc_in_obj_ptrs"`
			Neck     struct {
				Channels []int `json:"channels_high_to_low_level"`
			}
			Backbone struct {
				Blocks []struct {
					Dim    int
					DimOut int `json:"dim_out"`
					Heads  int
					Window int
					Pool   bool `json:"q_pool"`
				}
			}
		}
	}
	readJSON(t, file, &m)
	c := m.Config
	if name != "" && cfg.Name != name {
		t.Errorf("recognised as %s, not %s", cfg.Name, name)
	}
	if cfg.Family != c.Family || cfg.DModel != c.DModel || cfg.MemDim != c.MemDim || cfg.NumMaskmem != c.Maskmem ||
		cfg.MaxPointers != c.Pointers || cfg.NoObjEmbedSpatial != c.NoObj || cfg.ProjectPointerPos != c.Projects ||
		!slices.Equal(cfg.Neck[:], c.Neck.Channels) {
		t.Errorf("config %+v differs from the manifest's %+v", cfg, c)
	}
	if cfg.Hiera == nil {
		return
	}
	for i, b := range c.Backbone.Blocks {
		g := cfg.Hiera.Blocks[i]
		if g.Dim != b.Dim || g.DimOut != b.DimOut || g.Heads != b.Heads || g.Window != b.Window || g.Pool != b.Pool {
			t.Errorf("block %d is %+v, not %+v", i, g, b)
		}
	}
	if len(cfg.Hiera.Blocks) != len(c.Backbone.Blocks) {
		t.Errorf("%d blocks, not %d", len(cfg.Hiera.Blocks), len(c.Backbone.Blocks))
	}
}

// derived are tensors whose first size says how many there are of something.
var derived = map[string]bool{"maskmem_tpos_enc": true, "spatial_perceiver.latents": true}

// TestIncomplete takes every tensor away in turn, and gives every tensor a
// wrong shape: each time the checkpoint is refused and the tensor is named.
func TestIncomplete(t *testing.T) {
	for name, store := range map[string]*refStore{"nano": smallStore(nanoModel(), 32), "edgetam": smallStore(nanoEdgeTAM(), 64)} {
		t.Run(name, func(t *testing.T) {
			if _, err := onnxgraph.Recognize(store); err != nil {
				t.Fatal(err)
			}
			for _, tensor := range store.names {
				wrong := slices.Clone(store.shapes[tensor])
				axis := 0
				if derived[tensor] {
					axis = 1
				}
				wrong[axis] += 7
				for what, w := range map[string]*refStore{"missing": store.without(tensor), "wrong shape": store.reshaped(tensor, wrong)} {
					_, err := onnxgraph.Recognize(w)
					switch {
					case err == nil:
						t.Errorf("%s of %s is not noticed", what, tensor)
					case !errors.Is(err, onnxgraph.ErrIncomplete) && !errors.Is(err, onnxgraph.ErrUnknownModel):
						t.Errorf("%s of %s: %v", what, tensor, err)
					case what == "missing" && !strings.Contains(err.Error(), tensor):
						t.Errorf("the error does not name the missing %s: %v", tensor, err)
					}
				}
			}
		})
	}
}

func TestUnknownModel(t *testing.T) {
	store := smallStore(nanoModel(), 32)
	const patch = "image_encoder.trunk.patch_embed.proj.weight"
	for name, w := range map[string]*refStore{
		"empty":          newStore(nil),
		"other channels": store.reshaped(patch, []int{12, 3, 7, 7}),
		"scalar":         store.reshaped(patch, []int{}),
		"huge model":     store.reshaped("no_mem_embed", []int{1, 1, 65536}),
	} {
		if cfg, err := onnxgraph.Recognize(w); err == nil {
			t.Errorf("%s: recognised as %s", name, cfg.Name)
		}
	}
	more := store.clone()
	more.shapes["image_encoder.trunk.blocks.99.norm1.weight"] = []int{64}
	more.names = append(more.names, "image_encoder.trunk.blocks.99.norm1.weight")
	if _, err := onnxgraph.Recognize(more); !errors.Is(err, onnxgraph.ErrUnknownModel) {
		t.Errorf("a model with too many blocks: %v", err)
	}
}

func TestCheckSize(t *testing.T) {
	sam, edge := onnxgraph.Config{Name: "sam"}, onnxgraph.Config{Name: "edge", Perceiver: &onnxgraph.Perceiver{Latents2D: 256}}
	for _, c := range []struct {
		cfg  onnxgraph.Config
		size int
		ok   bool
	}{
		{sam, 1024, true}, {sam, 768, true}, {sam, 512, true}, {sam, 160, true}, {sam, 32, true},
		{sam, 0, false}, {sam, -32, false}, {sam, 1000, false}, {sam, 16, false}, {sam, 1 << 20, false},
		{edge, 1024, true}, {edge, 512, true}, {edge, 768, true}, {edge, 544, false},
	} {
		err := onnxgraph.CheckSize(c.cfg, c.size)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, onnxgraph.ErrSize) {
			t.Errorf("%s at %d: %v", c.cfg.Name, c.size, err)
		}
	}
}

// TestIO checks the names and shapes that other packages rely on; that the
// graphs have them shows when they run.
func TestIO(t *testing.T) {
	b := newBuilder(t, smallStore(nanoModel(), 32), onnxgraph.Options{ImageSize: 128})
	for g, want := range map[onnxgraph.Graph]string{
		onnxgraph.Encoder:         "image[1 3 128 128] -> hr0[1 8 32 32] hr1[1 16 16 16] feat[1 64 8 8]",
		onnxgraph.MemoryAttention: "feat[-1 64 8 8] spat[-1 -1 16] spat_pos[-1 -1 16] ptr[-1 -1 16] ptr_pos[-1 -1 16] -> cond[-1 64 8 8]",
		onnxgraph.Decoder: "emb[-1 64 8 8] hr0[-1 8 32 32] hr1[-1 16 16 16] pts[-1 -1 2] labels[-1 -1] prior[-1 1 32 32] has_mask[-1]" +
			" -> masks[-1 4 32 32] iou[-1 4] ptr[-1 4 64] score[-1 1]",
		onnxgraph.MemoryEncoder: "feat[-1 64 8 8] mask[-1 1 128 128] score[-1 1] -> mem[-1 64 16]",
	} {
		in, out := b.IO(g)
		if got := describe(in) + " -> " + describe(out); got != want {
			t.Errorf("%s: %s\nwant %s", g, got, want)
		}
	}
	if in, out := b.IO("none"); in != nil || out != nil {
		t.Error("an unknown graph has inputs")
	}
}

func TestWriteTwiceIsTheSame(t *testing.T) {
	b := newBuilder(t, smallStore(nanoEdgeTAM(), 64), onnxgraph.Options{ImageSize: 64})
	for _, g := range onnxgraph.Graphs() {
		var first, second bytes.Buffer
		if err := errors.Join(b.Write(context.Background(), g, &first), b.Write(context.Background(), g, &second)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s differs the second time", g)
		}
	}
}

func TestWriteFails(t *testing.T) {
	store := smallStore(nanoModel(), 32)
	b := newBuilder(t, store, onnxgraph.Options{ImageSize: 32})
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Write(done, onnxgraph.Encoder, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	full := errors.New("disk full")
	if err := b.Write(context.Background(), onnxgraph.Encoder, failing{full}); !errors.Is(err, full) {
		t.Errorf("full disk: %v", err)
	}
	if err := b.Write(context.Background(), "none", io.Discard); err == nil {
		t.Error("an unknown graph was written")
	}
	const broken = "image_encoder.trunk.blocks.2.attn.qkv.weight"
	short := store.clone()
	short.made = maps.Clone(store.made)
	short.made[broken] = short.made[broken][1:]
	b = newBuilder(t, short, onnxgraph.Options{ImageSize: 32})
	if err := b.Write(context.Background(), onnxgraph.Encoder, io.Discard); err == nil || !strings.Contains(err.Error(), broken) {
		t.Errorf("too few values: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// FuzzRecognize changes one shape at a time: whatever a checkpoint claims,
// there is an error or a model, and never a panic.
func FuzzRecognize(f *testing.F) {
	stores := []*refStore{smallStore(nanoModel(), 32), smallStore(nanoEdgeTAM(), 64)}
	f.Add(false, uint16(0), int32(0), int32(0), uint8(0))
	f.Add(true, uint16(3), int32(1<<30), int32(-1), uint8(2))
	f.Add(false, uint16(20), int32(-5), int32(7), uint8(4))
	f.Fuzz(func(t *testing.T, edge bool, pick uint16, a, b int32, rank uint8) {
		s := stores[0]
		if edge {
			s = stores[1]
		}
		shape := []int{int(a), int(b), 1, 3, 3}[:rank%6]
		cfg, err := onnxgraph.Recognize(s.reshaped(s.names[int(pick)%len(s.names)], shape))
		if err == nil && cfg.Name == "" {
			t.Error("a model without a name")
		}
	})
}
