package sam2

import (
	"context"
	"image"
	"math"
	"sync"
	"sync/atomic"

	"github.com/masklet/masklet/annotate"
)

// toyModel is a model small enough to compute by hand: S 32, f 2, q 8, d 8, m 2,
// T 4. All constants differ from each other, so that a wrong row or a wrong
// order shows.
func toyModel() *Model {
	m := &Model{
		Name: "toy-32", Key: "toy", ImageSize: 32, DModel: 8, MemDim: 2, MemoryTokens: 4,
		HighResDims: [2]int{1, 2}, NumMaskmem: 7, MaxPointers: 16,
		Mean: [3]float32{0.485, 0.456, 0.406}, Std: [3]float32{0.229, 0.224, 0.225},
		SignedPointerTPos: true, MaskDownB: 0.05,
	}
	seed := uint32(1)
	fill := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			seed = seed*1664525 + 1013904223
			out[i] = float32(seed>>8)/(1<<23) - 1
		}
		return out
	}
	m.NoMem, m.TPos, m.MemPos, m.NoObjPtr = fill(8), fill(14), fill(8), fill(8)
	m.PtrProjW, m.PtrProjB, m.MaskDownW = fill(16), fill(2), fill(16)
	return m
}

// toyGraphs are four small functions with the shapes of the real graphs. Every
// output depends on every input, and memory attention is a real attention, so
// that the order of the bank does not matter but its positions do.
type toyGraphs struct {
	m       *Model
	encoded atomic.Int64
	shift   float32 // added to object scores
	// before, if set, is called before each graph with its name.
	before func(graph string) error
}

func (g *toyGraphs) enter(ctx context.Context, graph string) error {
	if g.before != nil {
		if err := g.before(graph); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (g *toyGraphs) Encode(ctx context.Context, img []float32) (*Features, error) {
	if err := g.enter(ctx, "encoder"); err != nil {
		return nil, err
	}
	g.encoded.Add(1)
	m, s := g.m, g.m.ImageSize
	pool := func(c, cells int) []float32 {
		out := make([]float32, c*cells*cells)
		step := s / cells
		for k := range c {
			for y := range cells {
				for x := range cells {
					v := float32(0)
					for p := range 3 {
						v += img[p*s*s+(y*step+k%step)*s+x*step] * float32(1+k+p)
					}
					out[(k*cells+y)*cells+x] = tanh(v / float32(4+k))
				}
			}
		}
		return out
	}
	return &Features{HR0: pool(m.HighResDims[0], m.lowRes()), HR1: pool(m.HighResDims[1], 2*m.feat()), Feat: pool(m.DModel, m.feat())}, nil
}

func (g *toyGraphs) MemoryAttention(ctx context.Context, feat []float32, b *Bank) ([]float32, error) {
	if err := g.enter(ctx, "memory_attention"); err != nil {
		return nil, err
	}
	m := g.m
	cells := len(feat) / m.DModel
	out := make([]float32, len(feat))
	for at := range cells {
		sum := make([]float64, m.MemDim)
		total := 0.0
		attend := func(val, pos []float32, gain float64) {
			for i := 0; i < len(val); i += m.MemDim {
				dot := 0.0
				for c := range m.MemDim {
					dot += float64(feat[c*cells+at]) * float64(val[i+c]+pos[i+c]) * gain
				}
				w := math.Exp(dot)
				total += w
				for c := range m.MemDim {
					sum[c] += w * float64(val[i+c])
				}
			}
		}
		attend(b.Spat, b.SpatPos, 1)
		attend(b.Ptr, b.PtrPos, 0.7)
		for c := range m.DModel {
			out[c*cells+at] = feat[c*cells+at] + float32(sum[c%m.MemDim]/total)*float32(1+c)/4
		}
	}
	return out, nil
}

func (g *toyGraphs) Decode(ctx context.Context, in DecodeInput) (*DecodeOutput, error) {
	if err := g.enter(ctx, "decoder"); err != nil {
		return nil, err
	}
	m, q := g.m, g.m.lowRes()
	cells, f := len(in.Emb)/m.DModel, m.feat()
	out := &DecodeOutput{Masks: make([]float32, 4*q*q), IoU: make([]float32, 4), Ptr: make([]float32, 4*m.DModel)}
	mean := float32(0)
	for i, v := range in.Emb {
		mean += v * float32(1+i%3) / float32(len(in.Emb))
	}
	for i, v := range in.Prior {
		mean += v * float32(1+i%5) / float32(100*len(in.Prior))
	}
	for k := range 4 {
		for y := range q {
			for x := range q {
				i := y*q + x
				v := 3*in.Emb[(k+1)*cells+(y*f/q)*f+x*f/q] + in.Feat.HR0[i] + in.Feat.HR1[i/4%len(in.Feat.HR1)]
				for n, l := range in.Labels {
					if l < 0 {
						continue
					}
					dx, dy := in.Points[2*n]/4-float32(x), in.Points[2*n+1]/4-float32(y)
					v += (2*l - 1) * 6 * float32(math.Exp(-float64(dx*dx+dy*dy)/8))
				}
				if in.Prior != nil {
					v += 0.3*in.Prior[i] + 0.01
				}
				out.Masks[k*q*q+i] = v + float32(k)/8
			}
		}
		out.IoU[k] = sigmoid(mean + in.Emb[k]*float32(k+1))
		for c := range m.DModel {
			out.Ptr[k*m.DModel+c] = tanh(in.Emb[c*cells] + mean*float32(k+1) + float32(len(in.Labels))/10)
		}
	}
	out.Score = 2*mean + 0.5*float32(len(in.Labels)-2) + g.shift
	return out, nil
}

func (g *toyGraphs) MemoryEncode(ctx context.Context, feat, mask []float32, score float32) ([]float32, error) {
	if err := g.enter(ctx, "memory_encoder"); err != nil {
		return nil, err
	}
	m, s := g.m, g.m.ImageSize
	cells := len(feat) / m.DModel
	out := make([]float32, m.MemoryTokens*m.MemDim)
	for t := range m.MemoryTokens {
		area := float32(0)
		for i := t * s * s / m.MemoryTokens; i < (t+1)*s*s/m.MemoryTokens; i++ {
			area += mask[i] * float32(m.MemoryTokens) / float32(s*s)
		}
		for c := range m.MemDim {
			v := feat[c*cells+t%cells] + area/7
			if score <= 0 {
				v -= 0.5
			}
			out[t*m.MemDim+c] = 2 * tanh(v)
		}
	}
	return out, nil
}

func tanh(v float32) float32 { return float32(math.Tanh(float64(v))) }

// toyVideo is a video of moving blobs.
type toyVideo struct {
	w, h, n int
	mu      sync.Mutex
	read    int
	reverse bool
}

func (v *toyVideo) Len() int         { return v.n }
func (v *toyVideo) Size() (w, h int) { return v.w, v.h }
func (v *toyVideo) Hash() string     { return "toyvideo" }

func (v *toyVideo) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	v.mu.Lock()
	v.read++
	v.mu.Unlock()
	if v.reverse {
		i = v.n - 1 - i
	}
	img := image.NewRGBA(image.Rect(0, 0, v.w, v.h))
	for y := range v.h {
		for x := range v.w {
			p := img.PixOffset(x, y)
			img.Pix[p] = uint8(128 + 100*math.Sin(float64(x+2*i)/9))
			img.Pix[p+1] = uint8(128 + 100*math.Cos(float64(y-i)/7))
			img.Pix[p+2] = uint8(x*3 + y*5 + i*11)
			img.Pix[p+3] = 255
		}
	}
	return img, ctx.Err()
}

// toySource encodes without keeping anything.
type toySource struct {
	g *toyGraphs
	v *toyVideo
}

func (s toySource) Features(ctx context.Context, frame int) (*Features, error) {
	img, err := s.v.Frame(ctx, frame)
	if err != nil {
		return nil, err
	}
	return s.g.Encode(ctx, s.g.m.ImageTensor(img))
}

func click(x, y float64, positive bool) annotate.Prompt {
	return annotate.Prompt{Points: []annotate.Point{{X: x, Y: y, Positive: positive}}}
}

func rectMask(w, h, x0, y0, x1, y1 int) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			b.Set(x, y, true)
		}
	}
	return annotate.MaskFromBitmap(b)
}
