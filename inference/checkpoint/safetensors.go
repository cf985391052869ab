package checkpoint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxHeader bounds the JSON header of a .safetensors file; the largest official
// model's has 100 KB.
const maxHeader = 16 << 20

// safeEntry is the header's description of one tensor.
type safeEntry struct {
	DType   string    `json:"dtype"`
	Shape   []int64   `json:"shape"`
	Offsets *[2]int64 `json:"data_offsets"` // in bytes, from the end of the header
}

func (f *File) readSafetensors(size int64) error {
	head := make([]byte, 8)
	if err := f.readFull(head, 0); err != nil {
		return err
	}
	n := binary.LittleEndian.Uint64(head)
	if n > maxHeader {
		return fmt.Errorf("%w: its header claims %d bytes", ErrUnsafe, n)
	}
	if int64(n) > size-8 {
		return fmt.Errorf("%w: its header has %d bytes, but the file ends after %d", ErrDamaged, n, size-8)
	}
	header := make([]byte, n)
	if err := f.readFull(header, 8); err != nil {
		return err
	}
	if err := f.parseSafeHeader(header, 8+int64(n), size); err != nil {
		return err
	}
	return f.checkLayout(8+int64(n), size)
}

// parseSafeHeader adds the tensors of a header whose data lie from byte base to
// byte size of the file.
func (f *File) parseSafeHeader(header []byte, base, size int64) error {
	dec := json.NewDecoder(bytes.NewReader(header))
	bad := func(err error) error {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("%w: its header is not valid JSON near byte %d: %v", ErrDamaged, 8+dec.InputOffset(), err)
	}
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return bad(fmt.Errorf("no object: %v", err))
	}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return bad(err)
		}
		name, _ := tok.(string)
		if name == "__metadata__" {
			var metadata map[string]string
			if err := dec.Decode(&metadata); err != nil {
				return bad(err)
			}
			continue
		}
		var e safeEntry
		if err := dec.Decode(&e); err != nil {
			return bad(fmt.Errorf("tensor %q: %v", name, err))
		}
		if err := f.addSafe(name, e, base, size); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return bad(err)
	}
	if rest := bytes.TrimSpace(header[dec.InputOffset():]); len(rest) > 0 {
		return bad(errors.New("something follows the object"))
	}
	return nil
}

func (f *File) addSafe(name string, e safeEntry, base, size int64) error {
	if _, dup := f.tensors[name]; dup {
		return fmt.Errorf("%w: its header lists tensor %q twice", ErrDamaged, name)
	}
	d := dtype(e.DType)
	if d.size() == 0 {
		return fmt.Errorf("%w: tensor %q has the element type %q", ErrFormat, name, e.DType)
	}
	if e.Offsets == nil || e.Offsets[0] < 0 || e.Offsets[1] < e.Offsets[0] {
		return fmt.Errorf("%w: tensor %q has no usable data_offsets", ErrDamaged, name)
	}
	begin, end := e.Offsets[0], e.Offsets[1]
	if end > size-base {
		return fmt.Errorf("%w: it is truncated: tensor %q ends at byte %d of %d", ErrDamaged, name, end, size-base)
	}
	t, err := newTensor(name, d, &storage{offset: base + begin, size: end - begin}, e.Shape)
	if err != nil {
		return err
	}
	if t.count*d.size() != end-begin {
		return fmt.Errorf("%w: tensor %q of shape %v and type %s has %d bytes", ErrDamaged, name, e.Shape, d, end-begin)
	}
	return f.add(t)
}

// newTensor makes a contiguous tensor that begins with its storage.
func newTensor(name string, d dtype, s *storage, shape []int64) (*tensor, error) {
	t := &tensor{Tensor: Tensor{Name: name, DType: string(d)}, dtype: d, storage: s}
	if len(shape) > maxDims {
		return nil, fmt.Errorf("%w: tensor %q has %d dimensions", ErrDamaged, name, len(shape))
	}
	t.Shape = make([]int, len(shape))
	t.strides = make([]int64, len(shape))
	stride := int64(1)
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] < 0 || shape[i] > maxElements || stride > maxElements {
			return nil, fmt.Errorf("%w: tensor %q has shape %v", ErrDamaged, name, shape)
		}
		t.Shape[i], t.strides[i] = int(shape[i]), stride
		stride *= max(1, shape[i])
	}
	return t, t.place()
}

// checkLayout checks that the tensors cover the data from byte base to byte
// size without gaps and overlaps, as the format demands.
func (f *File) checkLayout(base, size int64) error {
	order := make([]*tensor, 0, len(f.names))
	for _, t := range f.tensors {
		order = append(order, t)
	}
	slices.SortFunc(order, func(a, b *tensor) int {
		return cmp.Or(cmp.Compare(a.storage.offset, b.storage.offset), cmp.Compare(a.storage.size, b.storage.size))
	})
	pos := base
	for _, t := range order {
		if t.storage.offset < pos {
			return fmt.Errorf("%w: tensor %q overlaps another", ErrDamaged, t.Name)
		}
		if t.storage.offset > pos {
			return fmt.Errorf("%w: bytes %d to %d belong to no tensor", ErrDamaged, pos, t.storage.offset)
		}
		pos += t.storage.size
	}
	if pos != size {
		return fmt.Errorf("%w: bytes %d to %d belong to no tensor", ErrDamaged, pos, size)
	}
	return nil
}
