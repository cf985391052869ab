package sam2

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/sam2/kept"
)

// maxKeptGuides bounds the conditioning frames of an object whose memories are
// kept: the nearest to where tracking is. The others are rebuilt from their
// masks if the run comes to them after all.
const maxKeptGuides = 4 * maxCondFrames

// keptFrame is what was kept of a frame. Outputs never change, so equal ones are
// the same.
type keptFrame struct {
	tracked, reverse       bool
	ordinary, guide, pends *output
	light                  bool // the guide's memory is left out
}

// Keep implements inference.Keeper. With StrictParity, where nothing is ever
// evicted, nothing is kept.
func (s *Session) Keep(objects []annotate.ObjectID, anew bool) (out []inference.Kept) {
	leave, err := s.own()
	if err != nil || s.strict {
		return nil
	}
	defer leave()
	if anew {
		clear(s.kept)
	}
	for _, id := range objects {
		if o := s.p.object(id); o != nil {
			out = append(out, s.keep(o)...)
		}
	}
	return out
}

func (s *Session) keep(o *object) (out []inference.Kept) {
	tell := func(frame int, data []byte) {
		out = append(out, inference.Kept{FrameKey: annotate.FrameKey{Object: o.id, Frame: frame}, Data: data})
	}
	was := s.kept[o.id]
	if was == nil {
		was = map[int]keptFrame{}
		s.kept[o.id] = was
		tell(inference.WholeObject, nil)
	}
	now := o.frames()
	for _, frame := range slices.Sorted(maps.Keys(now)) {
		if k := now[frame]; was[frame] != k {
			was[frame] = k
			tell(frame, k.bytes())
		}
	}
	for frame := range was {
		if _, ok := now[frame]; !ok {
			delete(was, frame)
			tell(frame, nil)
		}
	}
	if len(out) > 0 {
		tell(inference.WholeObject, kept.Head{Of: s.keptOf(), Frames: len(was)}.Bytes())
	}
	return out
}

// keptOf names the model and the settings that decide what memory means.
func (s *Session) keptOf() string {
	opt := s.p.opt
	return fmt.Sprintf("%s memory %d pointers %d stride %d every %d holes %t around %t",
		s.p.m.Key, opt.MemoryFrames, opt.Pointers, opt.Stride, opt.Every, opt.FillHoles, opt.ClearMemoryAround)
}

// frames returns all that is known of the object by frame.
func (o *object) frames() map[int]keptFrame {
	out := make(map[int]keptFrame, len(o.tracked))
	change := func(frame int, with func(*keptFrame)) {
		k := out[frame]
		with(&k)
		out[frame] = k
	}
	for frame, reverse := range o.tracked {
		out[frame] = keptFrame{tracked: true, reverse: reverse}
	}
	for frame, x := range o.non {
		change(frame, func(k *keptFrame) { k.ordinary = x })
	}
	for frame, x := range o.pendCond {
		change(frame, func(k *keptFrame) { k.pends = x })
	}
	near := slices.SortedFunc(maps.Keys(o.cond), func(a, b int) int {
		return cmp.Or(cmp.Compare(abs(a-o.at), abs(b-o.at)), cmp.Compare(a, b))
	})
	for i, frame := range near {
		change(frame, func(k *keptFrame) { k.guide, k.light = o.cond[frame], i >= maxKeptGuides })
	}
	return out
}

func (k keptFrame) bytes() []byte {
	guide := k.guide
	if k.light && guide != nil {
		c := *guide
		c.low, c.mem = nil, nil
		guide = &c
	}
	return kept.Frame{
		Tracked: k.tracked, Reverse: k.reverse,
		Ordinary: k.ordinary.kept(), Guide: guide.kept(), Pending: k.pends.kept(),
	}.Bytes()
}

// kept returns what a mask does not tell. Logits are needed only until the
// memory is made of them.
func (o *output) kept() *kept.Output {
	if o == nil {
		return nil
	}
	out := &kept.Output{Score: o.score, IoU: o.iou, Ptr: o.ptr, Mem: o.mem}
	if o.mem == nil {
		out.Low = o.low
	}
	return out
}

// Recall implements inference.Keeper.
func (s *Session) Recall(list []inference.Kept) error {
	leave, err := s.own()
	if err != nil {
		return err
	}
	defer leave()
	if s.strict {
		return nil
	}
	heads, frames := map[annotate.ObjectID][]byte{}, map[annotate.ObjectID]map[int][]byte{}
	for _, k := range list {
		if k.Frame == inference.WholeObject {
			heads[k.Object] = k.Data
			continue
		}
		if frames[k.Object] == nil {
			frames[k.Object] = map[int][]byte{}
		}
		frames[k.Object][k.Frame] = k.Data
	}
	var errs []error
	s.changed()
	for _, id := range slices.Sorted(maps.Keys(heads)) {
		if o := s.p.object(id); o != nil {
			errs = append(errs, s.recall(o, heads[id], frames[id]))
		}
	}
	return errors.Join(errs...)
}

// recall takes back what was kept of an object, all of it or nothing.
func (s *Session) recall(o *object, head []byte, frames map[int][]byte) error {
	h, err := kept.ParseHead(head)
	switch {
	case err != nil:
		return fmt.Errorf("object %d: %w", o.id, err)
	case h.Of != s.keptOf():
		return fmt.Errorf("object %d: the memory of the stopped run is of another model or other settings", o.id)
	case h.Frames != len(frames):
		return nil
	}
	c := *o
	c.non, c.tracked = map[int]*output{}, map[int]bool{}
	c.cond, c.pendCond = maps.Clone(o.cond), maps.Clone(o.pendCond)
	for frame, data := range frames {
		f, err := kept.ParseFrame(data)
		if err == nil {
			err = errors.Join(s.p.checkFrame(frame), s.p.m.fits(f.Ordinary), s.p.m.fits(f.Guide), s.p.m.fits(f.Pending))
		}
		if err != nil {
			return fmt.Errorf("object %d, frame %d: %w", o.id, frame, err)
		}
		c.recallFrame(o, frame, f)
	}
	s.p.keep(&c)
	return nil
}

// fits checks the sizes of what was kept.
func (m *Model) fits(o *kept.Output) error {
	if o == nil {
		return nil
	}
	for _, part := range [][2]int{{len(o.Ptr), m.DModel}, {len(o.Mem), m.MemoryTokens * m.MemDim}, {len(o.Low), m.lowRes() * m.lowRes()}} {
		if part[0] != 0 && part[0] != part[1] {
			return fmt.Errorf("%w: %d values where %d belong", kept.ErrUnreadable, part[0], part[1])
		}
	}
	return nil
}

// recallFrame takes back what was kept on a frame. Masks are those that old was
// told; where it was told none, none stands.
func (o *object) recallFrame(old *object, frame int, f kept.Frame) {
	if f.Tracked {
		o.tracked[frame] = f.Reverse
	}
	if told := old.non[frame]; told != nil && f.Ordinary != nil {
		o.non[frame] = recalled(f.Ordinary, told)
	}
	told := old.pendCond[frame]
	if told == nil {
		told = old.cond[frame] // accepted by the user
	}
	if told == nil {
		return
	}
	if f.Guide != nil {
		o.cond[frame] = recalled(f.Guide, told)
		delete(o.pendCond, frame)
	}
	if f.Pending != nil {
		o.pendCond[frame] = recalled(f.Pending, told)
	}
}

func recalled(k *kept.Output, told *output) *output {
	return &output{low: k.Low, ptr: k.Ptr, mem: k.Mem, mask: told.mask, score: k.Score, iou: k.IoU, protected: told.protected}
}
