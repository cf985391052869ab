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
// its entry "model" (the publishers' files) or "state_dict" (training
// frameworks). Entries of other types, such as an epoch, are left out.
func (f *File) addState(root any) error {
	d, ok := root.(*dict)
	if !ok {
		return fmt.Errorf("%w: its pickle is not a dictionary", ErrFormat)
	}
	for _, key := range []string{"model", "state_dict"} {
		entry, _ := d.get(key)
		if inner, ok := entry.(*dict); ok {
			d = inner
			break
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
