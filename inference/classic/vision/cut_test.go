package vision

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The cut has the least weight of all labellings and, of those, the fewest
// nodes, on small random graphs where all can be tried.
func TestRegionCutIsMinimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		n := 1 + rng.IntN(9)
		var ends []int32
		var weight []float32
		for a := range n {
			for b := a + 1; b < n; b++ {
				if rng.IntN(2) == 0 {
					ends = append(ends, int32(a), int32(b))
					weight = append(weight, float32(rng.IntN(9)))
				}
			}
		}
		unary := make([]float32, n)
		for i := range unary {
			unary[i] = float32(rng.IntN(21) - 10)
		}
		cost := func(in []bool) float64 {
			c := 0.0
			for i, u := range unary {
				if in[i] {
					c -= float64(u)
				}
			}
			for e, w := range weight {
				if in[ends[2*e]] != in[ends[2*e+1]] {
					c += float64(w)
				}
			}
			return c
		}
		count := func(in []bool) (n int) {
			for _, on := range in {
				if on {
					n++
				}
			}
			return n
		}
		best, fewest := math.Inf(1), n
		for bits := range 1 << n {
			in := make([]bool, n)
			for i := range in {
				in[i] = bits>>i&1 == 1
			}
			switch c := cost(in); {
			case c < best:
				best, fewest = c, count(in)
			case c == best:
				fewest = min(fewest, count(in))
			}
		}
		in, err := RegionCut(ends, weight, unary)
		if err != nil {
			t.Fatal(err)
		}
		if got, on := cost(in), count(in); got != best || on != fewest {
			t.Fatalf("cut of weight %v with %d nodes, least is %v with %d: unary %v, ends %v, weights %v", got, on, best, fewest, unary, ends, weight)
		}
	}
	if _, err := RegionCut([]int32{0, 1}, nil, []float32{1, 1}); err == nil {
		t.Error("a cut of an edge without weight")
	}
}
