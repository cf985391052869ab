package ckpttest

import (
	"hash/fnv"
	"math"
	"regexp"
	"strings"
)

// Rule makes the values of a tensor from its name and their index.
type Rule struct {
	Kind string  `json:"kind"` // "u": uniform, "n": near normal, "c": constant
	A    float64 `json:"a"`    // mean
	B    float64 `json:"b"`    // scale
}

// Tensor is a tensor of a checkpoint to be written.
type Tensor struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	DType string `json:"dtype"` // "F32", "F16", "BF16" or "I64"
	Rule  Rule   `json:"rule"`
}

// Count returns the number of elements.
func (t Tensor) Count() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Values returns the tensor's values: the same on every machine.
func (t Tensor) Values() []float32 {
	h := fnv.New64a()
	h.Write([]byte(t.Name))
	seed := h.Sum64()
	out := make([]float32, t.Count())
	for i := range out {
		out[i] = t.Rule.value(seed, uint64(i))
	}
	if t.DType == "I64" {
		for i, v := range out {
			out[i] = float32(math.Trunc(float64(v)))
		}
	}
	return out
}

func (r Rule) value(seed, i uint64) float32 {
	var v float64
	switch r.Kind {
	case "u":
		v = uniform(seed + i)
	case "n":
		v = uniform(seed+3*i) + uniform(seed+3*i+1) + uniform(seed+3*i+2)
	}
	// The conversion keeps the compiler from fusing the product and the sum.
	return float32(r.A + float64(r.B*v))
}

// uniform returns a number in [-1, 1) that is exact in float32 (SplitMix64).
func uniform(x uint64) float64 {
	x += 0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>40)/(1<<23) - 1
}

// rules give each kind of tensor values of a size that keeps the signal of a
// network with random weights alive. The first match wins; a rule without a
// fixed scale divides its gain by the square root of the fan-in.
var rules = []struct {
	pattern string
	a, b    float64
	gain    float64
}{
	{pattern: `num_batches_tracked$`, a: 1000},
	{pattern: `running_mean$`, b: 0.1},
	{pattern: `running_var$`, a: 1, b: 0.3},
	{pattern: `\.gamma$`, a: 0.3, b: 0.2},
	{pattern: `latents(_2d)?$`, b: 1},
	{pattern: `pos_embed(_window)?$|^maskmem_tpos_enc$|^no_(mem|obj)_`, b: 0.5},
	{pattern: `pred_obj_score_head\.layers\.2\.bias$`, a: 3.5},
	{pattern: `\.bias$`, b: 0.1},
	{pattern: `(_embed|_token|mask_tokens|point_embeddings\.\d)\.weight$`, b: 0.5},
	{pattern: `[qk]_proj\.weight$`, gain: 1.5},
	{pattern: `\.qkv\.weight$`, gain: 1.4},
	{pattern: `output_hypernetworks_mlps\.\d\.layers\.2\.weight$`, gain: 3},
	{pattern: `iou_prediction_head\.layers\.2\.weight$`, gain: 2.5},
	{pattern: `pred_obj_score_head\.layers\.2\.weight$`, gain: 10},
	{pattern: `mask_downsample\.weight$`, gain: 3},
	{pattern: `\.weight$`, gain: 1},
}

// ruleFor returns the rule for a tensor.
func ruleFor(name string, shape []int) Rule {
	if strings.HasSuffix(name, "gaussian_matrix") {
		return Rule{Kind: "n", B: 1}
	}
	if len(shape) == 1 && strings.HasSuffix(name, ".weight") {
		return Rule{Kind: "u", A: 1, B: 0.2}
	}
	fan := 1
	for _, d := range shape[1:] {
		fan *= d
	}
	for _, r := range rules {
		if !regexp.MustCompile(r.pattern).MatchString(name) {
			continue
		}
		if r.gain > 0 {
			return Rule{Kind: "u", B: r.gain * math.Sqrt(3/float64(fan))}
		}
		return Rule{Kind: "u", A: r.a, B: r.b}
	}
	return Rule{Kind: "u", B: 0.5}
}
