package packengine

import (
	"fmt"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/sam2"
)

// loadModel reads from a pack what the session logic needs besides the graphs.
func loadModel(p *modelpack.Pack) (*sam2.Model, error) {
	consts, err := p.Constants()
	if err != nil {
		return nil, fmt.Errorf("reading the constants of %s: %w", p.Dir, err)
	}
	man := p.Manifest
	m := &sam2.Model{
		Name: p.Name(), Key: p.ID(),
		ImageSize: man.ImageSize, DModel: man.DModel, MemDim: man.MemDim, MemoryTokens: man.MemoryTokens,
		HighResDims: man.HighResDims, NumMaskmem: man.NumMaskmem, MaxPointers: man.MaxPointers,
		Mean: man.Mean, Std: man.Std, SignedPointerTPos: man.SignedPointerTPos,
		NoMem: consts[modelpack.ConstNoMem], TPos: consts[modelpack.ConstTPos], MemPos: consts[modelpack.ConstMemPos],
		NoObjPtr: consts[modelpack.ConstNoObjPtr],
		PtrProjW: consts[modelpack.ConstPtrProjW], PtrProjB: consts[modelpack.ConstPtrProjB],
		MaskDownW: consts[modelpack.ConstMaskDownW],
	}
	if b := consts[modelpack.ConstMaskDownB]; len(b) == 1 {
		m.MaskDownB = b[0]
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("model pack %s: %w", p.Dir, err)
	}
	return m, nil
}
