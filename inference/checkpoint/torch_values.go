package checkpoint

import "fmt"

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
