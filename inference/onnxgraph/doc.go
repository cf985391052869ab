// Package onnxgraph builds the four ONNX graphs of a SAM 2.1, SAM 2 or EdgeTAM
// model, and the constants that the host needs beside them, from the tensors
// of an official checkpoint. It is pure Go.
//
// It exists because labelers' machines have no Python, because ready-made
// graphs lack the prior mask, the single-mask output or a dynamic memory, and
// because a builder can choose the operators that ONNX Runtime runs fastest.
//
// Recognize tells the model from names and shapes, NewBuilder describes the
// graphs without reading a tensor, and Builder.Write streams them: the graphs
// of the large model (890 MB) are written with 160 MB of memory.
//
// # What makes the graphs fast
//
// Measured with ONNX Runtime 1.30 on two cores with AVX-512, SAM 2.1 tiny at
// 1024 pixels, full memory bank (7 frames, 16 pointers). CPU seconds are user
// and system time, the best of several runs on a busy machine; memory is the
// largest resident set of a process that runs this graph alone. "Plain" is the
// same model with every attention as MatMul, Softmax, MatMul and the memory's
// values projected before it (Options.Plain). BenchmarkFusedAgainstPlain
// repeats the comparison.
//
//	                  CPU seconds     peak MB
//	                  fused  plain    fused  plain
//	encoder           2.40   2.59       628    777
//	memory_attention  2.86   5.01       318   1320
//	decoder           0.06   0.06       131    123
//	memory_encoder    0.11   0.11       114    111   (no attention: the same graph)
//
// What was tried, and what it gave:
//
//   - com.microsoft.MultiHeadAttention never holds the matrix of queries and
//     keys: that is what takes memory attention from 1320 to 318 MB. By itself
//     it saved no CPU time there (4.2 s with and without it in one run), but
//     a quarter in the encoder's global blocks (83 against 108 ms each).
//   - Using the memory tokens (64 channels) as the values of cross attention
//     and putting their projection behind it, where it merges with the output
//     projection: 2.9 s instead of 4.2 s. It is exact, for the weights of a
//     softmax sum to one.
//   - Single-head windows of Hiera's first stage: MatMul, Softmax, MatMul is a
//     third faster (10 against 16 ms), for nothing has to be transposed. With
//     two heads and more the fused form wins (19 against 25 ms).
//   - Hiera's tokens in nested order: the windows of stages 1 and 2, the pools
//     and the neck's upsampling need no data movement; later windows are one
//     Gather, 1 % of the encoder.
//   - Padding after the projections instead of before them, as the model has
//     it: a fifth less work in these layers at 1024, two fifths at 512.
//   - The neck's and the decoder's 1x1 convolutions for hr0 and hr1 as one map
//     saves 2 GMAC of 146.
//   - LayerNormalization and Gelu as single nodes. The Gelu of ONNX itself
//     takes 2.9 ms where com.microsoft.Gelu takes 1.8, at the same error.
//   - com.microsoft.RotaryEmbedding takes 2 % of memory attention. Rotating
//     halves instead of neighbours, by reordering the projections, was no
//     faster.
//   - Keys without the copy that puts pointers behind frames: the fused
//     operator takes keys and values of different widths only as rows. The
//     copy is 1 %.
//   - EdgeTAM's 1x1 convolutions as matrix products over rows: 0.41 to 0.45 s
//     instead of 0.32 s, for the transposes cost more than they save.
//   - The decoder and the memory encoder work on rows; transposed convolutions
//     and the convolutions of the prior mask are linear maps there.
package onnxgraph
