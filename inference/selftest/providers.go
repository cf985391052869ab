package selftest

import (
	"context"
	"time"

	"github.com/masklet/masklet/inference/sam2"
)

// Open returns a model and its graphs as a provider runs them.
type Open func(provider string) (*sam2.Model, sam2.Graphs, error)

// Result is what came of one provider.
type Result struct {
	Provider string  `json:"provider"`
	Seconds  float64 `json:"seconds,omitempty"` // a tracked frame: all four graphs, once; 0 where there is an Error
	Error    string  `json:"error,omitempty"`   // why it is not to be used
	Err      error   `json:"-"`
}

// runs is how often a frame is measured; the quickest counts.
const runs = 3

// Providers tries providers on the check vectors that the reference, the first of
// them, answers. It fails if the reference does, or if ctx ends.
func Providers(ctx context.Context, names []string, open Open) ([]Result, error) {
	var vectors *Vectors
	var out []Result
	for i, name := range names {
		model, graphs, err := open(name)
		if err == nil && i == 0 {
			vectors, err = Make(ctx, model, graphs)
		}
		if i == 0 && err != nil {
			return nil, err
		}
		r := Result{Provider: name}
		if err == nil {
			err = vectors.Check(ctx, graphs)
		}
		if err == nil {
			r.Seconds, err = vectors.measure(ctx, graphs)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if r.Err = err; err != nil {
			r.Error = err.Error()
		}
		out = append(out, r)
	}
	return out, nil
}

// measure runs the graphs of a tracked frame, which have been run before.
func (v *Vectors) measure(ctx context.Context, g sam2.Graphs) (float64, error) {
	best := time.Duration(0)
	for range runs {
		began := time.Now()
		if err := v.Check(ctx, g); err != nil {
			return 0, err
		}
		if took := time.Since(began); best == 0 || took < best {
			best = took
		}
	}
	return best.Seconds(), nil
}

// Fastest returns the provider to use: the quickest of those that answer as the
// reference does. It is empty if there is none.
func Fastest(results []Result) string {
	name, best := "", 0.0
	for _, r := range results {
		if r.Err == nil && (name == "" || r.Seconds < best) {
			name, best = r.Provider, r.Seconds
		}
	}
	return name
}
