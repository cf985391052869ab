// Package link puts together the objects of annotations that say no object: those
// of one class that overlap most from frame to frame are one.
package link

import (
	"cmp"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// maxGap is how many frames an object may be away before another begins.
const maxGap = 25

// Linker collects the masks of annotations that say no object.
type Linker struct {
	frames map[int][]loose
}

// loose is a mask without an object.
type loose struct {
	frame int
	class string
	mask  annotate.Mask
}

// linked is an object that was put together.
type linked struct {
	class string
	masks []loose
}

// Add adds a mask of a class on a frame.
func (l *Linker) Add(frame int, class string, m annotate.Mask) {
	if l.frames == nil {
		l.frames = map[int][]loose{}
	}
	l.frames[frame] = append(l.frames[frame], loose{frame, class, m})
}

// Give links the masks from frame to frame and hands them on as objects that are
// numbered from first. It does nothing if there are none.
func (l *Linker) Give(in *export.Input, first int, objects export.Known) error {
	if len(l.frames) == 0 {
		return nil
	}
	all := l.link()
	in.Note("the annotations say no object: those of one category were linked from frame to frame by their overlap, which gave %d objects", len(all))
	for i, o := range all {
		objects.Meet(first+i, "", o.class)
		for _, m := range o.masks {
			if err := in.Give(first+i, m.frame, m.mask); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *Linker) link() []*linked {
	var all []*linked
	for _, frame := range slices.Sorted(maps.Keys(l.frames)) {
		masks := l.frames[frame]
		taken := assign(all, masks, frame)
		for i, m := range masks {
			if taken[i] == nil {
				taken[i] = &linked{class: m.class}
				all = append(all, taken[i])
			}
			taken[i].masks = append(taken[i].masks, m)
		}
	}
	return all
}

// assign returns the object that each mask goes on with, nil for none.
func assign(all []*linked, masks []loose, frame int) []*linked {
	type pair struct {
		object *linked
		mask   int
		iou    float64
	}
	var pairs []pair
	for _, o := range all {
		last := o.masks[len(o.masks)-1]
		if frame-last.frame > maxGap {
			continue
		}
		for i, m := range masks {
			if m.class != o.class || !m.mask.Bounds().Overlaps(last.mask.Bounds()) {
				continue
			}
			if iou, err := annotate.IoU(last.mask, m.mask); err == nil && iou > 0 {
				pairs = append(pairs, pair{o, i, iou})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.iou, a.iou) })
	out, used := make([]*linked, len(masks)), map[*linked]bool{}
	for _, p := range pairs {
		if out[p.mask] == nil && !used[p.object] {
			out[p.mask] = p.object
			used[p.object] = true
		}
	}
	return out
}
