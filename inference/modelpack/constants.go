package modelpack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// ConstantsName is the name of the file of constants inside a pack.
const ConstantsName = "constants.bin"

// The constants of a pack (d: DModel, m: MemDim, T: MemoryTokens).
const (
	ConstNoMem     = "no_mem"      // [d] added to the features of a frame without memory
	ConstTPos      = "tpos"        // [NumMaskmem,m] time position of memory frames
	ConstMemPos    = "mem_pos"     // [T,m] position of the memory tokens of one frame
	ConstNoObjPtr  = "no_obj_ptr"  // [d] pointer of an object that is not visible
	ConstPtrProjW  = "ptr_proj_w"  // [m,d] pointer time position, SAM 2.1 only
	ConstPtrProjB  = "ptr_proj_b"  // [m]
	ConstMaskDownW = "mask_down_w" // [4,4] convolution, stride 4, that makes a mask prompt low-res
	ConstMaskDownB = "mask_down_b" // [1]
)

// maxConstants bounds constants.bin (a model at 1024 has 1 MB of them).
const maxConstants = 256 << 20

func (m *Manifest) validateConstants(sizes map[string]int64) error {
	size, ok := sizes[ConstantsName]
	if !ok {
		return fmt.Errorf("%s is not listed", ConstantsName)
	}
	if size > maxConstants {
		return fmt.Errorf("%s has %d bytes", ConstantsName, size)
	}
	have := make(map[string]int)
	for _, c := range m.Constants {
		n, err := constantCount(c, size)
		if err != nil {
			return fmt.Errorf("constant %q: %v", c.Name, err)
		}
		if _, dup := have[c.Name]; dup {
			return fmt.Errorf("constant %q is listed twice", c.Name)
		}
		have[c.Name] = n
	}
	for name, want := range m.wantConstants() {
		if got, ok := have[name]; !ok {
			return fmt.Errorf("constant %q is missing", name)
		} else if got != want {
			return fmt.Errorf("constant %q has %d values, not %d", name, got, want)
		}
	}
	return nil
}

func (m *Manifest) wantConstants() map[string]int {
	want := map[string]int{
		ConstNoMem: m.DModel, ConstTPos: m.NumMaskmem * m.MemDim, ConstMemPos: m.MemoryTokens * m.MemDim,
		ConstNoObjPtr: m.DModel, ConstMaskDownW: 16, ConstMaskDownB: 1,
	}
	if m.SignedPointerTPos {
		want[ConstPtrProjW], want[ConstPtrProjB] = m.MemDim*m.DModel, m.MemDim
	}
	return want
}

// constantCount returns the number of values of c, which must lie in a file of
// size bytes.
func constantCount(c Constant, size int64) (int, error) {
	n := int64(1)
	for _, d := range c.Shape {
		if d < 0 || int64(d) > maxConstants {
			return 0, fmt.Errorf("shape %v", c.Shape)
		}
		if n *= int64(d); n > maxConstants {
			return 0, fmt.Errorf("shape %v is too large", c.Shape)
		}
	}
	if c.Offset < 0 || c.Offset%4 != 0 || c.Offset > size-4*n {
		return 0, errors.New("lies outside the file")
	}
	return int(n), nil
}

// Constants reads constants.bin. Keys are the Const names; values are float32
// in C order with the shapes given there.
func (p *Pack) Constants() (map[string][]float32, error) {
	path := filepath.Join(p.Dir, ConstantsName)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	out := make(map[string][]float32, len(p.Manifest.Constants))
	for _, c := range p.Manifest.Constants {
		n, err := constantCount(c, int64(len(data)))
		if err != nil {
			return nil, fmt.Errorf("%w: %s: constant %s %v", ErrDamaged, path, c.Name, err)
		}
		v := make([]float32, n)
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[c.Offset+int64(4*i):]))
		}
		out[c.Name] = v
	}
	return out, nil
}
