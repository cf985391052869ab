package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"masklet/annotate"
	"masklet/annotate/davis"
	"masklet/inference"
	"masklet/project/export"
	"masklet/project/media"
)

// simulateOptions are the options of `masklet simulate`: a simulated annotator
// after section 6.1.1 of the SAM 2 paper (arXiv 2408.00714).
type simulateOptions struct {
	video, truth   string
	online         bool
	rounds, clicks int
	asJSON         bool
	engine         *engineFlags
}

// Seconds that a person takes, from the paper's time model.
const (
	secondsToFind   = 1.0        // to find the frame to correct
	secondsPerClick = 1.5        // for each click
	secondsToExam   = 30.0 / 300 // to look at a frame of the result
	onlineThreshold = 0.75       // IoU below which the online annotator corrects
)

// simulatedRound is the state after one more prompted frame.
type simulatedRound struct {
	Frames  int     `json:"prompted_frames"`
	Clicks  int     `json:"clicks"`
	Seconds float64 `json:"person_seconds"`
	J       float64 `json:"J"`
	F       float64 `json:"F"`
	JF      float64 `json:"JF"`
}

func runSimulate(ctx context.Context, env Env, args []string) error {
	o, err := parseSimulate(env, args)
	if err != nil {
		return err
	}
	name, settings, err := o.engine.settings(env)
	if err != nil {
		return err
	}
	engine, err := env.OpenEngine(ctx, name, settings)
	if err != nil {
		return err
	}
	defer engine.Close()
	video, err := openVideo(ctx, o.video, nil)
	if err != nil {
		return err
	}
	defer video.Close()
	truths, err := readTruths(ctx, o.truth, video)
	if err != nil {
		return err
	}
	var all [][]simulatedRound
	for id, truth := range truths {
		rounds, err := o.simulate(ctx, env, engine, settings, video, truth)
		if err != nil {
			return fmt.Errorf("object %d: %w", id+1, err)
		}
		all = append(all, rounds)
	}
	return printRounds(env.Stdout, o.asJSON, averageRounds(all))
}

func parseSimulate(env Env, args []string) (simulateOptions, error) {
	var o simulateOptions
	fs := newFlags(env, "simulate")
	fs.StringVar(&o.video, "video", "", "video file or frame folder")
	fs.StringVar(&o.truth, "gt", "", "folder of true masks, one PNG per frame (or a sub-folder per object)")
	mode := fs.String("mode", "offline", "offline: correct the worst frame and track again; online: correct on one pass")
	fs.IntVar(&o.rounds, "rounds", 8, "prompted frames at most")
	fs.IntVar(&o.clicks, "clicks", 3, "clicks per prompted frame")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	o.engine = addEngineFlags(fs)
	if err := parse(fs, args, "video", "gt"); err != nil {
		return o, err
	}
	if *mode != "offline" && *mode != "online" {
		return o, usagef("-mode %q: use offline or online", *mode)
	}
	o.online = *mode == "online"
	if o.rounds < 1 || o.clicks < 1 {
		return o, usagef("-rounds and -clicks must be at least 1")
	}
	return o, nil
}

// readTruths reads the true masks of each object, one per frame of the video.
func readTruths(ctx context.Context, dir string, video *media.Video) ([][]annotate.Mask, error) {
	seqs, err := readSequences(dir)
	if err != nil {
		return nil, err
	}
	w, h := video.Size()
	var out [][]annotate.Mask
	for _, id := range sortedIDs(seqs) {
		s := seqs[id]
		if len(s.names) != video.Len() {
			return nil, fmt.Errorf("%s holds %d masks for a video of %d frames", s.dir, len(s.names), video.Len())
		}
		masks := make([]annotate.Mask, len(s.names))
		for i, name := range s.names {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if masks[i], err = export.ReadMask(filepath.Join(s.dir, name)); err != nil {
				return nil, err
			}
			if mw, mh := masks[i].Size(); mw != w || mh != h {
				return nil, fmt.Errorf("%s is %dx%d, the video %dx%d", filepath.Join(s.dir, name), mw, mh, w, h)
			}
		}
		out = append(out, masks)
	}
	return out, nil
}

// annotator clicks one object of a video until it is good or the rounds end.
type annotator struct {
	*batch
	truth  []annotate.Mask
	rounds []simulatedRound
	clicks int
}

// simulatedObject is the only object of a simulated session: the paper's
// protocol runs objects on their own.
const simulatedObject annotate.ObjectID = 1

func (o simulateOptions) simulate(ctx context.Context, env Env, engine inference.Engine, s inference.Settings, video *media.Video, truth []annotate.Mask) ([]simulatedRound, error) {
	keep := memoryKeeper(video)
	b, done, err := openBatch(ctx, env, engine, s, video, keep)
	if err != nil {
		return nil, err
	}
	defer done()
	start := firstVisible(truth)
	if start < 0 {
		return nil, errors.New("the object is never visible in the true masks")
	}
	b.history.Do(annotate.Change{Edits: []annotate.Edit{b.doc.SetObject(annotate.Object{ID: simulatedObject})}})
	a := &annotator{batch: b, truth: truth}
	if err := a.click(ctx, start, o.clicks); err != nil {
		return nil, err
	}
	if o.online {
		err = a.online(ctx, start, o)
	} else {
		err = a.offline(ctx, start, o)
	}
	return a.rounds, err
}

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
		if err := a.measure(n, float64(n)*(exam+secondsToFind)+secondsPerClick*float64(a.clicks)); err != nil {
			return err
		}
		worst, err := a.worst(prompted)
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
	return a.measure(prompted, exam+float64(prompted)*secondsToFind+secondsPerClick*float64(a.clicks))
}

// click adds n clicks on a frame, each at the middle of the larger error. A
// frame that is right gets no click.
func (a *annotator) click(ctx context.Context, frame, n int) error {
	key := annotate.FrameKey{Object: simulatedObject, Frame: frame}
	p, _ := a.doc.Prompt(key)
	for range n {
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
	r, ok := a.doc.Result(annotate.FrameKey{Object: simulatedObject, Frame: frame})
	if !ok {
		w, h := a.doc.Size()
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
	run, cancel := context.WithCancel(ctx)
	defer cancel()
	r := annotate.Range{First: from, Last: len(a.truth) - 1}
	req := inference.PropagateRequest{
		Objects: []annotate.ObjectID{simulatedObject}, Range: r, Direction: inference.Forward,
	}
	stopped := false
	_, err := a.batch.run(run, inference.Job{Encode: frameOrder(r), Propagate: &req}, func(e inference.Event) {
		if t, ok := e.(inference.FrameTracked); ok && stop != nil && stop(t.Frame) {
			stopped = true
			cancel()
		}
	})
	if stopped && ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// worst returns the frame of lowest IoU that was not prompted yet, or -1.
func (a *annotator) worst(prompted map[int]bool) (int, error) {
	worst, low := -1, 1.0
	for f := range a.truth {
		if prompted[f] {
			continue
		}
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
func (a *annotator) measure(prompted int, seconds float64) error {
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

// averageRounds averages over objects; an object that needed fewer rounds
// keeps its last state.
func averageRounds(all [][]simulatedRound) []simulatedRound {
	longest := 0
	for _, rounds := range all {
		longest = max(longest, len(rounds))
	}
	out := make([]simulatedRound, longest)
	n := float64(len(all))
	for i := range out {
		for _, rounds := range all {
			r := rounds[min(i, len(rounds)-1)]
			out[i].Frames = max(out[i].Frames, r.Frames)
			out[i].Clicks += r.Clicks
			out[i].Seconds += r.Seconds
			out[i].J += r.J / n
			out[i].F += r.F / n
			out[i].JF += r.JF / n
		}
	}
	return out
}

func printRounds(w io.Writer, asJSON bool, rounds []simulatedRound) error {
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"rounds": rounds})
	}
	if _, err := fmt.Fprintln(w, "prompted frames  clicks  person seconds      J      F    J&F"); err != nil {
		return err
	}
	for _, r := range rounds {
		if _, err := fmt.Fprintf(w, "%15d  %6d  %14.0f  %5.3f  %5.3f  %5.3f\n", r.Frames, r.Clicks, r.Seconds, r.J, r.F, r.JF); err != nil {
			return err
		}
	}
	return nil
}
