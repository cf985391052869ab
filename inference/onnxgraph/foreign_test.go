package onnxgraph_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/onnxgraph"
)

// TestRecognizeForeign checks that the user is told what they have instead of a
// checkpoint that can be imported.
func TestRecognizeForeign(t *testing.T) {
	const patch = "image_encoder.trunk.patch_embed.proj.weight"
	for _, c := range []struct {
		name string
		want string
	}{
		{"vision_encoder.backbone.patch_embed.projection.weight", "Hugging Face"},
		{"image_encoder.blocks.0.norm1.weight", "first Segment Anything"},
		{"detector.backbone.vision_backbone.trunk.pos_embed", "SAM 3"},
		{"module." + patch, `begin with "module."`},
		{"model.image_encoder.trunk.body.stem.conv2.c.weight", `begin with "model."`},
		{strings.Repeat("x.", 100) + patch, `x.x....`},
		{"layers.0.weight", "neither tensor " + patch},
	} {
		w := newStore(nil)
		w.shapes[c.name] = []int{96, 3, 7, 7}
		w.names = []string{c.name}
		_, err := onnxgraph.Recognize(w)
		if !errors.Is(err, onnxgraph.ErrUnknownModel) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40s: %v, want ErrUnknownModel with %q", c.name, err, c.want)
		}
		if strings.Contains(err.Error(), "\n") || len(err.Error()) > 250 {
			t.Errorf("%.40s: not one short line: %v", c.name, err)
		}
	}
}
