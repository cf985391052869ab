package project

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"masklet/annotate"
)

// Snapshot is a project as it was at one moment, for export and statistics. It
// is safe for concurrent use, and later changes of the document do not show.
// Masks are read from the file one at a time, at the video's own size; the
// project must stay open meanwhile.
type Snapshot struct {
	Path  string
	Media Media
	annotate.Contents
}

// ObjectMask is the mask of one object on one frame, loaded.
type ObjectMask struct {
	Object annotate.Object
	Frame  int
	Mask   annotate.Mask
	Result annotate.Result // the record of the mask
}

// Snapshot returns what the project holds now, saved or not. It is called on
// the goroutine that owns the document and copies no pixels.
func (p *Project) Snapshot() *Snapshot {
	return &Snapshot{Path: p.path, Media: p.Media(), Contents: p.doc.Contents()}
}

// Name returns the label of an object, or its class, or "object N".
func (s *Snapshot) Name(o annotate.Object) string {
	if o.Label != "" {
		return o.Label
	}
	if c, ok := s.Class(o.Class); ok && c.Name != "" {
		return c.Name
	}
	return fmt.Sprintf("object %d", o.ID)
}

// Class returns a class by ID.
func (s *Snapshot) Class(id annotate.ClassID) (annotate.Class, bool) {
	i := slices.IndexFunc(s.Classes, func(c annotate.Class) bool { return c.ID == id })
	if i < 0 {
		return annotate.Class{}, false
	}
	return s.Classes[i], true
}

// FramesWithMasks returns the frames on which any object has a result, in
// order.
func (s *Snapshot) FramesWithMasks() []int {
	all := map[int]bool{}
	for _, frames := range s.Results {
		for f := range frames {
			all[f] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Mask loads the mask of an object on a frame; ok is false where it has none.
func (s *Snapshot) Mask(k annotate.FrameKey) (m annotate.Mask, ok bool, err error) {
	r, ok := s.Results[k.Object][k.Frame]
	if !ok {
		return m, false, nil
	}
	m, err = r.Mask.Load()
	if err != nil {
		return m, false, fmt.Errorf("object %d, frame %d: %w", k.Object, k.Frame, err)
	}
	return m, true, nil
}

// EachFrame calls f for every frame that has a result, in order, with the
// masks of all its objects in order of their IDs. The slice is used again. It
// stops at the first error, or when ctx ends. Only one frame is in memory.
func (s *Snapshot) EachFrame(ctx context.Context, f func(frame int, masks []ObjectMask) error) error {
	var masks []ObjectMask
	for _, frame := range s.FramesWithMasks() {
		if err := ctx.Err(); err != nil {
			return err
		}
		masks = masks[:0]
		for _, o := range s.Objects {
			k := annotate.FrameKey{Object: o.ID, Frame: frame}
			m, ok, err := s.Mask(k)
			if err != nil {
				return err
			}
			if ok {
				masks = append(masks, ObjectMask{o, frame, m, s.Results[o.ID][frame]})
			}
		}
		if err := f(frame, masks); err != nil {
			return err
		}
	}
	return nil
}

// EachOf calls f for every frame on which an object has a result, in order. It
// stops at the first error, or when ctx ends.
func (s *Snapshot) EachOf(ctx context.Context, id annotate.ObjectID, f func(m ObjectMask) error) error {
	i := slices.IndexFunc(s.Objects, func(o annotate.Object) bool { return o.ID == id })
	if i < 0 {
		return fmt.Errorf("there is no object %d in %s", id, base(s.Path))
	}
	for _, frame := range slices.Sorted(maps.Keys(s.Results[id])) {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, _, err := s.Mask(annotate.FrameKey{Object: id, Frame: frame})
		if err != nil {
			return err
		}
		if err := f(ObjectMask{s.Objects[i], frame, m, s.Results[id][frame]}); err != nil {
			return err
		}
	}
	return nil
}
