package measure

import (
	"context"
	"slices"
)

// Comparison is what two engines measured in one run give. Ratios are the first
// by the second, medians of the pairs.
type Comparison struct {
	A     Report `json:"a"`
	B     Report `json:"b"`
	Pairs int    `json:"pairs"`
	Ratio Ratio  `json:"ratio"`
}

// Ratio is one report by another, figure by figure; 0 where the other has none.
type Ratio struct {
	Phase1CPU float64            `json:"phase1_cpu"`
	Phase2CPU float64            `json:"phase2_cpu"`
	Click     float64            `json:"click"`
	PeakRSS   float64            `json:"peak_rss"`
	Graphs    map[string]float64 `json:"graphs"`
}

// Compare measures two engines in pairs A B, A B, ... each by a call of bench,
// which should measure in a process of its own, so that the peak memory is the
// engine's own too.
func Compare(ctx context.Context, a, b string, pairs int, bench func(ctx context.Context, engine string) (Report, error)) (Comparison, error) {
	c := Comparison{Pairs: pairs}
	var all []Ratio
	for i := range pairs {
		ra, err := bench(ctx, a)
		if err != nil {
			return c, err
		}
		rb, err := bench(ctx, b)
		if err != nil {
			return c, err
		}
		if i == 0 {
			c.A, c.B = ra, rb
		}
		all = append(all, ratioOf(ra, rb))
	}
	c.Ratio = medianRatio(all)
	return c, nil
}

func ratioOf(a, b Report) Ratio {
	by := func(x, y float64) float64 {
		if y == 0 {
			return 0
		}
		return x / y
	}
	r := Ratio{
		Phase1CPU: by(a.Phase1.CPUSeconds, b.Phase1.CPUSeconds),
		Phase2CPU: by(a.Phase2.CPUSeconds, b.Phase2.CPUSeconds),
		Click:     by(a.ClickMS, b.ClickMS),
		PeakRSS:   by(a.PeakRSSMB, b.PeakRSSMB),
		Graphs:    map[string]float64{},
	}
	for name, s := range a.Graphs {
		if other, ok := b.Graphs[name]; ok {
			r.Graphs[name] = by(s, other)
		}
	}
	return r
}

func medianRatio(all []Ratio) Ratio {
	median := func(of func(Ratio) float64) float64 {
		var v []float64
		for _, r := range all {
			v = append(v, of(r))
		}
		slices.Sort(v)
		return round3(v[len(v)/2])
	}
	out := Ratio{
		Phase1CPU: median(func(r Ratio) float64 { return r.Phase1CPU }),
		Phase2CPU: median(func(r Ratio) float64 { return r.Phase2CPU }),
		Click:     median(func(r Ratio) float64 { return r.Click }),
		PeakRSS:   median(func(r Ratio) float64 { return r.PeakRSS }),
		Graphs:    map[string]float64{},
	}
	for name := range all[0].Graphs {
		out.Graphs[name] = median(func(r Ratio) float64 { return r.Graphs[name] })
	}
	return out
}
