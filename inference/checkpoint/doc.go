// Package checkpoint reads the weights that the publishers of SAM 2 and EdgeTAM
// give away: PyTorch's .pt files and .safetensors files.
//
// It exists so that a labeler needs no Python. A .pt file is a zip that holds a
// pickle, and a pickle is a program; this package has its own reader for it that
// knows only what a dictionary of tensors needs and refuses everything else.
// Nothing in a file is ever executed, every size is checked against the file
// before memory is set aside for it, and tensors are read one by one, so that a
// file much larger than memory can be imported.
//
// Formats: https://pytorch.org/docs/stable/notes/serialization.html,
// https://docs.python.org/3/library/pickletools.html,
// https://github.com/huggingface/safetensors#format.
package checkpoint
