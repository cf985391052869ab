package cli

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

// annotator clicks one object of a video until it is good or the rounds end.
type annotator struct {
	*driver
	truth    []annotate.Mask
	rounds   []simulatedRound
	clicks   int
	progress *progress.Printer
	name     string // of the object, for the progress
	most     int    // rounds
	prompted int    // frames that were clicked on
	stop     func(frame int) bool
}

// simulatedObject is the only object of a simulated session: the paper's
// protocol runs objects on their own.
const simulatedObject annotate.ObjectID = 1

// annotate simulates the whole work on the object.
func (a *annotator) annotate(ctx context.Context, env Env, o simulateOptions, slot *session.Slot, engine string, s inference.Settings, video *media.Video) (err error) {
	start := firstVisible(a.truth)
	if start < 0 {
		return errors.New("the object is never visible in the true masks")
	}
	clip := &session.Clip{Path: video.Path(), VideoPath: video.Path(), Video: kept{video}, Store: session.NewMemory(video)}
	a.driver, err = openDriver(ctx, env, slot, clip, engine, s, func(e session.Event) {
		a.progress.Event(e)
		if t, ok := e.(session.Tracked); ok && a.stop != nil && a.stop(t.Frame) {
			a.Stop()
		}
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	a.Do(annotate.Change{Edits: []annotate.Edit{a.Document().SetObject(annotate.Object{ID: simulatedObject})}})
	if err := a.click(ctx, start, o.clicks); err != nil {
		return err
	}
	if o.online {
		return a.online(ctx, start, o)
	}
	return a.offline(ctx, start, o)
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
func (a *annotator) offline(ctx context.Context, start int, o simulateOptions) error {
	prompted := map[int]bool{start: true}
	for n := 1; ; n++ {
		if err := a.track(ctx, start, nil); err != nil {
			return err
		}
		exam := secondsToExam * float64(len(a.truth))
		if err := a.measure(ctx, n, float64(n)*(exam+secondsToFind)+secondsPerClick*float64(a.clicks)); err != nil {
			return err
		}
		worst, err := a.worst(ctx, prompted)
		if err != nil || n == o.rounds || worst < 0 {
			return err
		}
		prompted[worst] = true
		if err := a.click(ctx, worst, o.clicks); err != nil {
			return err
		}
	}
}

// online tracks forward once and stops to correct where the mask is bad; later
// frames alone profit.
func (a *annotator) online(ctx context.Context, start int, o simulateOptions) error {
	prompted := 1
	exam := secondsToExam * float64(len(a.truth))
	for from := start; from < len(a.truth); {
		bad := -1
		stop := func(frame int) bool {
			if bad >= 0 || frame <= from || prompted >= o.rounds {
				return false
			}
			if iou, err := a.iou(frame); err == nil && iou < onlineThreshold {
				bad = frame
			}
			return bad >= 0
		}
		if err := a.track(ctx, from, stop); err != nil {
			return err
		}
		if bad < 0 {
			break
		}
		if err := a.click(ctx, bad, o.clicks); err != nil {
			return err
		}
		prompted++
		from = bad
	}
	return a.measure(ctx, prompted, exam+float64(prompted)*secondsToFind+secondsPerClick*float64(a.clicks))
}

// click adds n clicks on a frame, each at the middle of the larger error. A
// frame that is right gets no click.
func (a *annotator) click(ctx context.Context, frame, n int) error {
	key := annotate.FrameKey{Object: simulatedObject, Frame: frame}
	p, _ := a.Document().Prompt(key)
	a.prompted++
	a.progress.Say("%s, prompted frame %d of at most %d: frame %d", a.name, a.prompted, a.most, frame)
	for i := range n {
		a.progress.Doing("clicking", "Clicking", "clicks", i, n)
		mask, err := a.mask(frame)
		if err != nil {
			return err
		}
		pt, ok, err := nextClick(a.truth[frame], mask)
		if err != nil || !ok {
			return err
		}
		p = p.WithPoint(pt)
		if err := a.prompt(ctx, key, p); err != nil {
			return err
		}
		a.clicks++
	}
	return nil
}

// nextClick returns the click of an annotator who sees the true and the
// present mask: the most interior pixel of the missed or of the wrong area,
// whichever is deeper. ok is false if the masks agree.
func nextClick(truth, pred annotate.Mask) (p annotate.Point, ok bool, err error) {
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
func (a *annotator) mask(frame int) (annotate.Mask, error) {
	r, ok := a.Document().Result(annotate.FrameKey{Object: simulatedObject, Frame: frame})
	if !ok {
		w, h := a.Document().Size()
		return annotate.EmptyMask(w, h), nil
	}
	return r.Mask.Load()
}

func (a *annotator) iou(frame int) (float64, error) {
	m, err := a.mask(frame)
	if err != nil {
		return 0, err
	}
	return annotate.IoU(m, a.truth[frame])
}

// track propagates forward from a frame; stop, if not nil, is asked after each
// frame and ends the pass.
func (a *annotator) track(ctx context.Context, from int, stop func(frame int) bool) error {
	r := annotate.Range{First: from, Last: len(a.truth) - 1}
	a.stop = stop
	_, err := a.run(ctx, func() error { return a.Track(session.Target{Direction: inference.Forward, Range: &r}) })
	if stop != nil && ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// worst returns the frame of lowest IoU that was not prompted yet, or -1.
func (a *annotator) worst(ctx context.Context, prompted map[int]bool) (int, error) {
	worst, low := -1, 1.0
	for f := range a.truth {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		if prompted[f] {
			continue
		}
		a.progress.Doing("measuring", "Looking for the worst frame", "frames", f, len(a.truth))
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
func (a *annotator) measure(ctx context.Context, prompted int, seconds float64) error {
	row := simulatedRound{Frames: prompted, Clicks: a.clicks, Seconds: seconds}
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
		a.progress.Doing("measuring", "Measuring", "frames", i, len(frames))
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
