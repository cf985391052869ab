package checkpoint

import (
	"fmt"
	"strings"
)

// storageTypes are the globals that name PyTorch's element types.
var storageTypes = map[string]dtype{
	"DoubleStorage": f64, "FloatStorage": f32, "HalfStorage": f16, "BFloat16Storage": bf16,
	"LongStorage": i64, "IntStorage": i32, "ShortStorage": i16, "CharStorage": i8, "ByteStorage": u8, "BoolStorage": bool8,
}

// The functions that a dictionary of tensors is made with.
var (
	orderedDict      = global{"collections", "OrderedDict"}
	rebuildTensor    = global{"torch._utils", "_rebuild_tensor_v2"}
	rebuildParameter = global{"torch._utils", "_rebuild_parameter"}
)

// allowed reports whether a pickle may name g. Everything else is refused.
func allowed(g global) bool {
	if g == orderedDict || g == rebuildTensor || g == rebuildParameter {
		return true
	}
	_, ok := storageTypes[g.name]
	return ok && g.module == "torch"
}

// torchLoader resolves what a pickle made by torch.save refers to.
type torchLoader struct {
	prefix   string // of all entries of the zip, with the slash
	entries  map[string]*zipEntry
	storages map[string]*typedStorage
}

type typedStorage struct {
	storage
	dtype dtype
}

// readTorch reads the directory of a .pt file: a zip with the pickle data.pkl
// and one entry data/N for each storage.
func (f *File) readTorch(size int64) error {
	entries, err := readZip(f.r, size)
	if err != nil {
		return err
	}
	l := &torchLoader{entries: entries, storages: make(map[string]*typedStorage)}
	pickle, err := l.findPickle()
	if err != nil {
		return err
	}
	if err := l.checkByteOrder(f); err != nil {
		return err
	}
	data := make([]byte, pickle.size)
	if err := f.readFull(data, pickle.offset); err != nil {
		return err
	}
	s := &storage{offset: pickle.offset, size: pickle.size, crc: pickle.crc}
	if err := f.verify(s); err != nil {
		return fmt.Errorf("%s: %w", pickle.name, err)
	}
	root, err := unpickle(data, l)
	if err != nil {
		return fmt.Errorf("%s: %w", pickle.name, err)
	}
	return f.addState(root)
}

// findPickle finds data.pkl, whose folder is the prefix of all entries.
func (l *torchLoader) findPickle() (*zipEntry, error) {
	var found *zipEntry
	for name, e := range l.entries {
		if name != "data.pkl" && !strings.HasSuffix(name, "/data.pkl") || strings.Count(name, "/") > 1 {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("%w: it has more than one data.pkl", ErrDamaged)
		}
		found = e
	}
	if found == nil {
		return nil, fmt.Errorf("%w: it is a zip without data.pkl, so torch.save did not make it", ErrFormat)
	}
	if found.compressed {
		return nil, fmt.Errorf("%w: it was compressed again after torch.save made it; use the original file", ErrFormat)
	}
	if found.size > maxPickle {
		return nil, fmt.Errorf("%w: its pickle has %d bytes", ErrUnsafe, found.size)
	}
	l.prefix = strings.TrimSuffix(found.name, "data.pkl")
	return found, nil
}

// checkByteOrder refuses files from big-endian machines, which newer versions
// of PyTorch mark.
func (l *torchLoader) checkByteOrder(f *File) error {
	e, ok := l.entries[l.prefix+"byteorder"]
	if !ok || e.size > 16 {
		return nil
	}
	buf := make([]byte, e.size)
	if err := f.readFull(buf, e.offset); err != nil {
		return err
	}
	if string(buf) != "little" {
		return fmt.Errorf("%w: its byte order is %q", ErrFormat, clip(string(buf)))
	}
	return nil
}

// addState adds the tensors of a state dictionary: either the root itself or
// its entry "model". Entries of other types, such as an epoch, are left out.
func (f *File) addState(root any) error {
	d, ok := root.(*dict)
	if !ok {
		return fmt.Errorf("%w: its pickle is not a dictionary", ErrFormat)
	}
	if model, ok := d.get("model"); ok {
		if inner, ok := model.(*dict); ok {
			d = inner
		}
	}
	for i, key := range d.keys {
		t, isTensor := d.values[i].(*tensor)
		name, isText := key.(string)
		if !isTensor || !isText {
			continue
		}
		named := *t
		named.Name = name
		if err := f.add(&named); err != nil {
			return err
		}
	}
	return nil
}

// persistent resolves ("storage", type, key, device, elements) to a storage.
func (l *torchLoader) persistent(id any) (any, error) {
	t, ok := id.(tuple)
	if !ok || len(t) != 5 || t[0] != any("storage") {
		return nil, fmt.Errorf("%w: a persistent id that is not a storage", ErrUnsafe)
	}
	g, ok1 := t[1].(global)
	key, ok2 := t[2].(string)
	count, ok3 := t[4].(int64)
	d, ok4 := storageTypes[g.name]
	if !ok1 || !ok2 || !ok3 || !ok4 || g.module != "torch" {
		return nil, corrupt("a storage is not described as PyTorch does it")
	}
	e, ok := l.entries[l.prefix+"data/"+key]
	if !ok {
		return nil, corrupt("storage %q is not in the file", clip(key))
	}
	if e.compressed {
		return nil, fmt.Errorf("%w: it was compressed again after torch.save made it; use the original file", ErrFormat)
	}
	if count != e.size/d.size() {
		return nil, corrupt("storage %q has %d bytes, not those of %d elements of %s", clip(key), e.size, count, d)
	}
	if s, ok := l.storages[key]; ok && s.dtype == d {
		return s, nil
	}
	s := &typedStorage{storage: storage{offset: e.offset, size: e.size, crc: e.crc}, dtype: d}
	l.storages[key] = s
	return s, nil
}

// call stands in for the functions that allowed lets through.
func (l *torchLoader) call(fn global, args tuple) (any, error) {
	switch fn {
	case orderedDict:
		return makeOrderedDict(args)
	case rebuildTensor:
		return makeTensor(args)
	case rebuildParameter:
		if len(args) > 0 {
			if t, ok := args[0].(*tensor); ok {
				return t, nil
			}
		}
		return nil, corrupt("a parameter that is not a tensor")
	}
	return nil, fmt.Errorf("%w: it calls %s.%s", ErrUnsafe, clip(fn.module), clip(fn.name))
}

// makeOrderedDict makes an empty dictionary, or one of a list of pairs.
func makeOrderedDict(args tuple) (any, error) {
	d := &dict{}
	if len(args) == 0 {
		return d, nil
	}
	pairs, ok := args[0].(*list)
	if !ok || len(args) > 1 {
		return nil, corrupt("a dictionary that is not made of a list of pairs")
	}
	for _, p := range pairs.items {
		pair, _ := p.(tuple)
		if l, ok := p.(*list); ok {
			pair = l.items
		}
		if len(pair) != 2 {
			return nil, corrupt("a dictionary that is not made of a list of pairs")
		}
		if err := d.set(pair); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// makeTensor makes a view of a storage from (storage, offset, size, stride,
// requires_grad, hooks[, metadata]).
func makeTensor(args tuple) (any, error) {
	if len(args) < 4 {
		return nil, corrupt("a tensor with %d arguments", len(args))
	}
	s, ok1 := args[0].(*typedStorage)
	offset, ok2 := args[1].(int64)
	shape, ok3 := ints(args[2])
	strides, ok4 := ints(args[3])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil, corrupt("a tensor is not described as PyTorch does it")
	}
	t := &tensor{Tensor: Tensor{DType: string(s.dtype)}, dtype: s.dtype, storage: &s.storage, offset: offset, strides: strides}
	t.Shape = make([]int, len(shape))
	for i, n := range shape {
		if n < 0 || n > maxElements {
			return nil, corrupt("a tensor of shape %v", shape)
		}
		t.Shape[i] = int(n)
	}
	return t, t.place()
}

// ints returns the numbers of a tuple, at most maxDims of them.
func ints(v any) ([]int64, bool) {
	t, ok := v.(tuple)
	if !ok || len(t) > maxDims {
		return nil, false
	}
	out := make([]int64, len(t))
	for i, x := range t {
		if out[i], ok = x.(int64); !ok {
			return nil, false
		}
	}
	return out, true
}
