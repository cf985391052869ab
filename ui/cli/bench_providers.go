package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/sam2"
	"github.com/masklet/masklet/inference/selftest"
)

// graphed is an engine whose graphs can be run by themselves: a model pack's.
type graphed interface {
	Graphs(inference.Settings) (*sam2.Model, sam2.Graphs, error)
}

// providerReport is the result of `masklet bench -providers -json`.
type providerReport struct {
	Engine    string            `json:"engine"`
	Providers []selftest.Result `json:"providers"`
	Fastest   string            `json:"fastest"`
}

// benchProviders tries the execution providers on a pack and says which one is
// the fastest of those that answer as the CPU does.
func benchProviders(ctx context.Context, env Env, o benchOptions, name string, settings inference.Settings) error {
	engine, err := env.openEngine(ctx, name, settings)
	if err != nil {
		return err
	}
	defer engine.Close()
	model, ok := engine.(graphed)
	if !ok {
		return usagef("-providers measures a model pack, and %s is none: name one with -engine", name)
	}
	results, err := selftest.Providers(ctx, ort.Providers(), func(provider string) (*sam2.Model, sam2.Graphs, error) {
		s := settings
		s.Provider = provider
		return model.Graphs(s)
	})
	if err != nil {
		return err
	}
	r := providerReport{engine.Name(), results, selftest.Fastest(results)}
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	return printProviders(env, r)
}

func printProviders(env Env, r providerReport) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	for _, p := range r.Providers {
		if p.Err != nil {
			fmt.Fprintf(w, "%s\tnot to be used: %s\n", p.Provider, OneLine(p.Err))
			continue
		}
		fmt.Fprintf(w, "%s\t%.3f s a frame, answers as the CPU does\n", p.Provider, p.Seconds)
	}
	fmt.Fprintf(w, "\nThe fastest for %s: -provider %s\n", r.Engine, r.Fastest)
	return w.Flush()
}
