package labeling

import (
	"context"
	"errors"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/measure"
	"github.com/masklet/masklet/ui/session"
)

// Kind is what an action is: a click or a key.
type Kind string

// The kinds of action.
const (
	Click  Kind = "click"  // adds at a position
	Remove Kind = "remove" // a click that takes away
	Track  Kind = "track"  // Ctrl+T
	Next   Kind = "next"   // N, the next frame to review
	Accept Kind = "accept" // Enter, which goes on to the next frame
	OnTen  Kind = "ten-on" // ten frames on, where nothing is proposed
)

// Action is one thing that the labeler did.
type Action struct {
	Kind  Kind    `json:"kind"`
	Frame int     `json:"frame"` // that is shown when it is done
	X     float64 `json:"x,omitempty"`
	Y     float64 `json:"y,omitempty"`
	J     float64 `json:"J"` // over all frames, once it is done
}

// Labeler labels one object of a video.
type Labeler struct {
	Loop *session.Loop
	*controller.Controller
	Truth  []annotate.Mask // one for each frame
	Goal   float64         // the mean J to reach
	Good   float64         // the IoU from which a mask that is looked at is accepted
	Clicks int             // on one frame at most
	Most   int             // actions at most
	// Said is told of each action as it is done; it may be nil.
	Said func(Action)

	done []Action
	off  map[int]float64 // J by frame
	seen map[int]annotate.Mask
}

// object is the only one.
const object annotate.ObjectID = 1

// errEnough ends the work: the goal is reached, or too much was done.
var errEnough = errors.New("enough")

// Label works until the goal is reached or Most actions are done, and returns them. The
// video is open, the engine ready, and no object is there.
func (l *Labeler) Label(ctx context.Context) ([]Action, error) {
	l.off, l.seen = map[int]float64{}, map[int]annotate.Mask{}
	err := l.label(ctx)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return l.done, err
}

func (l *Labeler) label(ctx context.Context) error {
	for l.Frame() < len(l.Truth)-1 && l.Truth[l.Frame()].Empty() {
		l.Step(1) // to where the object is seen first: not counted, it is the task
	}
	if l.Truth[l.Frame()].Empty() {
		return errors.New("the object is never visible in the true masks")
	}
	if err := l.correct(ctx); err != nil {
		return err
	}
	if err := l.track(ctx); err != nil {
		return err
	}
	for {
		if err := l.review(ctx); err != nil {
			return err
		}
	}
}

// review goes to the next frame that is proposed and does what is needed there.
func (l *Labeler) review(ctx context.Context) error {
	if len(l.Queue()) == 0 {
		if err := l.do(ctx, Action{Kind: OnTen}, func() { l.GoTo((l.Frame() + 10) % l.Frames()) }); err != nil {
			return err
		}
	} else if err := l.do(ctx, Action{Kind: Next}, l.NextReview); err != nil {
		return err
	}
	for l.good() {
		if len(l.Queue()) == 0 || l.Document().Protected(l.key()) {
			return nil
		}
		at := l.Frame()
		if err := l.do(ctx, Action{Kind: Accept}, l.Accept); err != nil || l.Frame() == at {
			return err
		}
	}
	if err := l.correct(ctx); err != nil {
		return err
	}
	return l.track(ctx)
}

func (l *Labeler) track(ctx context.Context) error {
	return l.do(ctx, Action{Kind: Track}, l.Track)
}

// correct clicks on the frame that is shown until its mask is good.
func (l *Labeler) correct(ctx context.Context) error {
	for range l.Clicks {
		m, err := l.mask(l.Frame())
		if err != nil {
			return err
		}
		p, ok, err := measure.NextClick(l.Truth[l.Frame()], m)
		if err != nil || !ok {
			return err
		}
		a := Action{Kind: Click, X: p.X, Y: p.Y}
		if !p.Positive {
			a.Kind = Remove
		}
		if err := l.do(ctx, a, func() { l.Click(p.X, p.Y, p.Positive) }); err != nil || l.good() {
			return err
		}
	}
	return nil
}

func (l *Labeler) key() annotate.FrameKey {
	return annotate.FrameKey{Object: object, Frame: l.Frame()}
}

// good reports whether a user would let the mask on the screen stand.
func (l *Labeler) good() bool {
	m, err := l.mask(l.Frame())
	if err != nil {
		return false
	}
	iou, err := annotate.IoU(m, l.Truth[l.Frame()])
	return err == nil && iou >= l.Good
}

// do does an action, waits for what comes of it, and notes it.
func (l *Labeler) do(ctx context.Context, a Action, f func()) error {
	a.Frame = l.Frame()
	f()
	if err := l.Loop.Until(ctx, func() bool { return !l.Busy() }); err != nil {
		return err
	}
	if _, err := l.EngineReady(); err != nil {
		return err
	}
	if m := l.Message(); m.Kind == controller.Failure {
		return fmt.Errorf("%s on frame %d: %s", a.Kind, a.Frame, m.Text)
	}
	var err error
	if a.J, err = l.mean(); err != nil {
		return err
	}
	l.done = append(l.done, a)
	if l.Said != nil {
		l.Said(a)
	}
	if a.J >= l.Goal || len(l.done) >= l.Most {
		return errEnough
	}
	return nil
}

// mask returns the present mask of a frame, empty where there is none.
func (l *Labeler) mask(frame int) (annotate.Mask, error) {
	r, ok := l.Document().Result(annotate.FrameKey{Object: object, Frame: frame})
	if !ok {
		return annotate.EmptyMask(l.Document().Size()), nil
	}
	return r.Mask.Load()
}

// mean returns the mean J over all frames but the first and the last, as DAVIS does.
func (l *Labeler) mean() (float64, error) {
	first, end := 0, len(l.Truth)
	if end > 2 {
		first, end = 1, end-1
	}
	sum := 0.0
	for f := first; f < end; f++ {
		j, err := l.judge(f)
		if err != nil {
			return 0, err
		}
		sum += j
	}
	return sum / float64(end-first), nil
}

// judge returns J on a frame, which is reckoned anew where the mask is another one.
func (l *Labeler) judge(frame int) (float64, error) {
	m, err := l.mask(frame)
	if err != nil {
		return 0, err
	}
	if j, ok := l.off[frame]; ok && l.seen[frame].Equal(m) {
		return j, nil
	}
	j, err := davis.J(m, l.Truth[frame])
	if err == nil {
		l.off[frame], l.seen[frame] = j, m
	}
	return j, err
}
