package sam2

// entry is a stored output together with how the frame refers to it.
type spatialEntry struct {
	mem []uint16 // T x m, bfloat16
	row int
}

type pointerEntry struct {
	ptr   []float32
	delta int
}

// bank lays out the tensors of memory attention: keys are memory + position of
// the token + position of the frame in time; values are the memory alone.
func (m *Model) bank(spatial []spatialEntry, pointers []pointerEntry, norm int) *Bank {
	per := m.MemoryTokens * m.MemDim
	b := &Bank{
		Spat:    make([]float32, len(spatial)*per),
		SpatPos: make([]float32, len(spatial)*per),
	}
	for i, e := range spatial {
		row := m.TPos[e.row*m.MemDim:][:m.MemDim]
		val, pos := b.Spat[i*per:][:per], b.SpatPos[i*per:][:per]
		for j, v := range e.mem {
			val[j] = fromBF16(v)
		}
		for j, v := range m.MemPos {
			pos[j] = v + row[j%m.MemDim]
		}
	}
	for _, e := range pointers {
		b.Ptr = append(b.Ptr, e.ptr...)
		b.PtrPos = append(b.PtrPos, m.pointerPos(e.delta, norm)...)
	}
	return b
}

// pointerPos is the position of a pointer's d/m tokens, one after the other:
// zeros, or with signed positions the projected sine code of delta/norm, which
// is not clamped and may exceed 1.
func (m *Model) pointerPos(delta, norm int) []float32 {
	out := make([]float32, m.DModel)
	if !m.SignedPointerTPos {
		return out
	}
	code := sine1D(float32(delta)/float32(max(norm, 1)), m.DModel)
	for o := range m.MemDim {
		sum := float64(0)
		for i, w := range m.PtrProjW[o*m.DModel:][:m.DModel] {
			sum += float64(w) * float64(code[i])
		}
		v := float32(sum + float64(m.PtrProjB[o]))
		for k := o; k < m.DModel; k += m.MemDim {
			out[k] = v
		}
	}
	return out
}
