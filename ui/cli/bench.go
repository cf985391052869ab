package cli

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/cli/facts"
	"github.com/masklet/masklet/ui/measure"
	"github.com/masklet/masklet/ui/progress"
)

// benchOptions are the options of `masklet bench`.
type benchOptions struct {
	video           string
	frames, objects int
	asJSON          bool
	versus          string
	pairs           int
	soak            bool
	providers       bool
	engine          *engineFlags
}

func benchCommand(env Env) *cobra.Command {
	var o benchOptions
	cmd := newCommand(`bench -video V [-engine E] [-frames N] [-vs OTHER] [-json]
bench -soak [-video V] [-engine E] [-frames N] [-json]
bench -providers -engine PACK [-json]`, "measure an engine on this machine, two against each other, or the providers of ONNX Runtime")
	fs := cmd.Flags()
	fs.StringVar(&o.video, "video", "", "video `file` or frame folder")
	fs.IntVar(&o.frames, "frames", 0, "frames to use; more than the video has go back and forth (default: all)")
	fs.IntVar(&o.objects, "objects", 1, "objects to track")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	fs.StringVar(&o.versus, "vs", "", "measure this `engine` too, in the same run, and print ratios")
	fs.BoolVar(&o.soak, "soak", false, "print how much memory a long run takes along its frames; without -video on 2,000 drawn frames")
	fs.IntVar(&o.pairs, "pairs", 1, "with -vs: how often both are measured, in turn")
	fs.BoolVar(&o.providers, "providers", false, "measure a model pack with every provider of ONNX Runtime that answers as the CPU does")
	o.engine = addEngineFlags(cmd, env)
	offer(cmd, "vs", env.EngineNames)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case o.soak && o.versus != "":
			return usagef("-soak watches one engine: leave -vs out")
		case o.providers && (o.soak || o.video != ""):
			return usagef("-providers runs the graphs alone: leave -video and -soak out")
		case !o.soak && !o.providers && o.video == "":
			return usagef("-video is required")
		case o.pairs < 1 || o.pairs > 100:
			return usagef("-pairs %d is not from 1 to 100", o.pairs)
		case o.pairs > 1 && o.versus == "":
			return usagef("-pairs needs -vs")
		case o.frames < 0:
			return usagef("-frames %d is negative", o.frames)
		case o.objects < 1 || o.objects > 64:
			return usagef("-objects %d is not from 1 to 64", o.objects)
		}
		return runBench(cmd.Context(), env, o, fs)
	}
	return cmd
}

func runBench(ctx context.Context, env Env, o benchOptions, fs *pflag.FlagSet) error {
	name, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	if o.providers {
		return benchProviders(ctx, env, o, name, settings)
	}
	if o.versus != "" {
		if err := tryEngines(ctx, env, settings, name, o.versus); err != nil {
			return err
		}
		args := o.engine.benchArguments(fs)
		c, err := measure.Compare(ctx, name, o.versus, o.pairs, func(ctx context.Context, engine string) (measure.Report, error) {
			return benchProcess(ctx, env, engine, args(env.EngineKind(engine)))
		})
		if err != nil {
			return err
		}
		if o.asJSON {
			return json.NewEncoder(env.Stdout).Encode(c)
		}
		return facts.PrintComparison(env.Stdout, c)
	}
	p := progress.New(env.Stderr, false, env.Pace)
	defer p.Stop()
	if o.soak {
		return runSoak(ctx, env, o, name, settings, p)
	}
	video, err := openVideo(ctx, o.video, p)
	if err != nil {
		return err
	}
	defer video.Close()
	r, err := measure.Bench(ctx, measure.Benchmark{
		Engine: name, Settings: settings, Frames: o.frames, Objects: o.objects, Open: env.openEngine, Kind: env.EngineKind,
	}, p, video)
	if err != nil {
		return err
	}
	p.Stop()
	r.Video = filepath.Base(o.video)
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	return facts.PrintBench(env.Stdout, r)
}

// tryEngines opens engines, so that a name that is wrong is told before the
// first of them is measured.
func tryEngines(ctx context.Context, env Env, s inference.Settings, names ...string) error {
	for _, name := range names {
		engine, err := env.openEngine(ctx, name, s)
		if err != nil {
			return err
		}
		if err := engine.Close(); err != nil {
			return err
		}
	}
	return nil
}

// benchArguments returns the options that were given for engines of a kind,
// without those that say which engines to compare and how to print.
func (e *engineFlags) benchArguments(fs *pflag.FlagSet) func(inference.Kind) []string {
	return func(kind inference.Kind) (out []string) {
		fs.Visit(func(f *pflag.Flag) {
			switch f.Name {
			case "vs", "pairs", "engine", "json":
				return
			}
			lacks := func(s *settingFlag) bool { return s.Option() == f.Name && !s.Has(kind) }
			if !slices.ContainsFunc(e.settings, lacks) {
				out = append(out, "-"+f.Name+"="+f.Value.String())
			}
		})
		return out
	}
}
