package sam2

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// maxCondFrames bounds the conditioning frames that one frame attends to in a
// session, so that a video with hundreds of accepted frames costs no more per
// frame than one with this many. The reference has no bound; up to this many
// conditioning frames the results are the same.
const maxCondFrames = 16

// encodeWorkers lets one frame be decoded and scaled while another is in the
// encoder; the encoder itself runs one frame at a time.
const encodeWorkers = 2

// Session implements inference.Session over a Predictor.
//
// By default it differs from the reference where the reference loses work:
// every prompted frame becomes a conditioning frame, so that a correction is
// kept when the frame is tracked over; answers depend only on the prompts and
// not on the order of edits (clicks are answered one after the other, each with
// the mask of those before as prior); objects are not tracked over frames on
// the far side of their first keyframe when both directions are asked for.
// With Settings.StrictParity it follows the reference call by call.
type Session struct {
	name   string
	strict bool
	video  inference.Frames
	src    *source
	p      *Predictor

	mu   sync.Mutex // guards p and what follows
	keys map[annotate.FrameKey]*keyframe
	emb  embedded
	kept map[annotate.ObjectID]map[int]keptFrame // since Keep was last asked anew

	life   sync.RWMutex // held for reading by calls under way
	closed bool
}

var (
	_ inference.Session  = (*Session)(nil)
	_ inference.Restorer = (*Session)(nil)
	_ inference.Keeper   = (*Session)(nil)
)

// NewSession starts a session for a video. cache may be nil. Errors wrap
// inference.ErrUsage or ErrModel.
func NewSession(m *Model, g Graphs, video inference.Frames, cache *inference.FeatureCache, settings inference.Settings) (*Session, error) {
	src, err := newSource(m, g, video, cache, settings.HalfCache)
	if err != nil {
		return nil, err
	}
	w, h := video.Size()
	p, err := NewPredictor(m, g, src, Video{W: w, H: h, Frames: video.Len()}, sessionOptions(settings))
	if err != nil {
		return nil, errors.Join(err, src.close())
	}
	return &Session{
		name: m.Name, strict: settings.StrictParity, video: video, src: src, p: p,
		keys: map[annotate.FrameKey]*keyframe{}, kept: map[annotate.ObjectID]map[int]keptFrame{},
	}, nil
}

func sessionOptions(s inference.Settings) Options {
	opt := Options{
		MemoryFrames: s.MemoryFrames, Pointers: s.Pointers, Stride: 1, FillHoles: s.FillHoles,
		Every: s.Stride, MaxCond: maxCondFrames, AllFramesAsCond: true, ClearMemoryAround: s.ClearMemoryAround, Evict: true,
	}
	if s.StrictParity {
		opt.MaxCond, opt.PromptOrder, opt.AllFramesAsCond, opt.Evict = -1, true, false, false
	}
	return opt
}

// enter marks a call as under way until the returned function is called.
func (s *Session) enter() (leave func(), err error) {
	s.life.RLock()
	if s.closed {
		s.life.RUnlock()
		return nil, fmt.Errorf("session of %s: %w", s.name, inference.ErrClosed)
	}
	return s.life.RUnlock, nil
}

// own begins a call that reads or changes what the session knows; no other
// such call runs until leave is called.
func (s *Session) own() (leave func(), err error) {
	exit, err := s.enter()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	return func() {
		s.mu.Unlock()
		exit()
	}, nil
}

// Encode implements inference.Session.
func (s *Session) Encode(ctx context.Context, frame int) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	if err := s.p.checkFrame(frame); err != nil {
		return err
	}
	if s.src.ready(frame) {
		return nil
	}
	return s.src.prepare(ctx, frame)
}

// Ready implements inference.Session.
func (s *Session) Ready(frame int) bool { return s.src.ready(frame) }

// EncodeWorkers implements inference.Session.
func (s *Session) EncodeWorkers() int { return encodeWorkers }

// Close implements inference.Session.
func (s *Session) Close() error {
	s.life.Lock()
	defer s.life.Unlock()
	s.closed = true
	return s.src.close()
}

// result makes the answer for an output that is about to be shown. shown is
// the mask to show, or the zero Mask for that of the logits.
func (s *Session) result(out *output, shown annotate.Mask, source annotate.Source) annotate.Result {
	if shown.IsZero() {
		w, h := s.video.Size()
		shown = videoMask(s.p.logits(out), s.p.m.lowRes(), w, h)
	}
	r := annotate.NewResult(shown, confidence(out), source, s.name)
	r.Score, r.IoU = float64(out.score), float64(out.iou)
	return r
}

// confidence is how likely the mask is good: for a visible object the chance
// that it is there times the predicted IoU, for a hidden one the chance that it
// is not there.
func confidence(out *output) float64 {
	if out.score <= 0 {
		return float64(sigmoid(-out.score))
	}
	return float64(sigmoid(out.score)) * float64(min(max(out.iou, 0), 1))
}
