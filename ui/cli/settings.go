package cli

import (
	"flag"
	"slices"
	"strings"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/ort"
)

// engineFlags are the options of every command that runs an engine.
type engineFlags struct {
	fs       *flag.FlagSet
	names    map[string]bool // of these options
	engine   *string
	preset   *string
	memory   *int
	pointers *int
	holes    *bool
	stride   *int
	around   *bool
	threads  *int
	provider *string
	fine     *bool
	half     *bool
	strict   *bool
}

func addEngineFlags(fs *flag.FlagSet) *engineFlags {
	before := map[string]bool{}
	fs.VisitAll(func(fl *flag.Flag) { before[fl.Name] = true })
	f := &engineFlags{
		fs:       fs,
		names:    map[string]bool{},
		engine:   fs.String("engine", "", `engine: "classic" or an installed model (see masklet model list)`),
		preset:   fs.String("preset", "accurate", "accurate, balanced, fast or preview"),
		memory:   fs.Int("memory-frames", 0, "SAM 2: frames in the memory bank, 1 to 7 (7 as trained)"),
		pointers: fs.Int("pointers", 0, "SAM 2: object pointers, 0 to 16 (16 as trained)"),
		holes:    fs.Bool("fill-holes", true, "fill small holes in masks"),
		stride:   fs.Int("stride", 1, "SAM 2: encode and track every nth frame only; optical flow fills in the others"),
		around:   fs.Bool("clear-memory-around", false, "SAM 2: a correction makes what was tracked around it forgotten"),
		threads:  fs.Int("threads", 0, "CPU threads (default: all)"),
		provider: fs.String("provider", "cpu", "SAM 2: cpu, cuda, coreml, directml or openvino"),
		fine:     fs.Bool("fine", false, "classic: work at a finer size (slower)"),
		half:     fs.Bool("half-cache", false, "SAM 2: keep encoded frames at half precision"),
		strict:   fs.Bool("strict-parity", false, "SAM 2: behave as the reference predictor, its lost corrections included"),
	}
	fs.VisitAll(func(fl *flag.Flag) { f.names[fl.Name] = !before[fl.Name] })
	return f
}

// given returns the name of one of these options that was given, or "".
func (f *engineFlags) given() string {
	name := ""
	f.fs.Visit(func(fl *flag.Flag) {
		if f.names[fl.Name] {
			name = fl.Name
		}
	})
	return name
}

// settings joins the preset, the environment and the options, the latter
// winning, and returns the engine's name with them.
func (f *engineFlags) settings(env Env) (engine string, s inference.Settings, err error) {
	s, err = inference.Preset(*f.preset)
	if err == nil {
		s, err = s.WithEnv(env.Getenv)
	}
	if err != nil {
		return "", s, badSetting(err)
	}
	f.fs.Visit(func(fl *flag.Flag) {
		switch fl.Name {
		case "memory-frames":
			s.MemoryFrames = *f.memory
		case "pointers":
			s.Pointers = *f.pointers
		case "fill-holes":
			s.FillHoles = *f.holes
		case "stride":
			s.Stride = *f.stride
		case "clear-memory-around":
			s.ClearAround = *f.around
		case "threads":
			s.Threads = *f.threads
		case "provider":
			s.Provider = *f.provider
		case "fine":
			s.Fine = *f.fine
		case "half-cache":
			s.HalfCache = *f.half
		case "strict-parity":
			s.StrictParity = *f.strict
		}
	})
	if *f.stride < 1 {
		return "", s, usagef("-stride %d: use a number from 1 to %d", *f.stride, inference.MaxStride)
	}
	if err := s.Validate(); err != nil {
		return "", s, badOption(err)
	}
	if known := ort.Providers(); !slices.Contains(known, s.Provider) {
		return "", s, usagef("-provider %q: use one of %s", s.Provider, strings.Join(known, ", "))
	}
	engine = *f.engine
	if engine == "" {
		if engine, err = inference.ModelFromEnv(env.Getenv); err != nil {
			return "", s, badSetting(err)
		}
	}
	if engine == "" {
		engine = classic.Name
	}
	if engine == classic.Name && s.Stride > 1 {
		return "", s, usagef("-stride %d: the engine %s tracks every frame; choose a SAM 2 model with -engine", s.Stride, classic.Name)
	}
	return engine, s, nil
}

// badOption is badSetting for values that only options can have given: it names
// the option.
func badOption(err error) error {
	bad := badSetting(err)
	for _, name := range []string{"memory frames", "pointers", "threads"} {
		if rest, ok := strings.CutPrefix(bad.Error(), name+": "); ok {
			return usagef("-%s %s", strings.ReplaceAll(name, " ", "-"), rest)
		}
	}
	return bad
}

// badSetting returns a mistake in the settings as a usage error, which needs no
// other words than what is wrong with which setting.
func badSetting(err error) error {
	return usagef("%s", strings.TrimPrefix(err.Error(), inference.ErrUsage.Error()+": "))
}

// parseDirection checks the -direction option.
func parseDirection(v string) (inference.Direction, error) {
	switch d := inference.Direction(v); d {
	case inference.Both, inference.Forward, inference.Backward:
		return d, nil
	}
	return "", usagef("-direction %q: use both, forward or backward", v)
}
