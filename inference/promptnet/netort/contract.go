package netort

import (
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/promptnet"
)

// ports are what a graph takes and gives.
type ports struct{ in, out []ort.IO }

// contract is what the graphs must take and give; -1 is a size that changes, or
// that the file does not tell.
var contract = map[string]ports{
	"encode": {
		in:  []ort.IO{port("crop", 1, promptnet.Channels, promptnet.Size, promptnet.Size)},
		out: features(),
	},
	"memory": {
		in:  []ort.IO{port("f16", 1, 112, 16, 16), port("mask", 1, 1, promptnet.Size, promptnet.Size), port("recent")},
		out: []ort.IO{port("k", 1, promptnet.TokensOfReference, promptnet.Width), port("v", 1, promptnet.TokensOfReference, promptnet.Width)},
	},
	"decode": {
		in: append(features(),
			port("k", 1, -1, promptnet.Width), port("v", 1, -1, promptnet.Width), port("has_memory")),
		out: []ort.IO{port("mask", 1, 1, promptnet.Size, promptnet.Size), port("iou", 1)},
	},
}

func features() []ort.IO {
	return []ort.IO{port("f2", 1, 16, 128, 128), port("f4", 1, 24, 64, 64), port("f8", 1, 40, 32, 32), port("f16", 1, 112, 16, 16)}
}

func port(name string, shape ...int64) ort.IO {
	return ort.IO{Name: name, Shape: shape}
}
