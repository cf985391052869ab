// Package sam2 is the video predictor of SAM 2.1 and EdgeTAM: prompts, mask
// decoding, the memory bank and propagation over four neural graphs that it
// sees only through the Graphs interface.
//
// It exists so that the rules which decide about masks are plain Go that can be
// tested against published behaviour without any model: no cgo, no files, no
// runtime. Two layers build on each other:
//
//   - Predictor follows the rules of the reference predictor, call by call; what
//     only a replay of recorded calls needs is with the tests.
//   - Engine and Session implement inference.Engine and inference.Session over
//     a Predictor, with bounded memory and cached features.
//
// Sizes: S is the side of the square input image, f = S/16 the side of the
// feature map, q = S/4 the side of the mask logits, d the channels of features
// and pointers, m the channels of a memory token, T the memory tokens of one
// frame. Tensors are float32 in C order without batch dimension.
//
// Source of the rules: facebookresearch/sam2 at 2b90b9f and
// facebookresearch/EdgeTAM at 9cc44bf (both Apache-2.0).
package sam2
