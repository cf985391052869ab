package selftest

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/masklet/masklet/inference/sam2"
)

// ErrWrong is wrapped by the error about a provider that computes something else.
var ErrWrong = errors.New("wrong answers")

// tolerance is how far an output may be from the reference, as the root mean
// square of the difference by that of the reference. Providers that compute in
// half precision or TF32 stay below a third of it, a wrong operator far above.
const tolerance = 0.02

// Vectors are inputs for the four graphs of a model, and what a reference
// answers. Each graph is given what the reference made of those before it, so
// that the graph that is wrong is the one that is named.
type Vectors struct {
	image    []float32
	features *sam2.Features
	bank     *sam2.Bank
	emb      []float32
	click    sam2.DecodeInput
	decoded  *sam2.DecodeOutput
	mask     []float32
	memory   []float32
}

// Make asks a reference, which is the CPU: a disc on a gradient, a click on it,
// and the memory of what comes of the click.
func Make(ctx context.Context, m *sam2.Model, reference sam2.Graphs) (*Vectors, error) {
	v := &Vectors{image: picture(m), mask: disc(m.ImageSize, 10, -10)}
	var err error
	if v.features, err = reference.Encode(ctx, v.image); err != nil {
		return nil, err
	}
	v.click = sam2.DecodeInput{
		Emb: v.features.Feat, Feat: v.features,
		Points: []float32{float32(m.ImageSize) / 2, float32(m.ImageSize) / 2, 0, 0}, Labels: []float32{1, -1},
	}
	if v.decoded, err = reference.Decode(ctx, v.click); err != nil {
		return nil, err
	}
	if v.memory, err = reference.MemoryEncode(ctx, v.features.Feat, v.mask, v.decoded.Score); err != nil {
		return nil, err
	}
	pointer := v.decoded.Ptr[:m.DModel]
	v.bank = &sam2.Bank{Spat: v.memory, SpatPos: m.MemPos, Ptr: pointer, PtrPos: make([]float32, len(pointer))}
	if v.emb, err = reference.MemoryAttention(ctx, v.features.Feat, v.bank); err != nil {
		return nil, err
	}
	return v, nil
}

// Check compares what g answers with the reference. The error names the first
// graph that differs, and wraps ErrWrong, or is that of the graph.
func (v *Vectors) Check(ctx context.Context, g sam2.Graphs) error {
	features, err := g.Encode(ctx, v.image)
	if err != nil {
		return err
	}
	emb, err := g.MemoryAttention(ctx, v.features.Feat, v.bank)
	if err != nil {
		return err
	}
	out, err := g.Decode(ctx, v.click)
	if err != nil {
		return err
	}
	memory, err := g.MemoryEncode(ctx, v.features.Feat, v.mask, v.decoded.Score)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		graph     string
		got, want []float32
	}{
		{"encoder", features.HR0, v.features.HR0}, {"encoder", features.HR1, v.features.HR1}, {"encoder", features.Feat, v.features.Feat},
		{"memory attention", emb, v.emb},
		{"decoder", out.Masks, v.decoded.Masks}, {"decoder", out.IoU, v.decoded.IoU}, {"decoder", out.Ptr, v.decoded.Ptr},
		{"decoder", []float32{out.Score}, []float32{v.decoded.Score}},
		{"memory encoder", memory, v.memory},
	} {
		if d := distance(c.got, c.want); !(d <= tolerance) {
			return fmt.Errorf("%w: the %s is %.3g %% away from the CPU (at most %g %% is allowed)", ErrWrong, c.graph, 100*d, 100*tolerance)
		}
	}
	return nil
}

// distance is the root mean square of the difference by that of want; infinite
// where the sizes differ, NaN where there are values that are no numbers.
func distance(got, want []float32) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	var diff, size float64
	for i, w := range want {
		d := float64(got[i]) - float64(w)
		diff += d * d
		size += float64(w) * float64(w)
	}
	if diff == 0 {
		return 0
	}
	return math.Sqrt(diff / size)
}

// picture is the normalised picture of the disc.
func picture(m *sam2.Model) []float32 {
	s := m.ImageSize
	out := make([]float32, 0, 3*s*s)
	inside := disc(s, 1, 0)
	for c := range 3 {
		for i := range s * s {
			x, y := float32(i%s)/float32(s), float32(i/s)/float32(s)
			v := []float32{x, y, 0.35}[c]*(1-inside[i]) + []float32{0.9, 0.25, 0.15}[c]*inside[i]
			out = append(out, (v-m.Mean[c])/m.Std[c])
		}
	}
	return out
}

// disc is a plane of s x s values: in inside a disc in the middle, out around it.
func disc(s int, in, out float32) []float32 {
	plane := make([]float32, s*s)
	for i := range plane {
		plane[i] = out
		if x, y := i%s-s/2, i/s-s/2; 16*(x*x+y*y) < s*s {
			plane[i] = in
		}
	}
	return plane
}
