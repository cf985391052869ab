package tracklet

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Session implements inference.Session over the session of an engine, with the
// optional interfaces that the engine's session may have.
type Session struct {
	inference.Session
	objects map[annotate.ObjectID]*object
	next    annotate.ObjectID // for tracklets beyond an object's first
}

// object is one object and its tracklets.
type object struct {
	stretches []annotate.Range
	parts     []*part
}

// part is one tracklet: an object of the engine's session.
type part struct {
	id     annotate.ObjectID // in the engine's session
	frames map[int]bool      // of which the engine's session knows something

	prompts, protected map[int]bool // of these, those that tracking starts from
}

func (p *part) guided() bool { return len(p.prompts)+len(p.protected) > 0 }

// guides returns the first and last frame that tracking starts from.
func (p *part) guides() (first, last int, any bool) {
	for _, set := range []map[int]bool{p.prompts, p.protected} {
		for f := range set {
			if !any {
				first, last, any = f, f, true
			}
			first, last = min(first, f), max(last, f)
		}
	}
	return first, last, any
}

// partBase is where the IDs of further tracklets begin, beyond those of objects.
const partBase = 1 << 40

// Whole is the stretch of an object in one piece, however long the video is.
var Whole = annotate.Range{First: 0, Last: math.MaxInt32}

// New wraps a session of an engine and takes it over. Every object is in one piece
// until Split says otherwise.
func New(s inference.Session) *Session {
	return &Session{Session: s, objects: map[annotate.ObjectID]*object{}, next: partBase}
}

// Split says in which stretches an object is followed; they are in order and do
// not overlap. Where frames that the session knows something of come together or
// apart, the object is forgotten, and Split returns true: all that is known of
// it must be told again.
func (s *Session) Split(id annotate.ObjectID, stretches []annotate.Range) (forgot bool, err error) {
	o := s.object(id)
	if slices.Equal(o.stretches, stretches) {
		return false, nil
	}
	if o.fits(stretches) {
		o.stretches = slices.Clone(stretches)
		return false, nil
	}
	if err := s.RemoveObject(id); err != nil {
		return false, err
	}
	s.object(id).stretches = slices.Clone(stretches)
	return true, nil
}

// fits reports whether each tracklet lies in one stretch of its own.
func (o *object) fits(stretches []annotate.Range) bool {
	taken := map[int]bool{}
	for _, p := range o.parts {
		at := -1
		for f := range p.frames {
			i := indexOf(stretches, f)
			if i < 0 || at >= 0 && i != at {
				return false
			}
			at = i
		}
		if at >= 0 && taken[at] {
			return false
		}
		taken[at] = true
	}
	return true
}

func indexOf(stretches []annotate.Range, frame int) int {
	return slices.IndexFunc(stretches, func(r annotate.Range) bool { return r.Contains(frame) })
}

func (s *Session) object(id annotate.ObjectID) *object {
	o := s.objects[id]
	if o == nil {
		o = &object{stretches: []annotate.Range{Whole}}
		s.objects[id] = o
	}
	return o
}

// stretch returns the stretch of a frame; one in none is a stretch of its own.
func (o *object) stretch(frame int) annotate.Range {
	if i := indexOf(o.stretches, frame); i >= 0 {
		return o.stretches[i]
	}
	return annotate.Range{First: frame, Last: frame}
}

// find returns the tracklet of a stretch, or nil.
func (o *object) find(r annotate.Range) *part {
	i := slices.IndexFunc(o.parts, func(p *part) bool {
		for f := range p.frames {
			return r.Contains(f)
		}
		return false
	})
	if i < 0 {
		return nil
	}
	return o.parts[i]
}

// part returns the tracklet that a frame belongs to, which is made if need be.
func (s *Session) part(k annotate.FrameKey) *part {
	o := s.object(k.Object)
	if p := o.find(o.stretch(k.Frame)); p != nil {
		return p
	}
	p := &part{id: k.Object, frames: map[int]bool{}, prompts: map[int]bool{}, protected: map[int]bool{}}
	if slices.ContainsFunc(o.parts, func(q *part) bool { return q.id == k.Object }) {
		p.id = s.next
		s.next++
	}
	return p
}

// current returns the tracklet of an object that has that ID in the engine's
// session now, or nil.
func (s *Session) current(owner, id annotate.ObjectID) *part {
	o := s.objects[owner]
	if o == nil {
		return nil
	}
	i := slices.IndexFunc(o.parts, func(p *part) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	return o.parts[i]
}

// keep adds a tracklet that the engine's session knows now.
func (o *object) keep(p *part) {
	if !slices.Contains(o.parts, p) {
		o.parts = append(o.parts, p)
	}
}

// learn notes that the engine's session knows something of a frame.
func (s *Session) learn(k annotate.FrameKey, p *part) {
	s.object(k.Object).keep(p)
	p.frames[k.Frame] = true
}

func (s *Session) prompted(k annotate.FrameKey, p *part) {
	s.learn(k, p)
	p.prompts[k.Frame] = true
}

func (p *part) key(frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: p.id, Frame: frame}
}

// SetPrompt implements inference.Session.
func (s *Session) SetPrompt(ctx context.Context, k annotate.FrameKey, prompt annotate.Prompt) (annotate.Result, error) {
	p := s.part(k)
	r, err := s.Session.SetPrompt(ctx, p.key(k.Frame), prompt)
	if err == nil {
		s.prompted(k, p)
	}
	return r, err
}

// Restore implements inference.Restorer.
func (s *Session) Restore(ctx context.Context, k annotate.FrameKey, prompt annotate.Prompt, answer annotate.Result) error {
	p := s.part(k)
	err := inference.Restore(ctx, s.Session, p.key(k.Frame), prompt, answer)
	if err == nil {
		s.prompted(k, p)
	}
	return err
}

// Preview implements inference.Session.
func (s *Session) Preview(ctx context.Context, k annotate.FrameKey, prompt annotate.Prompt) (annotate.Result, error) {
	return s.Session.Preview(ctx, s.part(k).key(k.Frame), prompt)
}

// Choices implements inference.Chooser; an engine that is none has no choices.
func (s *Session) Choices(ctx context.Context, k annotate.FrameKey, prompt annotate.Prompt) ([]annotate.Result, error) {
	c, ok := s.Session.(inference.Chooser)
	if !ok {
		return nil, nil
	}
	return c.Choices(ctx, s.part(k).key(k.Frame), prompt)
}

// ClearPrompt implements inference.Session.
func (s *Session) ClearPrompt(k annotate.FrameKey) error {
	p := s.part(k)
	err := s.Session.ClearPrompt(p.key(k.Frame))
	if err == nil {
		delete(p.prompts, k.Frame)
	}
	return err
}

// SetKnown implements inference.Session.
func (s *Session) SetKnown(k annotate.FrameKey, m annotate.Mask, protected bool) error {
	p := s.part(k)
	err := s.Session.SetKnown(p.key(k.Frame), m, protected)
	if err != nil {
		return err
	}
	delete(p.protected, k.Frame)
	if !m.IsZero() {
		s.learn(k, p)
		if protected {
			p.protected[k.Frame] = true
		}
	}
	return nil
}

// RemoveObject implements inference.Session.
func (s *Session) RemoveObject(id annotate.ObjectID) error {
	o := s.objects[id]
	if o == nil || len(o.parts) == 0 {
		return s.Session.RemoveObject(id)
	}
	var err error
	for _, p := range o.parts {
		err = errors.Join(err, s.Session.RemoveObject(p.id))
	}
	delete(s.objects, id)
	return err
}

// Prepare implements inference.Preparer, where the engine's session does.
func (s *Session) Prepare(ctx context.Context, frame int) error {
	if p, ok := s.Session.(inference.Preparer); ok {
		return p.Prepare(ctx, frame)
	}
	return nil
}
