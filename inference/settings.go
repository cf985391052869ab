package inference

import "runtime"

// Settings say how an engine shall work. The zero value is not valid: start
// from DefaultSettings or Preset. What each field means, may hold and is called
// stands in Described; a new setting is a field here, its entry there, and the
// engine that heeds it.
type Settings struct {
	Preset            string // "" is the user's own choice of the values that presets have
	MemoryFrames      int
	Pointers          int
	FillHoles         bool
	Stride            int
	ClearMemoryAround bool
	MaxFrames         int
	ThroughCuts       bool
	Fine              bool
	Threads           int
	Provider          string
	HalfCache         bool
	StrictParity      bool
}

// MaxStride is the largest Settings.Stride. Motion over more frames than this
// says little about where an object is.
const MaxStride = 30

// Kind says which settings an engine has. Its text is its name for the user.
type Kind string

// The kinds of engines.
const (
	Classic Kind = "classic"
	SAM2    Kind = "SAM 2"
)

// PresetInfo names a set of values for the settings that trade speed for quality.
type PresetInfo struct {
	Name string
	Note string // what it costs, as honestly as is known
}

// Presets returns the presets, the default first.
func Presets() []PresetInfo {
	return []PresetInfo{
		{"accurate", "As the model was trained."},
		{"balanced", "Approximate: shorter memory."},
		{"fast", "Approximate: short memory, holes are not filled."},
		{"preview", "Approximate: for a first look; tracks at most 150 frames unless a range is set."},
	}
}

// Described returns every setting in the order in which they are shown. Flags,
// environment defaults, validation, JSON, run records and the settings panel
// all follow from it.
func Described() []Setting {
	sam2 := []Kind{SAM2}
	return []Setting{
		{
			Key: "preset", Label: "Preset", Engines: sam2,
			Help:   "the balance of speed and quality: sets memory, pointers, hole filling and the limit of frames together",
			Values: []any{"accurate", "balanced", "fast", "preview"}, Choices: presetNames(), Optional: true,
			field: func(s *Settings) any { return &s.Preset },
		}, {
			Key: "memory_frames", Label: "Memory frames", Engines: sam2, Low: 1, High: 7,
			Help:   "frames in the memory bank (7 as trained); fewer make Phase 2 faster, Phase 1 costs the same",
			Values: []any{7, 4, 3, 2},
			Env:    []Variable{{"SAM2_MEMORY_BANK_SIZE", Sets}, {"SAM2_MAX_MEM_FRAMES", Limits}},
			field:  func(s *Settings) any { return &s.MemoryFrames },
		}, {
			Key: "pointers", Label: "Pointers", Engines: sam2, Low: 0, High: 16,
			Help:   "object pointers in the memory (16 as trained)",
			Values: []any{16, 4, 3, 2},
			field:  func(s *Settings) any { return &s.Pointers },
		}, {
			Key: "fill_holes", Label: "Fill small holes", Engines: sam2,
			Help:   "fill small holes in masks",
			Values: []any{true, true, false, false},
			Env:    []Variable{{"SAM2_DISABLE_POSTPROC", Clears}},
			field:  func(s *Settings) any { return &s.FillHoles },
		}, {
			Key: "stride", Label: "Stride", Unit: "frames", Engines: sam2, Low: 1, High: MaxStride, Most: 10,
			Help:   "encode and track every nth frame only, optical flow fills in the others: much faster, approximate",
			Values: []any{1},
			field:  func(s *Settings) any { return &s.Stride },
		}, {
			Key: "clear_memory_around", Old: "clear_around", Label: "Clear memory around corrections", Engines: sam2,
			Help:   "a correction drops the memory of the frames around it: for masks that keep coming back",
			Values: []any{false},
			field:  func(s *Settings) any { return &s.ClearMemoryAround },
		}, {
			Key: "max_frames", Label: "Max. frames", Low: 0, High: 1 << 30,
			Help:   "track at most so many frames unless a range is set; 0 means all",
			Values: []any{0, 0, 0, 150},
			Env:    []Variable{{"MAX_VIDEO_FRAMES", Sets}},
			field:  func(s *Settings) any { return &s.MaxFrames },
		}, {
			Key: "through_cuts", Label: "Track through cuts",
			Help:   "objects are followed through the scene cuts that are found; otherwise they stop there",
			Values: []any{false},
			field:  func(s *Settings) any { return &s.ThroughCuts },
		}, {
			Key: "fine", Label: "Finer masks", Engines: []Kind{Classic},
			Help:   "work at a finer size (slower)",
			Values: []any{false},
			field:  func(s *Settings) any { return &s.Fine },
		}, {
			Key: "threads", Label: "Threads", Low: 1, High: 1024, Most: max(2, runtime.NumCPU()),
			Help:   "CPU threads of the engine",
			Values: []any{runtime.NumCPU()},
			field:  func(s *Settings) any { return &s.Threads },
		}, {
			Key: "provider", Label: "Provider", Engines: sam2,
			Help:   "what ONNX Runtime computes on; others than cpu need a library that has them",
			Values: []any{"cpu"}, Choices: []string{"cpu", "cuda", "tensorrt", "coreml", "directml", "openvino"},
			field: func(s *Settings) any { return &s.Provider },
		}, {
			Key: "half_cache", Label: "Half-precision cache", Engines: sam2,
			Help:   "keep encoded frames at half precision: half the memory and disk, not exact",
			Values: []any{false},
			Env:    []Variable{{"SAM2_QUANTIZE", Sets}},
			field:  func(s *Settings) any { return &s.HalfCache },
		}, {
			Key: "strict_parity", Label: "Strict parity", Engines: sam2, Hidden: true,
			Help:   "behave as the reference predictor, its lost corrections included",
			Values: []any{false},
			field:  func(s *Settings) any { return &s.StrictParity },
		},
	}
}
