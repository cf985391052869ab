package sam2

import (
	"errors"
	"fmt"
)

// ErrModel is wrapped by errors about a model whose facts do not fit together.
var ErrModel = errors.New("bad model")

// Model holds what the session logic must know of a model besides its graphs.
type Model struct {
	Name string // for example "sam2.1-tiny-1024"
	Key  string // identifies weights and graphs, for cache keys

	ImageSize    int // S, a multiple of 32
	DModel       int // d
	MemDim       int // m; d is a multiple of it
	MemoryTokens int // T
	HighResDims  [2]int
	NumMaskmem   int // frames in the memory bank as trained: 7
	MaxPointers  int // object pointers as trained: 16
	Mean, Std    [3]float32

	// SignedPointerTPos: pointers carry a projected, signed time position (SAM
	// 2.1); otherwise their position is zero (SAM 2.0, EdgeTAM).
	SignedPointerTPos bool

	NoMem     []float32 // [d] added to the features of a frame without memory
	TPos      []float32 // [NumMaskmem, m] time position of memory frames
	MemPos    []float32 // [T, m] position of the memory tokens of one frame
	NoObjPtr  []float32 // [d] pointer of an object that is not visible
	PtrProjW  []float32 // [m, d] projection of the pointers' time position
	PtrProjB  []float32 // [m]
	MaskDownW []float32 // [4, 4] convolution with stride 4 over a mask prompt
	MaskDownB float32
}

func (m *Model) feat() int   { return m.ImageSize / 16 }
func (m *Model) lowRes() int { return m.ImageSize / 4 }

// Validate checks that all sizes are sane and all constants have their lengths.
// Errors wrap ErrModel.
func (m *Model) Validate() error {
	if m.ImageSize < 32 || m.ImageSize > 4096 || m.ImageSize%32 != 0 {
		return fmt.Errorf("%w: input size %d is not a multiple of 32 up to 4096", ErrModel, m.ImageSize)
	}
	if m.DModel < 2 || m.MemDim < 1 || m.DModel%m.MemDim != 0 || m.MemoryTokens < 1 || m.HighResDims[0] < 1 || m.HighResDims[1] < 1 {
		return fmt.Errorf("%w: %d channels, %d memory channels, %d memory tokens, %v high-resolution channels",
			ErrModel, m.DModel, m.MemDim, m.MemoryTokens, m.HighResDims)
	}
	if m.NumMaskmem < 2 || m.MaxPointers < 1 {
		return fmt.Errorf("%w: a memory of %d frames and %d pointers", ErrModel, m.NumMaskmem, m.MaxPointers)
	}
	for c, s := range m.Std {
		if !(s > 0) {
			return fmt.Errorf("%w: standard deviation %g of channel %d", ErrModel, s, c)
		}
	}
	sizes := []struct {
		name       string
		have, want int
	}{
		{"no_mem", len(m.NoMem), m.DModel},
		{"tpos", len(m.TPos), m.NumMaskmem * m.MemDim},
		{"mem_pos", len(m.MemPos), m.MemoryTokens * m.MemDim},
		{"no_obj_ptr", len(m.NoObjPtr), m.DModel},
		{"mask_down_w", len(m.MaskDownW), 16},
	}
	if m.SignedPointerTPos {
		sizes = append(sizes, struct {
			name       string
			have, want int
		}{"ptr_proj_w", len(m.PtrProjW), m.MemDim * m.DModel}, struct {
			name       string
			have, want int
		}{"ptr_proj_b", len(m.PtrProjB), m.MemDim})
	}
	for _, s := range sizes {
		if s.have != s.want {
			return fmt.Errorf("%w: constant %s has %d values, not %d", ErrModel, s.name, s.have, s.want)
		}
	}
	return nil
}
