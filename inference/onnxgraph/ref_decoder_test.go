package onnxgraph_test

import (
	"fmt"
	"math"
)

// decoded are the outputs of the decoder for one item.
type decoded struct{ masks, iou, ptr, score []float64 }

// decoder decodes one item. prior is nil if there is no mask prompt.
func (r *refModel) decoder(emb, hr0, hr1 grid, pts, labels []float64, prior *grid) decoded {
	const name = "sam_mask_decoder."
	tokens := mat{1, r.d, r.w(name+"obj_score_token.weight", 1, r.d)}
	tokens = stack(tokens, mat{1, r.d, r.w(name+"iou_token.weight", 1, r.d)})
	tokens = stack(tokens, mat{4, r.d, r.w(name+"mask_tokens.weight", 4, r.d)})
	tokens = stack(tokens, r.points(pts, labels))
	dense := r.maskPrompt(prior, emb.h)
	tokens, image := r.twoWay(tokens, emb.plus(dense).tokens())

	masks := tokens.part(2, 6)
	src := image.toGrid(emb.h, emb.w)
	const up = name + "output_upscaling."
	src = r.norm2D(r.deconv(src, up+"0", r.d/4).plus(hr1), up+"1").each(gelu)
	src = r.deconv(src, up+"3", r.d/8).plus(hr0).each(gelu)
	var out decoded
	for k := range 4 {
		h := r.mlp(masks.part(k, k+1), fmt.Sprintf("%soutput_hypernetworks_mlps.%d", name, k), relu, r.d, r.d, r.d/8)
		for i := range src.h * src.w {
			s := 0.0
			for c := range src.c {
				s += h.v[c] * src.v[c*src.h*src.w+i]
			}
			out.masks = append(out.masks, s)
		}
	}
	out.iou = r.mlp(tokens.part(1, 2), name+"iou_prediction_head", relu, r.d, r.d, 4).each(sigmoid).v
	out.score = r.mlp(tokens.part(0, 1), name+"pred_obj_score_head", relu, r.d, r.d, 1).v
	out.ptr = r.mlp(masks, "obj_ptr_proj", relu, r.d, r.d, r.d).v
	return out
}

// deconv is a transposed convolution, kernel and stride 2.
func (r *refModel) deconv(x grid, name string, out int) grid {
	w := r.w(name+".weight", x.c, out, 2, 2)
	y := newGrid(out, 2*x.h, 2*x.w)
	for o := range out {
		for i := range y.h * y.w {
			ty, tx := i/y.w, i%y.w
			for c := range x.c {
				y.v[o*y.h*y.w+i] += x.at(c, ty/2, tx/2) * w[(c*out+o)*4+ty%2*2+tx%2]
			}
		}
	}
	return y.addBias(r.w(name+".bias", out))
}

// fourier encodes a position in 0..1.
func (r *refModel) fourier(x, y float64, to []float64) {
	g := r.w("sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix", 2, r.d/2)
	for k := range r.d / 2 {
		a := 2 * math.Pi * ((2*x-1)*g[k] + (2*y-1)*g[r.d/2+k])
		to[k], to[r.d/2+k] = math.Sin(a), math.Cos(a)
	}
}

func (r *refModel) points(pts, labels []float64) mat {
	m := newMat(len(labels), r.d)
	for i, label := range labels {
		name := "sam_prompt_encoder.not_a_point_embed.weight"
		if label >= 0 {
			r.fourier((pts[2*i]+0.5)/float64(r.s), (pts[2*i+1]+0.5)/float64(r.s), m.row(i))
			name = fmt.Sprintf("sam_prompt_encoder.point_embeddings.%d.weight", int(label))
		}
		for c, v := range r.w(name, 1, r.d) {
			m.row(i)[c] += v
		}
	}
	return m
}

func (r *refModel) maskPrompt(prior *grid, f int) grid {
	const name = "sam_prompt_encoder."
	if prior == nil {
		return newGrid(r.d, f, f).addBias(r.w(name+"no_mask_embed.weight", 1, r.d))
	}
	const down = name + "mask_downscaling."
	x := r.norm2D(r.conv(*prior, down+"0", 4, 2, 2, 0, 1), down+"1").each(gelu)
	x = r.norm2D(r.conv(x, down+"3", 16, 2, 2, 0, 1), down+"4").each(gelu)
	return r.conv(x, down+"6", r.d, 1, 1, 0, 1)
}

func (r *refModel) twoWay(tokens, image mat) (mat, mat) {
	const name = "sam_mask_decoder.transformer."
	tokenPos, imagePos := tokens, newMat(image.r, r.d)
	f := int(math.Sqrt(float64(image.r)))
	for i := range image.r {
		r.fourier((float64(i%f)+0.5)/float64(f), (float64(i/f)+0.5)/float64(f), imagePos.row(i))
	}
	look := func(name string, q, k, v mat, inner int) mat {
		a := attend(r.linear(q, name+".q_proj", inner), r.linear(k, name+".k_proj", inner), r.linear(v, name+".v_proj", inner), 8)
		return r.linear(a, name+".out_proj", r.d)
	}
	for l := range 2 {
		layer := fmt.Sprintf("%slayers.%d", name, l)
		if l == 0 {
			tokens = look(layer+".self_attn", tokens, tokens, tokens, r.d)
		} else {
			q := tokens.plus(tokenPos)
			tokens = tokens.plus(look(layer+".self_attn", q, q, tokens, r.d))
		}
		tokens = r.norm(tokens, layer+".norm1", 1e-5)
		a := look(layer+".cross_attn_token_to_image", tokens.plus(tokenPos), image.plus(imagePos), image, r.d/2)
		tokens = r.norm(tokens.plus(a), layer+".norm2", 1e-5)
		tokens = r.norm(tokens.plus(r.mlp(tokens, layer+".mlp", relu, r.mlpDim, r.d)), layer+".norm3", 1e-5)
		a = look(layer+".cross_attn_image_to_token", image.plus(imagePos), tokens.plus(tokenPos), tokens, r.d/2)
		image = r.norm(image.plus(a), layer+".norm4", 1e-5)
	}
	a := look(name+"final_attn_token_to_image", tokens.plus(tokenPos), image.plus(imagePos), image, r.d/2)
	return r.norm(tokens.plus(a), name+"norm_final_attn", 1e-5), image
}
