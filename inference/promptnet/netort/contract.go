package netort

import (
	"fmt"
	"slices"

	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/promptnet"
)

// ports are what a graph takes and gives.
type ports struct{ in, out []ort.IO }

// contract is what the graphs must take and give; -1 is a size that changes, or
// that the file does not tell.
var contract = map[string]ports{
	"encode": {
		in:  []ort.IO{port("crop", -1, promptnet.Channels, promptnet.Size, promptnet.Size)},
		out: features(-1),
	},
	"memory": {
		in:  []ort.IO{port("f16", 1, 112, 16, 16), port("mask", 1, 1, promptnet.Size, promptnet.Size), port("recent")},
		out: []ort.IO{port("k", 1, promptnet.TokensOfReference, promptnet.Width), port("v", 1, promptnet.TokensOfReference, promptnet.Width)},
	},
	"decode": {
		in: append(features(-1),
			port("k", 1, -1, promptnet.Width), port("v", 1, -1, promptnet.Width), port("has_memory")),
		out: []ort.IO{port("mask", -1, 1, promptnet.Size, promptnet.Size), port("iou", -1)},
	},
}

func features(n int64) []ort.IO {
	return []ort.IO{port("f2", n, 16, 128, 128), port("f4", n, 24, 64, 64), port("f8", n, 40, 32, 32), port("f16", n, 112, 16, 16)}
}

func port(name string, shape ...int64) ort.IO {
	return ort.IO{Name: name, Type: ort.Float32, Shape: shape}
}

// check compares a graph with the contract.
func (p ports) check(in, out []ort.IO) error {
	for _, side := range []struct {
		what       string
		have, want []ort.IO
	}{{"inputs", in, p.in}, {"outputs", out, p.out}} {
		if len(side.have) != len(side.want) {
			return fmt.Errorf("it has %d %s, not %d", len(side.have), side.what, len(side.want))
		}
		for _, w := range side.want {
			if !slices.ContainsFunc(side.have, func(h ort.IO) bool { return same(h, w) }) {
				return fmt.Errorf("its %s are %v, not %v", side.what, side.have, side.want)
			}
		}
	}
	return nil
}

// same reports whether two ports agree where both tell their sizes.
func same(a, b ort.IO) bool {
	if a.Name != b.Name || a.Type != b.Type || len(a.Shape) != len(b.Shape) {
		return false
	}
	for i, n := range a.Shape {
		if n >= 0 && b.Shape[i] >= 0 && n != b.Shape[i] {
			return false
		}
	}
	return true
}
