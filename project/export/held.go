package export

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/internal/spool"
)

// Held keeps masks that were read, as run lengths on disk, to write them again.
type Held struct {
	file  *spool.File
	masks []heldMask
}

type heldMask struct {
	annotate.FrameKey
	piece spool.Piece
}

// NewHeld returns an empty one. Close it after use.
func NewHeld() (*Held, error) {
	f, err := spool.New()
	return &Held{file: f}, err
}

// Close removes the masks.
func (h *Held) Close() { h.file.Close() }

// Take is an Input's Take.
func (h *Held) Take(key annotate.FrameKey, m annotate.Mask) error {
	w, height := m.Size()
	data := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(w)), uint64(height))
	for _, run := range m.Runs() {
		data = binary.AppendUvarint(data, uint64(run))
	}
	piece, err := h.file.Add(data)
	h.masks = append(h.masks, heldMask{key, piece})
	return err
}

// Len returns the number of masks.
func (h *Held) Len() int { return len(h.masks) }

// Source returns the masks as a source; known are the objects as far as they
// are known. Nothing may be taken any more.
func (h *Held) Source(v Video, known []Object) Source {
	about := Known{}
	for _, m := range h.masks {
		about.Meet(int(m.Object), "", "")
		v.Frames = max(v.Frames, m.Frame+1)
	}
	for _, o := range known {
		if _, ok := about[int(o.ID)]; ok {
			about.Meet(int(o.ID), o.Label, o.Class)
			about.Note(nil, int(o.ID), o.Notes)
		}
	}
	slices.SortStableFunc(h.masks, func(a, b heldMask) int {
		return cmp.Or(cmp.Compare(a.Frame, b.Frame), cmp.Compare(a.Object, b.Object))
	})
	return &heldSource{v, about.List(), h}
}

type heldSource struct {
	video   Video
	objects []Object
	held    *Held
}

func (s *heldSource) Video() Video      { return s.video }
func (s *heldSource) Objects() []Object { return s.objects }

func (s *heldSource) Each(ctx context.Context, f func(int, []FrameMask) error) error {
	all := s.held.masks
	for len(all) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		frame := all[0].Frame
		var masks []FrameMask
		for len(all) > 0 && all[0].Frame == frame {
			m, err := s.held.load(all[0].piece)
			if err != nil {
				return err
			}
			masks = append(masks, FrameMask{Object: all[0].Object, Mask: m, Confidence: 1})
			all = all[1:]
		}
		if err := f(frame, masks); err != nil {
			return err
		}
	}
	return nil
}

func (h *Held) load(p spool.Piece) (annotate.Mask, error) {
	data, err := h.file.Read(p)
	if err != nil {
		return annotate.Mask{}, err
	}
	next := func() int {
		v, n := binary.Uvarint(data)
		if n <= 0 {
			n = len(data) // MaskFromRuns finds out
		}
		data = data[n:]
		return int(v)
	}
	w, height := next(), next()
	var runs []uint32
	for len(data) > 0 {
		runs = append(runs, uint32(next()))
	}
	return annotate.MaskFromRuns(w, height, runs)
}
