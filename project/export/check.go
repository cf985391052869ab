package export

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"

	"github.com/masklet/masklet/annotate"
)

// Check reads back what a format wrote at path and compares every mask with the
// source, as far as the format holds it. It holds a sum of each mask, not the
// masks. Errors wrap ErrVerify.
func Check(ctx context.Context, f Format, path string, src Source) error {
	c := checker{seed: maphash.MakeSeed(), got: map[sum]int{}, numbered: f.Holds.IDs}
	in := &Input{Video: src.Video(), Strict: true, Take: func(key annotate.FrameKey, m annotate.Mask) error {
		c.got[c.sum(key, m)]++
		return nil
	}}
	if _, err := f.Read(ctx, path, in); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return fmt.Errorf("%w: %v", ErrVerify, err)
	}
	if err := Each(ctx, src, func(frame int, masks []FrameMask) error { return c.frame(f.Holds, frame, masks) }); err != nil {
		return err
	}
	for s, n := range c.got {
		if n > 0 {
			return fmt.Errorf("%w: there is a mask of object %d on frame %d, which has none such", ErrVerify, s.key.Object, s.key.Frame)
		}
	}
	return nil
}

// sum stands for one mask.
type sum struct {
	key  annotate.FrameKey
	hash uint64
}

type checker struct {
	seed     maphash.Seed
	got      map[sum]int
	numbered bool // the format keeps the numbers of objects
}

func (c *checker) sum(key annotate.FrameKey, m annotate.Mask) sum {
	if !c.numbered {
		key.Object = 0
	}
	data := make([]byte, 0, 4*len(m.Runs()))
	for _, r := range m.Runs() {
		data = binary.LittleEndian.AppendUint32(data, r)
	}
	return sum{key, maphash.Bytes(c.seed, data)}
}

func (c *checker) frame(h Holds, frame int, masks []FrameMask) error {
	held, err := h.Held(masks)
	if err != nil {
		return err
	}
	for _, m := range held {
		s := c.sum(annotate.FrameKey{Object: m.Object, Frame: frame}, m.Mask)
		if c.got[s] == 0 {
			return fmt.Errorf("%w: object %d, frame %d", ErrVerify, m.Object, frame)
		}
		c.got[s]--
	}
	return nil
}

// Held returns what comes back of the masks of one frame: without the empty ones
// if the format does not know that an object was not seen, and where it has no
// overlaps without the pixels that an object before claims.
func (h Holds) Held(masks []FrameMask) ([]FrameMask, error) {
	var out []FrameMask
	var taken annotate.Mask
	for _, m := range masks {
		if !h.Overlaps && !taken.IsZero() {
			rest, err := annotate.Subtract(m.Mask, taken)
			if err != nil {
				return nil, err
			}
			both, err := annotate.Union(taken, m.Mask)
			if err != nil {
				return nil, err
			}
			m.Mask, taken = rest, both
		} else if !h.Overlaps {
			taken = m.Mask
		}
		if h.Unseen || !m.Mask.Empty() {
			out = append(out, m)
		}
	}
	return out, nil
}

// Overlaps counts the pixels that more than one of the masks of a frame claims.
func Overlaps(masks []FrameMask) (int, error) {
	n := 0
	var taken annotate.Mask
	for _, m := range masks {
		if taken.IsZero() {
			taken = m.Mask
			continue
		}
		both, err := annotate.Intersect(taken, m.Mask)
		if err != nil {
			return 0, err
		}
		n += both.Area()
		if taken, err = annotate.Union(taken, m.Mask); err != nil {
			return 0, err
		}
	}
	return n, nil
}
