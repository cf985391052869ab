package classic

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/masklet/masklet/inference/promptnet"
)

// colourNet stands for the network's graphs: it finds what has the mean colour
// of the object on the keyframe. A crop's features are its colours.
type colourNet struct {
	encoded atomic.Int64 // crops
	fail    atomic.Bool
}

var errColourNet = errors.New("the network failed")

const cropArea = promptnet.Size * promptnet.Size

func (c *colourNet) ID() string { return "colours" }

func (c *colourNet) Encode(ctx context.Context, crops []float32, n int) (promptnet.Features, error) {
	if c.fail.Load() {
		return promptnet.Features{}, errColourNet
	}
	c.encoded.Add(int64(n))
	f := promptnet.Features{N: n}
	for i := range n {
		f.F16 = append(f.F16, crops[i*promptnet.Channels*cropArea:][:3*cropArea]...)
	}
	return f, ctx.Err()
}

func (c *colourNet) Remember(_ context.Context, f16, mask []float32, _ bool) (promptnet.Memory, error) {
	var sum [3]float32
	n := float32(0)
	for i, m := range mask {
		for ch := range sum {
			sum[ch] += m * f16[ch*cropArea+i]
		}
		n += m
	}
	k := make([]float32, promptnet.TokensOfReference*promptnet.Width)
	for ch := range sum {
		k[ch] = sum[ch] / max(n, 1)
	}
	return promptnet.Memory{K: k, V: k}, nil
}

func (c *colourNet) Decode(_ context.Context, f promptnet.Features, m promptnet.Memory) (logits, iou []float32, err error) {
	if m.Empty() {
		return nil, nil, fmt.Errorf("%w: no memory", errColourNet)
	}
	for i := range f.N {
		pix := f.F16[i*3*cropArea : (i+1)*3*cropArea]
		for k := range cropArea {
			far := float32(0)
			for ch := range 3 {
				d := pix[ch*cropArea+k] - m.K[ch]
				far += d * d
			}
			logits = append(logits, 5-15*far)
		}
		iou = append(iou, 0.9)
	}
	return logits, iou, nil
}

// colourEngine is the engine with a network that goes by colours.
func colourEngine() (*Engine, *colourNet) {
	c := &colourNet{}
	return NewBuiltin(promptnet.New(c)), c
}

// forBothEngines tests what holds with a network and without.
func forBothEngines(t *testing.T, test func(*testing.T, *Engine)) {
	t.Run(Name, func(t *testing.T) { test(t, New()) })
	t.Run(Builtin, func(t *testing.T) {
		e, _ := colourEngine()
		test(t, e)
	})
}
