package inference

import (
	"fmt"
	"runtime"
)

// Settings say how an engine shall work. The zero value is not valid: start
// from DefaultSettings or Preset.
type Settings struct {
	Preset       string // "accurate", "balanced", "fast", "preview"
	MemoryFrames int    // memory bank of SAM 2: 1..7 (7 as trained)
	Pointers     int    // object pointers of SAM 2: 0..16 (16 as trained)
	FillHoles    bool   // fill small holes in masks
	MaxFrames    int    // encode and track at most so many frames; 0: all
	Threads      int    // CPU threads of the engine; at least 1
	Provider     string // ONNX Runtime execution provider: "cpu", "cuda", ...
	Fine         bool   // classic: the finer working size (short side 360)
	Stride       int    // sam2: track every nth frame and warp the masks between; 0 and 1: every frame
	ClearAround  bool   // sam2: a correction makes the tracked memory around it forgotten
	StrictParity bool   // sam2: reproduce the reference predictor, flaws included
	HalfCache    bool   // sam2: store cached features as fp16 (half the bytes, not exact)
}

// MaxStride is the largest Settings.Stride. Motion over more frames than this
// says little about where an object is.
const MaxStride = 30

// DefaultSettings returns the preset "accurate" for this machine.
func DefaultSettings() Settings {
	s, _ := Preset("accurate")
	return s
}

// Preset returns the settings of a named preset (see the README's table).
func Preset(name string) (Settings, error) {
	s := Settings{Preset: name, FillHoles: true, Threads: runtime.NumCPU(), Provider: "cpu"}
	switch name {
	case "accurate":
		s.MemoryFrames, s.Pointers = 7, 16
	case "balanced":
		s.MemoryFrames, s.Pointers = 4, 4
	case "fast":
		s.MemoryFrames, s.Pointers, s.FillHoles = 3, 3, false
	case "preview":
		s.MemoryFrames, s.Pointers, s.FillHoles, s.MaxFrames = 2, 2, false, 150
	default:
		return Settings{}, fmt.Errorf("%w: preset %q (have accurate, balanced, fast, preview)", ErrUsage, name)
	}
	return s, nil
}
