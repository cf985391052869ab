package ckpttest

import (
	"fmt"
	"slices"
)

// table collects the tensors of a model.
type table struct{ tensors []Tensor }

func (t *table) add(name string, shape ...int) {
	t.tensors = append(t.tensors, Tensor{Name: name, Shape: shape, DType: "F32", Rule: ruleFor(name, shape)})
}

// layer adds a weight and a bias of as many values as the weight has rows.
func (t *table) layer(name string, weight ...int) {
	t.add(name+".weight", weight...)
	t.add(name+".bias", weight[0])
}

func (t *table) attention(name string, inner, query, key int) {
	t.layer(name+".q_proj", inner, query)
	t.layer(name+".k_proj", inner, key)
	t.layer(name+".v_proj", inner, key)
	t.layer(name+".out_proj", query, inner)
}

// mlp adds linear layers of the given widths.
func (t *table) mlp(name string, widths ...int) {
	for i := range len(widths) - 1 {
		t.layer(fmt.Sprintf("%s.layers.%d", name, i), widths[i+1], widths[i])
	}
}

// Nano returns the tensors of a complete SAM 2.1 model that is small enough to
// run anywhere: 64 channels, 16 per memory token and 7 blocks in the encoder.
// Names and shapes follow the official checkpoints.
func Nano() []Tensor {
	const d, m = 64, 16
	t := &table{}
	t.add("maskmem_tpos_enc", 7, 1, 1, m)
	t.add("no_mem_embed", 1, 1, d)
	t.add("no_mem_pos_enc", 1, 1, d)
	t.add("no_obj_ptr", 1, d)
	t.add("no_obj_embed_spatial", 1, m)
	t.encoder(d, 8, []int{1, 2, 3, 1})
	t.layer("mask_downsample", 1, 1, 4, 4)
	t.memoryAttention(d, m, 128)
	t.memoryEncoder(d, m)
	t.promptEncoder(d)
	t.decoder(d, 128)
	t.mlp("obj_ptr_proj", d, d, d, d)
	t.layer("obj_ptr_tpos_proj", m, d)
	return t.tensors
}

func (t *table) encoder(d, dim int, stages []int) {
	trunk := "image_encoder.trunk."
	t.add(trunk+"pos_embed", 1, dim, 7, 7)
	t.add(trunk+"pos_embed_window", 1, dim, 8, 8)
	t.layer(trunk+"patch_embed.proj", dim, 3, 7, 7)
	channels := []int{dim}
	block := 0
	for stage, n := range stages {
		for i := range n {
			out := dim
			if stage > 0 && i == 0 {
				out = 2 * dim
				channels = append(channels, out)
			}
			t.block(fmt.Sprintf("%sblocks.%d", trunk, block), dim, out)
			dim = out
			block++
		}
	}
	slices.Reverse(channels)
	for i, c := range channels {
		t.layer(fmt.Sprintf("image_encoder.neck.convs.%d.conv", i), d, c, 1, 1)
	}
}

func (t *table) block(name string, in, out int) {
	t.layer(name+".norm1", in)
	t.layer(name+".attn.qkv", 3*out, in)
	t.layer(name+".attn.proj", out, out)
	t.layer(name+".norm2", out)
	t.mlp(name+".mlp", out, 4*out, out)
	if in != out {
		t.layer(name+".proj", out, in)
	}
}

func (t *table) memoryAttention(d, m, ffn int) {
	for i := range 4 {
		name := fmt.Sprintf("memory_attention.layers.%d.", i)
		t.attention(name+"self_attn", d, d, d)
		t.attention(name+"cross_attn_image", d, d, m)
		t.layer(name+"linear1", ffn, d)
		t.layer(name+"linear2", d, ffn)
		for n := 1; n <= 3; n++ {
			t.layer(fmt.Sprintf("%snorm%d", name, n), d)
		}
	}
	t.layer("memory_attention.norm", d)
}

func (t *table) memoryEncoder(d, m int) {
	down := "memory_encoder.mask_downsampler.encoder."
	for i, c := range []int{4, 16, 64, 256} {
		t.layer(fmt.Sprintf("%s%d", down, 3*i), c, c/4, 3, 3)
		t.layer(fmt.Sprintf("%s%d", down, 3*i+1), c)
	}
	t.layer(down+"12", d, 256, 1, 1)
	t.layer("memory_encoder.pix_feat_proj", d, d, 1, 1)
	for i := range 2 {
		name := fmt.Sprintf("memory_encoder.fuser.layers.%d.", i)
		t.add(name+"gamma", d)
		t.layer(name+"dwconv", d, 1, 7, 7)
		t.layer(name+"norm", d)
		t.layer(name+"pwconv1", 4*d, d)
		t.layer(name+"pwconv2", d, 4*d)
	}
	t.layer("memory_encoder.out_proj", m, d, 1, 1)
}

func (t *table) promptEncoder(d int) {
	p := "sam_prompt_encoder."
	t.add(p+"pe_layer.positional_encoding_gaussian_matrix", 2, d/2)
	for i := range 4 {
		t.add(fmt.Sprintf("%spoint_embeddings.%d.weight", p, i), 1, d)
	}
	t.add(p+"not_a_point_embed.weight", 1, d)
	t.layer(p+"mask_downscaling.0", 4, 1, 2, 2)
	t.layer(p+"mask_downscaling.1", 4)
	t.layer(p+"mask_downscaling.3", 16, 4, 2, 2)
	t.layer(p+"mask_downscaling.4", 16)
	t.layer(p+"mask_downscaling.6", d, 16, 1, 1)
	t.add(p+"no_mask_embed.weight", 1, d)
}

func (t *table) decoder(d, ffn int) {
	p := "sam_mask_decoder."
	for i := range 2 {
		name := fmt.Sprintf("%stransformer.layers.%d.", p, i)
		t.attention(name+"self_attn", d, d, d)
		t.layer(name+"norm1", d)
		t.attention(name+"cross_attn_token_to_image", d/2, d, d)
		t.layer(name+"norm2", d)
		t.mlp(name+"mlp", d, ffn, d)
		t.layer(name+"norm3", d)
		t.layer(name+"norm4", d)
		t.attention(name+"cross_attn_image_to_token", d/2, d, d)
	}
	t.attention(p+"transformer.final_attn_token_to_image", d/2, d, d)
	t.layer(p+"transformer.norm_final_attn", d)
	t.add(p+"iou_token.weight", 1, d)
	t.add(p+"mask_tokens.weight", 4, d)
	t.add(p+"obj_score_token.weight", 1, d)
	t.upscaling(p, d)
	for i := range 4 {
		t.mlp(fmt.Sprintf("%soutput_hypernetworks_mlps.%d", p, i), d, d, d, d/8)
	}
	t.mlp(p+"iou_prediction_head", d, d, d, 4)
	t.mlp(p+"pred_obj_score_head", d, d, d, 1)
}

// upscaling adds the transposed convolutions, whose weights have the inputs
// first, and the side branches at high resolution.
func (t *table) upscaling(p string, d int) {
	t.add(p+"output_upscaling.0.weight", d, d/4, 2, 2)
	t.add(p+"output_upscaling.0.bias", d/4)
	t.layer(p+"output_upscaling.1", d/4)
	t.add(p+"output_upscaling.3.weight", d/4, d/8, 2, 2)
	t.add(p+"output_upscaling.3.bias", d/8)
	t.layer(p+"conv_s0", d/8, d, 1, 1)
	t.layer(p+"conv_s1", d/4, d, 1, 1)
}
