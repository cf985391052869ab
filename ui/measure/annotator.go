package measure

import (
	"context"
	"errors"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// Annotator is a simulated one, after section 6.1.1 of the SAM 2 paper (arXiv
// 2408.00714): it clicks one object of a video until its mask is good or the
// rounds end.
type Annotator struct {
	Rounds   int  // frames that are clicked on at most
	Clicks   int  // on each of them
	Online   bool // correct on one pass forward, not the worst frame of a whole one
	Name     string
	Progress *progress.Printer
	// Start opens a session on the clip, of which seen is told all.
	Start func(ctx context.Context, clip *session.Clip, seen func(session.Event)) (*session.Driver, error)
}

// labeling is an annotator at work on an object.
type labeling struct {
	Annotator
	*session.Driver
	truth    []annotate.Mask
	rounds   []Round
	clicks   int
	prompted int // frames that were clicked on
	stop     func(frame int) bool
}

// simulatedObject is the only object of a simulated session: the paper's
// protocol runs objects on their own.
const simulatedObject annotate.ObjectID = 1

// Label simulates the whole work on an object with these true masks, one for
// each frame of the video, and returns the state after each round.
func (o Annotator) Label(ctx context.Context, video *media.Video, truth []annotate.Mask) (rounds []Round, err error) {
	start := firstVisible(truth)
	if start < 0 {
		return nil, errors.New("the object is never visible in the true masks")
	}
	a := &labeling{Annotator: o, truth: truth}
	clip := &session.Clip{Path: video.Path(), VideoPath: video.Path(), Video: kept{video}, Store: session.NewMemory(video)}
	a.Driver, err = o.Start(ctx, clip, func(e session.Event) {
		o.Progress.Event(e)
		if t, ok := e.(session.Tracked); ok && a.stop != nil && a.stop(t.Frame) {
			a.Stop()
		}
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.Finish()) }()
	a.Do(annotate.Change{Edits: []annotate.Edit{a.Document().SetObject(annotate.Object{ID: simulatedObject})}})
	if err := a.click(ctx, start); err != nil {
		return nil, err
	}
	if o.Online {
		err = a.online(ctx, start)
	} else {
		err = a.offline(ctx, start)
	}
	return a.rounds, err
}

// kept is a video that another session goes on with.
type kept struct{ session.Video }

// Close implements session.Video.
func (kept) Close() error { return nil }

func firstVisible(truth []annotate.Mask) int {
	for i, m := range truth {
		if !m.Empty() {
			return i
		}
	}
	return -1
}

// offline tracks the whole video, corrects the worst frame, and tracks again.
func (a *labeling) offline(ctx context.Context, start int) error {
	prompted := map[int]bool{start: true}
	for n := 1; ; n++ {
		if err := a.track(ctx, start, inference.Both, nil); err != nil {
			return err
		}
		exam := secondsToExam * float64(len(a.truth))
		if err := a.measure(ctx, n, float64(n)*(exam+secondsToFind)+secondsPerClick*float64(a.clicks)); err != nil {
			return err
		}
		worst, err := a.worst(ctx, prompted)
		if err != nil || n == a.Rounds || worst < 0 {
			return err
		}
		prompted[worst] = true
		if err := a.click(ctx, worst); err != nil {
			return err
		}
	}
}

// online tracks forward once and stops to correct where the mask is bad; later
// frames alone profit.
func (a *labeling) online(ctx context.Context, start int) error {
	prompted := 1
	exam := secondsToExam * float64(len(a.truth))
	for from := start; from < len(a.truth); {
		bad := -1
		stop := func(frame int) bool {
			if bad >= 0 || frame <= from || prompted >= a.Rounds {
				return false
			}
			if iou, err := a.iou(frame); err == nil && iou < onlineThreshold {
				bad = frame
			}
			return bad >= 0
		}
		if err := a.track(ctx, from, inference.Forward, stop); err != nil {
			return err
		}
		if bad < 0 {
			break
		}
		if err := a.click(ctx, bad); err != nil {
			return err
		}
		prompted++
		from = bad
	}
	return a.measure(ctx, prompted, exam+float64(prompted)*secondsToFind+secondsPerClick*float64(a.clicks))
}

// click adds clicks on a frame, each at the middle of the larger error. A
// frame that is right gets no click.
func (a *labeling) click(ctx context.Context, frame int) error {
	key := annotate.FrameKey{Object: simulatedObject, Frame: frame}
	a.prompted++
	a.Progress.Say("%s, prompted frame %d of at most %d: frame %d", a.Name, a.prompted, a.Rounds, frame)
	for i := range a.Clicks {
		a.Progress.Doing("clicking", "Clicking", "clicks", i, a.Clicks)
		mask, err := a.mask(frame)
		if err != nil {
			return err
		}
		pt, ok, err := NextClick(a.truth[frame], mask)
		if err != nil || !ok {
			return err
		}
		if err := a.Ask(ctx, key, a.Standing(key).WithPoint(pt)); err != nil {
			return err
		}
		a.clicks++
	}
	return nil
}

// NextClick returns the click of an annotator who sees the true and the
// present mask: the most interior pixel of the missed or of the wrong area,
// whichever is deeper. ok is false if the masks agree.
func NextClick(truth, pred annotate.Mask) (p annotate.Point, ok bool, err error) {
	missed, err := annotate.Subtract(truth, pred)
	if err != nil {
		return p, false, err
	}
	wrong, err := annotate.Subtract(pred, truth)
	if err != nil {
		return p, false, err
	}
	mx, my, missedDepth, missedOK := missed.Bitmap().Interior()
	wx, wy, wrongDepth, wrongOK := wrong.Bitmap().Interior()
	switch {
	case missedOK && (!wrongOK || missedDepth >= wrongDepth):
		return annotate.Point{X: float64(mx) + 0.5, Y: float64(my) + 0.5, Positive: true}, true, nil
	case wrongOK:
		return annotate.Point{X: float64(wx) + 0.5, Y: float64(wy) + 0.5}, true, nil
	}
	return p, false, nil
}

// mask returns the present mask of a frame, empty where there is none.
func (a *labeling) mask(frame int) (annotate.Mask, error) {
	r, ok := a.Document().Result(annotate.FrameKey{Object: simulatedObject, Frame: frame})
	if !ok {
		w, h := a.Document().Size()
		return annotate.EmptyMask(w, h), nil
	}
	return r.Mask.Load()
}

func (a *labeling) iou(frame int) (float64, error) {
	m, err := a.mask(frame)
	if err != nil {
		return 0, err
	}
	return annotate.IoU(m, a.truth[frame])
}

// track propagates over the frames from one on; stop, if not nil, is asked after
// each frame and ends the pass.
func (a *labeling) track(ctx context.Context, from int, d inference.Direction, stop func(frame int) bool) error {
	r := annotate.Range{First: from, Last: len(a.truth) - 1}
	a.stop = stop
	_, err := a.Run(ctx, func() error { return a.Track(session.Target{Direction: d, Range: &r}) })
	if stop != nil && ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// worst returns the frame of lowest IoU that was not prompted yet, or -1.
func (a *labeling) worst(ctx context.Context, prompted map[int]bool) (int, error) {
	worst, low := -1, 1.0
	for f := range a.truth {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		if prompted[f] {
			continue
		}
		a.Progress.Doing("measuring", "Looking for the worst frame", "frames", f, len(a.truth))
		iou, err := a.iou(f)
		if err != nil {
			return -1, err
		}
		if iou < low {
			worst, low = f, iou
		}
	}
	return worst, nil
}

// measure adds a row with J and F over all frames but the first and last.
func (a *labeling) measure(ctx context.Context, prompted int, seconds float64) error {
	row := Round{Frames: prompted, Clicks: a.clicks, Seconds: seconds}
	frames := a.truth
	if len(frames) > 2 {
		frames = frames[1 : len(frames)-1]
	}
	for i := range frames {
		f := i
		if len(a.truth) > 2 {
			f = i + 1
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		a.Progress.Doing("measuring", "Measuring", "frames", i, len(frames))
		m, err := a.mask(f)
		if err != nil {
			return err
		}
		j, err := davis.J(m, a.truth[f])
		if err != nil {
			return err
		}
		c, err := davis.F(m, a.truth[f])
		if err != nil {
			return err
		}
		row.J += j / float64(len(frames))
		row.F += c / float64(len(frames))
	}
	row.JF = (row.J + row.F) / 2
	a.rounds = append(a.rounds, row)
	return nil
}
