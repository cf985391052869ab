package checkpoint

import (
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
)

// chunk is how many bytes are read at a time.
const chunk = 1 << 20

// Float32 reads a tensor as float32 in contiguous C order, whatever its type
// and strides in the file. Integers and 64-bit floats are rounded; booleans
// become 0 and 1. A scalar has one value. It allocates the result and, for a
// tensor that is not contiguous, its part of the storage.
func (f *File) Float32(name string) ([]float32, error) {
	t, ok := f.tensors[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w: %q", f.path, ErrNoTensor, name)
	}
	if err := f.verify(t.storage); err != nil {
		return nil, fmt.Errorf("%s: tensor %q: %w", f.path, name, err)
	}
	out := make([]float32, t.count)
	var err error
	if t.contiguous() {
		err = f.readRun(out, t)
	} else {
		err = f.readStrided(out, t)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: read tensor %q: %w", f.path, name, err)
	}
	return out, nil
}

// verify compares a storage with its checksum, once.
func (f *File) verify(s *storage) error {
	s.check.Do(func() {
		if s.crc == 0 {
			return
		}
		sum := crc32.NewIEEE()
		buf := make([]byte, min(chunk, s.size))
		if _, err := io.CopyBuffer(sum, struct{ io.Reader }{io.NewSectionReader(f.r, s.offset, s.size)}, buf); err != nil {
			s.checkErr = err
		} else if sum.Sum32() != s.crc {
			s.checkErr = fmt.Errorf("%w: its checksum is wrong (bytes %d to %d)", ErrDamaged, s.offset, s.offset+s.size)
		}
	})
	return s.checkErr
}

// contiguous reports whether the elements lie in C order without gaps.
func (t *tensor) contiguous() bool {
	want := int64(1)
	for i := len(t.Shape) - 1; i >= 0; i-- {
		if t.Shape[i] != 1 && t.strides[i] != want {
			return false
		}
		want *= int64(t.Shape[i])
	}
	return true
}

// readRun reads a contiguous tensor chunk by chunk.
func (f *File) readRun(out []float32, t *tensor) error {
	es := t.dtype.size()
	pos := t.storage.offset + t.offset*es
	buf := make([]byte, min(chunk, int64(len(out))*es))
	for len(out) > 0 {
		n := min(int64(len(out)), int64(len(buf))/es)
		if err := f.readFull(buf[:n*es], pos); err != nil {
			return err
		}
		t.dtype.convert(out[:n], buf)
		out, pos = out[n:], pos+n*es
	}
	return nil
}

// readStrided reads the part of the storage that the tensor spans and gathers
// its elements.
func (f *File) readStrided(out []float32, t *tensor) error {
	if len(out) == 0 {
		return nil
	}
	es := t.dtype.size()
	span := make([]byte, t.span()*es)
	if err := f.readFull(span, t.storage.offset+t.offset*es); err != nil {
		return err
	}
	index := make([]int, len(t.Shape))
	var pos int64
	for i := range out {
		t.dtype.convert(out[i:i+1], span[pos*es:])
		for d := len(index) - 1; d >= 0; d-- {
			index[d]++
			pos += t.strides[d]
			if index[d] < t.Shape[d] {
				break
			}
			pos -= t.strides[d] * int64(t.Shape[d])
			index[d] = 0
		}
	}
	return nil
}

// span returns how many elements lie from the first to the last one used. The
// tensor must have elements and must have passed place.
func (t *tensor) span() int64 {
	n := int64(1)
	for i, d := range t.Shape {
		n += int64(d-1) * t.strides[i]
	}
	return n
}

func (f *File) readFull(buf []byte, pos int64) error {
	n, err := f.r.ReadAt(buf, pos)
	if n == len(buf) {
		return nil
	}
	if err == io.EOF {
		return fmt.Errorf("%w: it ends at byte %d", ErrDamaged, pos+int64(n))
	}
	return err
}

// place checks a tensor's shape, offset and strides against its storage and
// fills in its count.
func (t *tensor) place() error {
	if len(t.Shape) > maxDims || len(t.strides) != len(t.Shape) {
		return fmt.Errorf("%w: %s has %d dimensions and %d strides", ErrDamaged, t.label(), len(t.Shape), len(t.strides))
	}
	count := int64(1)
	for i, d := range t.Shape {
		if d < 0 || d > maxElements || t.strides[i] < 0 || t.strides[i] > maxElements {
			return fmt.Errorf("%w: %s has shape %v and strides %v", ErrDamaged, t.label(), t.Shape, t.strides)
		}
		if count *= int64(d); count > maxElements {
			return fmt.Errorf("%w: %s of shape %v is too large", ErrUnsafe, t.label(), t.Shape)
		}
	}
	t.count = count
	have := t.storage.size / t.dtype.size()
	if t.offset < 0 || t.offset > have {
		return fmt.Errorf("%w: %s begins at element %d of a storage of %d", ErrDamaged, t.label(), t.offset, have)
	}
	if count == 0 {
		return nil
	}
	if end := t.offset + t.span(); end > have {
		return fmt.Errorf("%w: %s needs %d elements of a storage of %d", ErrDamaged, t.label(), end, have)
	}
	if count > max(have, maxExpanded) {
		return fmt.Errorf("%w: %s repeats a storage of %d elements %d times", ErrUnsafe, t.label(), have, count/have)
	}
	return nil
}

// label names the tensor in messages. While a pickle is read, a tensor has no
// name yet.
func (t *tensor) label() string {
	if t.Name == "" {
		return "a tensor"
	}
	return "tensor " + strconv.Quote(t.Name)
}
