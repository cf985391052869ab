package vision

/*
#include "opencv.h"
*/
import "C"

import (
	"fmt"
	"image"
	"math"
)

// FlowPreset is a preset of OpenCV's dense inverse search flow.
type FlowPreset int

// The presets, fastest first.
const (
	FlowUltrafast FlowPreset = iota
	FlowFast
	FlowMedium
)

// FlowOptions tune DIS. Negative numbers keep the preset's value.
type FlowOptions struct {
	Preset        FlowPreset
	FinestScale   int // finest pyramid level on which flow is computed; 0 is the full size
	PatchStride   int // step between patches in pixels (less than the patch size of 8)
	GradientSteps int // descent steps per patch
}

// EngineFlow returns the options with which the classic engine computes its
// per-frame motion: the medium preset down to the full working size.
func EngineFlow() FlowOptions {
	return FlowOptions{Preset: FlowMedium, FinestScale: 0, PatchStride: -1, GradientSteps: -1}
}

// minFlowSide is the shortest side on which DIS can place its patches.
const minFlowSide = 16

// DIS returns the dense motion from image a to image b of the same size.
// Images too small for it (a side below 16 pixels) are said not to move.
//
// Source: Kroeger et al., "Fast Optical Flow using Dense Inverse Search" (2016).
func DIS(a, b Gray, o FlowOptions) (Flow, error) {
	if err := check("first image", a.W, a.H, 1, len(a.Pix)); err != nil {
		return Flow{}, err
	}
	if err := check("second image", b.W, b.H, 1, len(b.Pix)); err != nil {
		return Flow{}, err
	}
	if a.W != b.W || a.H != b.H {
		return Flow{}, fmt.Errorf("%w: flow between %dx%d and %dx%d", ErrSize, a.W, a.H, b.W, b.H)
	}
	out := NewFlow(a.W, a.H)
	if min(a.W, a.H) < minFlowSide {
		return out, nil
	}
	err := call("optical flow", func(e *C.char) C.int {
		return C.vision_dis(bytes(a.Pix), bytes(b.Pix), C.int(a.W), C.int(a.H), C.int(o.Preset),
			C.int(o.FinestScale), C.int(o.PatchStride), C.int(o.GradientSteps), floats(out.V), e)
	})
	return out, err
}

// At reads p bilinearly at (x, y); beyond the border the nearest pixel counts.
func (p Plane) At(x, y float32) float32 {
	x = min(max(x, 0), float32(p.W-1))
	y = min(max(y, 0), float32(p.H-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, p.W-1), min(y0+1, p.H-1)
	u, v := x-float32(x0), y-float32(y0)
	top := p.Pix[y0*p.W+x0]*(1-u) + p.Pix[y0*p.W+x1]*u
	bottom := p.Pix[y1*p.W+x0]*(1-u) + p.Pix[y1*p.W+x1]*u
	return top*(1-v) + bottom*v
}

// At reads the vector at (x, y) bilinearly; beyond the border the nearest counts.
func (f Flow) At(x, y float32) (dx, dy float32) {
	x = min(max(x, 0), float32(f.W-1))
	y = min(max(y, 0), float32(f.H-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, f.W-1), min(y0+1, f.H-1)
	u, v := x-float32(x0), y-float32(y0)
	a, b := 2*(y0*f.W+x0), 2*(y0*f.W+x1)
	c, d := 2*(y1*f.W+x0), 2*(y1*f.W+x1)
	wa, wb, wc, wd := (1-u)*(1-v), u*(1-v), (1-u)*v, u*v
	dx = f.V[a]*wa + f.V[b]*wb + f.V[c]*wc + f.V[d]*wd
	dy = f.V[a+1]*wa + f.V[b+1]*wb + f.V[c+1]*wc + f.V[d+1]*wd
	return dx, dy
}

// FlowConfidence returns, for each pixel of part r of the first image, how well
// the motion f there and the motion b back agree, in 0..1:
// exp(-|f + b(x+f)|² / (1.5 + 0.05·|f|)²). f and b have one size, which holds r.
func FlowConfidence(f, b Flow, r image.Rectangle) Plane {
	out := NewPlane(r.Dx(), r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := 2 * (y*f.W + x)
			u, v := f.V[i], f.V[i+1]
			bu, bv := b.At(float32(x)+u, float32(y)+v)
			scale := 1.5 + 0.05*math.Sqrt(float64(u*u+v*v))
			miss := float64((u+bu)*(u+bu) + (v+bv)*(v+bv))
			out.Pix[(y-r.Min.Y)*out.W+x-r.Min.X] = float32(math.Exp(-miss / (scale * scale)))
		}
	}
	return out
}
