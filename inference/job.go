package inference

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Job is one run: Phase 1 over Encode, then Phase 2.
type Job struct {
	// Encode lists the frames to make ready, in this order.
	Encode []int
	// Propagate says what to track; nil stops after Phase 1.
	Propagate *PropagateRequest
	// Keep says what is told of what tracking rests on (see Keeper), before the
	// first frame and with each.
	Keep Keeping
}

// Keeping says what a job tells of what tracking rests on.
type Keeping int

// What a job can tell.
const (
	KeepNothing Keeping = iota
	KeepAnew            // all of it before the first frame, then what changes
	KeepOn              // what changes since the job before
)

type job struct {
	Job
	id     int64
	ctx    context.Context
	cancel context.CancelFunc

	start time.Time

	mu    sync.Mutex
	stage Stage
	meter *meter
	cover Coverage // of Phase 2, as far as it is known
	stats JobStats
}

// runJob runs both phases and always ends with JobEnded, after the last
// progress event.
func (r *Runner) runJob(j *job) {
	j.start = r.now()
	stopTicker := r.startTicker(j)
	err := r.survey(j)
	if err == nil {
		err = r.phase1(j)
	}
	if err == nil && j.Propagate != nil {
		err = r.phase2(j)
	}
	stopTicker()
	if err != nil {
		// Whoever cancelled the context, the caller sees one kind of stop.
		if j.ctx.Err() != nil {
			err = fmt.Errorf("stopped: %w", context.Canceled)
		}
		r.report(j, j.final(err))
	}
	j.cancel()
	r.mu.Lock()
	r.job = nil
	r.mu.Unlock()
	r.emit(JobEnded{Job: j.id, Err: err, Stats: j.stats})
}

// survey counts the frames of Phase 2, so that both phases name one number, and
// refuses a request that cannot be met before frames are encoded for it.
func (r *Runner) survey(j *job) error {
	if j.Propagate == nil {
		return nil
	}
	p, err := r.session.Propagate(*j.Propagate)
	if err != nil {
		return err
	}
	defer p.Close()
	j.setCover(p.Coverage())
	return nil
}

func (r *Runner) phase1(j *job) error {
	for _, f := range j.Encode {
		if f < 0 || f >= r.frames {
			return fmt.Errorf("%w: frame %d of a video of %d frames", ErrUsage, f, r.frames)
		}
	}
	frames := j.Encode
	if s, ok := r.session.(Sparse); ok {
		frames = s.Needed(frames, j.Propagate)
	}
	todo := make([]int, 0, len(frames))
	for _, f := range frames {
		if !r.session.Ready(f) {
			todo = append(todo, f)
		}
	}
	j.begin(Starting, newMeter(r.now, len(frames), len(frames)-len(todo)))
	r.report(j, j.progress())
	j.setStage(Encoding)
	r.report(j, j.progress())
	enc := r.pool.run(j.ctx, todo, func(computed bool) { j.count(computed) })
	for waiting := true; waiting; {
		select {
		case <-enc.finished:
			waiting = false
		case <-r.wake:
			r.answer(j.ctx)
		}
	}
	j.stats.Phase1Seconds = r.now().Sub(j.meter.start).Seconds()
	if enc.err != nil {
		return enc.err
	}
	j.setStage(Encoded)
	r.report(j, j.progress())
	return nil
}

func (r *Runner) phase2(j *job) error {
	p, err := r.session.Propagate(*j.Propagate)
	if err != nil {
		return err
	}
	defer p.Close()
	start := p.Coverage()
	j.begin(Propagating, newMeter(r.now, start.Frames, start.Finished))
	r.report(j, j.progress())
	if kept := r.keep(j, j.Keep == KeepAnew); len(kept) > 0 {
		r.emit(StateKept{j.id, kept})
	}
	for {
		r.answer(j.ctx)
		res, err := p.Next(j.ctx)
		j.setCover(p.Coverage())
		j.stats.Phase2Seconds = r.now().Sub(j.meter.start).Seconds()
		j.stats.Tracked = j.cover.Finished - start.Finished
		if errors.Is(err, io.EOF) {
			r.report(j, j.final(nil))
			return nil
		}
		if err != nil {
			return err
		}
		res.Kept = r.keep(j, false)
		r.emit(FrameTracked{j.id, res})
	}
}

// keep returns what tracking rests on, where it is asked for and there is
// something of the kind.
func (r *Runner) keep(j *job, anew bool) []Kept {
	k, ok := r.session.(Keeper)
	if !ok || j.Keep == KeepNothing {
		return nil
	}
	return k.Keep(j.Propagate.Objects, anew)
}

// startTicker publishes the progress at a steady pace until the returned
// function is called, which waits for the last publication.
func (r *Runner) startTicker(j *job) (stop func()) {
	t := time.NewTicker(r.tick)
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-t.C:
				if j.running() {
					r.report(j, j.progress())
				}
			case <-quit:
				return
			}
		}
	}()
	return func() {
		t.Stop()
		close(quit)
		<-gone
	}
}

func (r *Runner) report(j *job, p Progress) { r.emit(ProgressEvent{j.id, p}) }

func (j *job) objects() int {
	if j.Propagate == nil {
		return 0
	}
	return len(j.Propagate.Objects)
}

func (j *job) begin(s Stage, m *meter) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stage, j.meter = s, m
}

func (j *job) setStage(s Stage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stage = s
}

// running reports whether a phase is under way that has progress to show.
func (j *job) running() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.meter != nil && (j.stage == Encoding || j.stage == Propagating)
}

// count adds an encoded frame; one that was ready already is no speed.
func (j *job) count(computed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !computed {
		j.meter.ready++
		return
	}
	j.stats.Encoded++
	j.meter.tick()
}

// setCover takes over how far Phase 2 is.
func (j *job) setCover(c Coverage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cover = c
	j.stats.Frames, j.stats.Finished = c.Frames, c.Finished
	if j.stage == Propagating {
		j.meter.reach(c)
	}
}

func (j *job) progress() Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	p := j.meter.progress(j.stage, j.objects())
	if j.stage == Starting && j.Propagate != nil {
		p.Done, p.Total = j.cover.Finished, j.cover.Frames
	}
	return p
}

// final returns the last progress of the job, whose time and speed are those of
// both phases together. One that did not come to its end tells the frames that
// are whole.
func (j *job) final(err error) Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	reached := j.stage
	switch {
	case err == nil:
		j.stage = Completed
	case errors.Is(err, context.Canceled):
		j.stage = Stopped
	default:
		j.stage = Failed
	}
	p := Progress{Total: len(j.Encode), Left: -1}
	if j.meter != nil {
		p = j.meter.average(j.meter.progress(reached, j.objects()), j.start)
	}
	p.Stage, p.Objects = j.stage, j.objects()
	if err != nil && j.Propagate != nil {
		p.Done, p.Total = j.cover.Finished, j.cover.Frames
	}
	return p
}
