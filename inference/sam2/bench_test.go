package sam2

import (
	"context"
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// fullModel has the sizes of SAM 2.1 at 1024, with zeros for constants.
func fullModel() *Model {
	return &Model{
		ImageSize: 1024, DModel: 256, MemDim: 64, MemoryTokens: 4096, HighResDims: [2]int{32, 64},
		NumMaskmem: 7, MaxPointers: 16, Std: [3]float32{1, 1, 1}, SignedPointerTPos: true,
		NoMem: make([]float32, 256), TPos: make([]float32, 7*64), MemPos: make([]float32, 4096*64), NoObjPtr: make([]float32, 256),
		PtrProjW: make([]float32, 64*256), PtrProjB: make([]float32, 64), MaskDownW: make([]float32, 16),
	}
}

func BenchmarkImageTensor1080p(b *testing.B) {
	m, img := fullModel(), image.NewRGBA(image.Rect(0, 0, 1920, 1080))
	for b.Loop() {
		m.ImageTensor(img)
	}
}

func BenchmarkVideoMask1080p(b *testing.B) {
	low := make([]float32, 256*256)
	for i := range low {
		low[i] = float32(i%97) - 40
	}
	for b.Loop() {
		videoMask(low, 256, 1920, 1080)
	}
}

func BenchmarkMaskInput1080p(b *testing.B) {
	m, mask := fullModel(), annotate.FullMask(1920, 1080)
	for b.Loop() {
		m.maskLow(m.maskInput(mask))
	}
}

func BenchmarkMemoryMask(b *testing.B) {
	m, low := fullModel(), make([]float32, 256*256)
	for b.Loop() {
		m.memoryMask(low, false)
	}
}

func BenchmarkFullBank(b *testing.B) {
	m := fullModel()
	var spatial []spatialEntry
	for row := range 7 {
		spatial = append(spatial, spatialEntry{make([]uint16, 4096*64), row})
	}
	pointers := make([]pointerEntry, 16)
	for i := range pointers {
		pointers[i] = pointerEntry{m.NoObjPtr, i}
	}
	for b.Loop() {
		m.bank(spatial, pointers, 15)
	}
}

func BenchmarkFeatures(b *testing.B) {
	m := fullModel()
	n := m.featureSizes()
	f := &Features{HR0: make([]float32, n[0]), HR1: make([]float32, n[1]), Feat: make([]float32, n[2])}
	for name, half := range map[string]bool{"fp32": false, "fp16": true} {
		b.Run("pack "+name, func(b *testing.B) {
			for b.Loop() {
				packFeatures(f, half)
			}
		})
		data := packFeatures(f, half)
		b.Run("unpack "+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.unpackFeatures(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The cost of the session logic alone: a toy model takes no time.
func BenchmarkTrackedFrame(b *testing.B) {
	r := newRig(b, 1<<20, defaults())
	r.prompt(1, 0, click(20, 20, true))
	p, err := r.s.Propagate(r.request("forward", 1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Next(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
