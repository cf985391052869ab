package click

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The cut has the least weight of all labellings, on small random graphs where
// all can be tried.
func TestCutIsMinimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		n := 1 + rng.IntN(9)
		var edges []border
		var weight []float32
		for a := range n {
			for b := a + 1; b < n; b++ {
				if rng.IntN(2) == 0 {
					edges = append(edges, border{a: int32(a), b: int32(b)})
					weight = append(weight, float32(rng.IntN(9)))
				}
			}
		}
		unary := make([]float32, n)
		for i := range unary {
			unary[i] = float32(rng.IntN(21) - 10)
		}
		cost := func(in labels) float64 {
			c := 0.0
			for i, u := range unary {
				if in[i] {
					c -= float64(u)
				}
			}
			for i, e := range edges {
				if in[e.a] != in[e.b] {
					c += float64(weight[i])
				}
			}
			return c
		}
		best := math.Inf(1)
		for bits := range 1 << n {
			in := make(labels, n)
			for i := range in {
				in[i] = bits>>i&1 == 1
			}
			best = min(best, cost(in))
		}
		got := cost(newFlowGraph(n, edges).solve(unary, weight))
		if got != best {
			t.Fatalf("cut of weight %v, least is %v: unary %v, edges %v, weights %v", got, best, unary, edges, weight)
		}
	}
}

func TestRegionsArePartition(t *testing.T) {
	p := paintPicture(200, 150, inDisc(100, 70, 40))
	r := prepare(t, p).reg
	area := make([]float32, len(r.area))
	for _, id := range r.of {
		if id < 0 || int(id) >= len(area) {
			t.Fatalf("region %d of %d", id, len(area))
		}
		area[id]++
	}
	for i, a := range area {
		if a != r.area[i] || a == 0 {
			t.Errorf("region %d has %v pixels, says %v", i, a, r.area[i])
		}
	}
	// Regions follow the outline.
	mixed := make([]float32, len(area))
	for i, id := range r.of {
		if p.truth.Pix[i] != 0 {
			mixed[id]++
		}
	}
	var lost, object float32
	for i, m := range mixed {
		lost += min(m, area[i]-m)
		object += m
	}
	if lost > 0.03*object {
		t.Errorf("regions cannot draw the outline: %.0f of %.0f pixels lost", lost, object)
	}
}
