package checkpoint

import "errors"

// Errors that callers test for with errors.Is.
var (
	// ErrFormat: the file is not a checkpoint that this package reads.
	ErrFormat = errors.New("not a checkpoint that Masklet reads")
	// ErrLegacy: a .pt file in PyTorch's format from before version 1.6.
	ErrLegacy = errors.New("in PyTorch's old format (before 1.6), which is not supported; save it again with a current PyTorch")
	// ErrDamaged: the file is truncated or contradicts itself.
	ErrDamaged = errors.New("checkpoint is damaged")
	// ErrUnsafe: the file asks for something that is not a tensor dictionary,
	// such as calling a function.
	ErrUnsafe = errors.New("checkpoint is refused")
	// ErrNoTensor: the file has no tensor of that name.
	ErrNoTensor = errors.New("no such tensor")
)
