package sam2

import "context"

// Graphs runs the four graphs of a model on one item at a time. Inputs are not
// changed; outputs belong to the caller. A call whose context ends returns the
// context's error soon. It is safe for concurrent use.
type Graphs interface {
	// Encode turns an image (3 x S x S, normalised) into features.
	Encode(ctx context.Context, image []float32) (*Features, error)
	// MemoryAttention conditions feat (d x f x f) on a memory bank and returns
	// the embedding for the decoder, of the same shape.
	MemoryAttention(ctx context.Context, feat []float32, bank *Bank) ([]float32, error)
	// Decode predicts masks.
	Decode(ctx context.Context, in DecodeInput) (*DecodeOutput, error)
	// MemoryEncode returns the memory (T x m) of a frame: feat is d x f x f,
	// mask S x S (already scaled to -10..10), score the object score.
	MemoryEncode(ctx context.Context, feat, mask []float32, score float32) ([]float32, error)
}

// Features are the encoder's outputs for one frame.
type Features struct {
	HR0  []float32 // HighResDims[0] x q x q
	HR1  []float32 // HighResDims[1] x 2f x 2f
	Feat []float32 // d x f x f
}

// Bank is the memory that a frame attends to: F frames and P pointers.
type Bank struct {
	Spat    []float32 // F*T x m
	SpatPos []float32 // F*T x m
	Ptr     []float32 // P*d/m x m, may be empty
	PtrPos  []float32 // P*d/m x m
}

// DecodeInput is the decoder's input.
type DecodeInput struct {
	Emb    []float32 // d x f x f
	Feat   *Features // only HR0 and HR1 are used
	Points []float32 // N x 2, x and y in pixels of the S x S image
	Labels []float32 // N: 1 positive, 0 negative, 2 and 3 box corners, -1 padding
	Prior  []float32 // q x q logits of an earlier mask, nil for none
}

// DecodeOutput is the decoder's output, before any choice between the masks.
type DecodeOutput struct {
	Masks []float32 // 4 x q x q logits
	IoU   []float32 // 4, predicted
	Ptr   []float32 // 4 x d
	Score float32   // object score, above 0 visible
}
