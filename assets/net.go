package assets

import _ "embed"

//go:embed net/encode.onnx
var netEncode []byte

//go:embed net/memory.onnx
var netMemory []byte

//go:embed net/decode.onnx
var netDecode []byte

//go:embed net/MODEL_CARD.md
var netCard string

// NetGraphs are the graphs of the built-in engine's network in ONNX form. Their
// bytes must not be changed.
type NetGraphs struct{ Encode, Memory, Decode []byte }

// Net returns the network's graphs.
func Net() NetGraphs {
	return NetGraphs{netEncode, netMemory, netDecode}
}

// NetCard returns the network's model card in Markdown: what it does, what it was
// trained on, what it is not for, how good it is.
func NetCard() string { return netCard }
