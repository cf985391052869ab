package export

import "github.com/masklet/masklet/annotate"

// FrameMasks gathers the masks of one frame before they are given to an Input:
// several of one object are its parts, and become one mask.
type FrameMasks struct {
	masks map[int]annotate.Mask
	order []int // objects as they were met
}

// Add takes a mask of an object. The masks of one object have one size.
func (f *FrameMasks) Add(object int, m annotate.Mask) error {
	before, more := f.masks[object]
	if !more {
		if f.masks == nil {
			f.masks = map[int]annotate.Mask{}
		}
		f.order = append(f.order, object)
		f.masks[object] = m
		return nil
	}
	both, err := annotate.Union(before, m)
	if err != nil {
		return err
	}
	f.masks[object] = both
	return nil
}

// Give hands the masks on, in the order in which their objects were met.
func (f *FrameMasks) Give(in *Input, frame int) error {
	for _, object := range f.order {
		if err := in.Give(object, frame, f.masks[object]); err != nil {
			return err
		}
	}
	return nil
}
