package coco

import (
	"cmp"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// maxGap is how many frames an object may be away before another begins.
const maxGap = 25

// linker puts together the masks of annotations that say no object.
type linker struct {
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
	ID    annotate.ObjectID
	Class string
	masks []loose
}

func (l *linker) add(frame int, class string, m annotate.Mask) {
	if l.frames == nil {
		l.frames = map[int][]loose{}
	}
	l.frames[frame] = append(l.frames[frame], loose{frame, class, m})
}

func (l *linker) empty() bool { return len(l.frames) == 0 }

// objects links the masks of one class from frame to frame, those that overlap
// most first, and numbers the objects from first.
func (l *linker) objects(first int) []*linked {
	var all []*linked
	for _, frame := range slices.Sorted(maps.Keys(l.frames)) {
		masks := l.frames[frame]
		taken := l.assign(all, masks, frame)
		for i, m := range masks {
			if taken[i] != nil {
				taken[i].masks = append(taken[i].masks, m)
				continue
			}
			all = append(all, &linked{ID: annotate.ObjectID(first + len(all)), Class: m.class, masks: []loose{m}})
		}
	}
	return all
}

// assign returns the object that each mask goes on with, nil for none.
func (l *linker) assign(all []*linked, masks []loose, frame int) []*linked {
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
			if m.class != o.Class {
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
