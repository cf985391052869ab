package checkpoint

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// Limits that no checkpoint in use comes near. They keep a hostile file from
// asking for unbounded work.
const (
	maxTensors  = 1 << 16
	maxDims     = 16
	maxElements = 1 << 30 // of one tensor
	// maxExpanded bounds tensors that repeat the elements of a smaller storage.
	maxExpanded = 1 << 24
)

// Tensor describes one tensor of a checkpoint.
type Tensor struct {
	Name  string
	Shape []int  // empty for a scalar
	DType string // of the file, by its safetensors name: "F32", "F16", "BF16", "I64", ...
}

// File is an open checkpoint. Its methods may be called from several
// goroutines at once; Close ends them all.
type File struct {
	path    string
	r       io.ReaderAt
	closer  io.Closer
	names   []string
	tensors map[string]*tensor
}

// tensor is where the elements of a tensor lie.
type tensor struct {
	Tensor
	dtype   dtype
	storage *storage
	offset  int64   // of the first element in the storage, in elements
	strides []int64 // in elements, one for each dimension
	count   int64   // elements
}

// storage is a run of bytes of the file that tensors share.
type storage struct {
	offset, size int64
	crc          uint32 // 0: the file records none

	check    sync.Once
	checkErr error
}

// Open reads the directory of a checkpoint: .pt (zip) or .safetensors, told
// apart by their first bytes. No tensor is read yet. Errors name the file and
// wrap ErrFormat, ErrLegacy, ErrDamaged, ErrUnsafe or those of the file system.
func Open(path string) (*File, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err // it says what was opened
	}
	info, err := r.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: not a plain file", ErrFormat)
	}
	var f *File
	if err == nil {
		f, err = read(r, info.Size())
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.path, f.closer = path, r
	return f, nil
}

// read reads the directory of a checkpoint of size bytes.
func read(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, tensors: make(map[string]*tensor)}
	kind, err := sniff(r, size)
	if err != nil {
		return nil, err
	}
	switch kind {
	case kindZip:
		err = f.readTorch(size)
	case kindSafetensors:
		err = f.readSafetensors(size)
	}
	if err != nil {
		return nil, err
	}
	if len(f.names) == 0 {
		return nil, fmt.Errorf("%w: it has no tensors", ErrFormat)
	}
	return f, nil
}

// add takes a tensor into the directory. A name that is there already is
// replaced, as in a Python dictionary.
func (f *File) add(t *tensor) error {
	if _, dup := f.tensors[t.Name]; !dup {
		f.names = append(f.names, t.Name)
	}
	if len(f.names) > maxTensors {
		return fmt.Errorf("%w: more than %d tensors", ErrUnsafe, maxTensors)
	}
	f.tensors[t.Name] = t
	return nil
}

// Names returns the names of all tensors in the order of the file. The caller
// must not change it.
func (f *File) Names() []string { return f.names }

// Tensor returns what the file says about a tensor.
func (f *File) Tensor(name string) (Tensor, bool) {
	t, ok := f.tensors[name]
	if !ok {
		return Tensor{}, false
	}
	return t.Tensor, true
}

// Shape returns the shape of a tensor, empty for a scalar.
func (f *File) Shape(name string) ([]int, bool) {
	t, ok := f.tensors[name]
	if !ok {
		return nil, false
	}
	return t.Shape, true
}

// Close closes the file.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}
