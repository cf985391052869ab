package promptnet

import (
	"context"
	"errors"
	"slices"
)

const (
	// Size is the side of a crop in its own pixels.
	Size = 256
	// Channels of a crop: R, G, B, clicks on the object, clicks beside it, an
	// earlier mask, a box.
	Channels = 7
	// Width is the length of one key or value of the memory.
	Width = 96
	// TokensOfReference is how many keys and values one reference gives.
	TokensOfReference = 256

	area = Size * Size
)

// ErrInput is wrapped by the errors about what the network cannot be asked.
var ErrInput = errors.New("bad input for the network")

// Features is what the encoder makes of a crop, one tensor a scale.
type Features struct {
	F2  []float32 // 16 x 128 x 128
	F4  []float32 // 24 x 64 x 64
	F8  []float32 // 40 x 32 x 32
	F16 []float32 // 112 x 16 x 16
}

// Memory is what is known of an object from other frames: keys and values of
// its reference crops, T x Width each. It is never changed once it is made. The
// zero Memory knows nothing.
type Memory struct{ K, V []float32 }

// Empty reports whether nothing is remembered.
func (m Memory) Empty() bool { return len(m.K) == 0 }

// Bytes returns how much memory it takes.
func (m Memory) Bytes() int { return 4 * (len(m.K) + len(m.V)) }

// Join returns the memory of several references at once. Their order does not
// matter to the network.
func Join(parts ...Memory) Memory {
	if len(parts) == 1 {
		return parts[0]
	}
	var out Memory
	for _, p := range parts {
		out.K = append(slices.Clip(out.K), p.K...)
		out.V = append(slices.Clip(out.V), p.V...)
	}
	return out
}

// Graphs runs the three graphs of the network, each run on one core. It is safe
// for concurrent use. Tensors are row-major.
type Graphs interface {
	// Encode makes features of a crop, Channels x Size x Size.
	Encode(ctx context.Context, crop []float32) (Features, error)
	// Remember makes the memory of one reference crop of its F16 and its mask
	// (Size x Size, 0..1). recent says that the mask was tracked, not prompted.
	Remember(ctx context.Context, f16, mask []float32, recent bool) (Memory, error)
	// Decode returns the mask logits (Size x Size) and the predicted IoU of a crop
	// with a memory, which may be empty.
	Decode(ctx context.Context, f Features, m Memory) (logits []float32, iou float32, err error)
}
