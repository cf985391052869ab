package handles

import (
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// Whatever is dragged wherever, the prompt stays one that engines take, and only
// what is held moves.
func TestMovedPromptsAreValid(t *testing.T) {
	const w, h = 64, 48
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 4))
		x0, y0 := r.Float64()*40, r.Float64()*30
		p := annotate.Prompt{
			Points: []annotate.Point{{X: r.Float64() * w, Y: r.Float64() * h, Positive: true}, {X: r.Float64() * w, Y: r.Float64() * h}},
			Box:    &annotate.Box{X0: x0, Y0: y0, X1: x0 + 2 + r.Float64()*20, Y1: y0 + 2 + r.Float64()*15},
		}
		before := *p.Box
		for grip, at := range Of(*p.Box) {
			if g, ok := Hit(annotate.Prompt{Box: p.Box}, at.X, at.Y, 1); !ok || g != grip {
				t.Fatalf("seed %d: at the handle %+v lies %+v", seed, grip, g)
			}
			x, y := r.Float64()*3*w-w, r.Float64()*3*h-h
			m := grip.Moved(p, x, y, w, h)
			if err := m.Validate(w, h); err != nil {
				t.Fatalf("seed %d: %+v to %g, %g: %v", seed, grip, x, y, err)
			}
			if grip.X != 1 && m.Box.X1 != before.X1 || grip.Y != -1 && m.Box.Y0 != before.Y0 || *p.Box != before {
				t.Fatalf("seed %d: another side moved", seed)
			}
		}
		g, ok := Hit(p, p.Points[1].X, p.Points[1].Y, 5)
		if !ok || g.Point != 1 {
			t.Fatalf("seed %d: the later point is not hit first: %+v", seed, g)
		}
		m := g.Moved(p, r.Float64()*3*w-w, r.Float64()*3*h-h, w, h)
		if err := m.Validate(w, h); err != nil || m.Points[0] != p.Points[0] || m.Points[1].Positive {
			t.Fatalf("seed %d: %+v, %v", seed, m.Points, err)
		}
	}
}

func TestNothingIsHitFarAway(t *testing.T) {
	p := annotate.Prompt{Points: []annotate.Point{{X: 5, Y: 5}}, Box: &annotate.Box{X0: 10, Y0: 10, X1: 30, Y1: 30}}
	if g, ok := Hit(p, 20, 20, 5); ok {
		t.Errorf("hit %+v", g)
	}
	if _, ok := Hit(annotate.Prompt{}, 5, 5, 5); ok {
		t.Error("hit something of nothing")
	}
}
