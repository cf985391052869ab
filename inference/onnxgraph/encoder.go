package onnxgraph

import "fmt"

// stage is the output of one stage of an image encoder: rows of dim channels.
type stage struct {
	rows  val
	dim   int
	order order
}

// defineEncoder: image -> hr0, hr1, feat.
func (b *Builder) defineEncoder(g *graph) {
	size, d := b.opt.ImageSize, b.cfg.DModel
	image := g.input("image", 1, 3, size, size)
	var hr0, hr1, feat val
	if b.cfg.Hiera != nil {
		hr0, hr1, feat = b.hieraNeck(g, b.hiera(g, image))
	} else {
		hr0, hr1, feat = b.repvitNeck(g, b.repvit(g, image))
	}
	g.output("hr0", hr0, 1, b.cfg.HighRes[0], size/4, size/4)
	g.output("hr1", hr1, 1, b.cfg.HighRes[1], size/8, size/8)
	g.output("feat", feat, 1, d, size/16, size/16)
}

// neckConv returns the neck's map for a stage (0: stride 4).
func (b *Builder) neckConv(g *graph, stage int) affine {
	return g.pointwise(fmt.Sprintf("image_encoder.neck.convs.%d.conv", 3-stage), b.cfg.DModel, b.cfg.Neck[3-stage])
}

// highRes returns the map from a stage (0 or 1) to hr0 or hr1. The neck's and
// the decoder's 1x1 convolutions follow each other with nothing in between, so
// they are one.
func (b *Builder) highRes(g *graph, stage int) affine {
	return g.pointwise(fmt.Sprintf("sam_mask_decoder.conv_s%d", stage), b.cfg.HighRes[stage], b.cfg.DModel).
		after(b.neckConv(g, stage))
}

// hieraNeck computes the outputs from the stages of Hiera.
func (b *Builder) hieraNeck(g *graph, stages [4]stage) (hr0, hr1, feat val) {
	g.in("image_encoder.neck")
	var high [2]val
	for i := range high {
		high[i] = g.orderedToMap(g.linear(stages[i].rows, b.highRes(g, i)), b.cfg.HighRes[i], stages[i].order)
	}
	// The rows of stage 2 are in groups of the four cells that one cell of
	// stage 3 covers, in the same order: nearest ×2 is a broadcast.
	d := b.cfg.DModel
	fine := g.reshape(g.linear(stages[2].rows, b.neckConv(g, 2)), -1, 4, d)
	coarse := g.reshape(g.linear(stages[3].rows, b.neckConv(g, 3)), -1, 1, d)
	feat = g.orderedToMap(g.reshape(g.plus(fine, coarse), -1, d), d, stages[2].order)
	return high[0], high[1], feat
}

// orderedToMap brings rows in some order into a map.
func (g *graph) orderedToMap(rows val, channels int, o order) val {
	if inv := o.inverse(); !isIdentity(inv) {
		rows = g.gather(rows, 0, g.longInts(fmt.Sprintf("row-major %d", o.n), inv))
	}
	return g.rowsToMap(rows, channels, o.n)
}
