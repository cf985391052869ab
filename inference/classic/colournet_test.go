package classic

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

func (c *colourNet) Encode(ctx context.Context, crop []float32) (promptnet.Features, error) {
	if c.fail.Load() {
		return promptnet.Features{}, errColourNet
	}
	c.encoded.Add(1)
	return promptnet.Features{F16: slices.Clone(crop[:3*cropArea])}, ctx.Err()
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

func (c *colourNet) Decode(_ context.Context, f promptnet.Features, m promptnet.Memory) (logits []float32, iou float32, err error) {
	if m.Empty() {
		return nil, 0, fmt.Errorf("%w: no memory", errColourNet)
	}
	for k := range cropArea {
		far := float32(0)
		for ch := range 3 {
			d := f.F16[ch*cropArea+k] - m.K[ch]
			far += d * d
		}
		logits = append(logits, 5-15*far)
	}
	return logits, 0.9, nil
}

// colourEngine is the engine with a network that goes by colours.
func colourEngine() (*Engine, *colourNet) {
	c := &colourNet{}
	return NewBuiltin(promptnet.New(c, 2)), c
}

// forBothEngines tests what holds with a network and without.
func forBothEngines(t *testing.T, test func(*testing.T, *Engine)) {
	t.Run(Name, func(t *testing.T) { test(t, New()) })
	t.Run(Builtin, func(t *testing.T) {
		e, _ := colourEngine()
		test(t, e)
	})
}
