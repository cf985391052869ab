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
}

type job struct {
	Job
	id     int64
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	stage Stage
	meter *meter
	stats JobStats
}

// runJob runs both phases and always ends with JobEnded, after the last
// progress event.
func (r *Runner) runJob(j *job) {
	stopTicker := r.startTicker(j)
	err := r.phase1(j)
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

func (r *Runner) phase1(j *job) error {
	frames := j.Encode
	todo := make([]int, 0, len(frames))
	for _, f := range frames {
		if f < 0 || f >= r.frames {
			return fmt.Errorf("%w: frame %d of a video of %d frames", ErrUsage, f, r.frames)
		}
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
	j.begin(Propagating, newMeter(r.now, p.Total(), 0))
	r.report(j, j.progress())
	for {
		r.answer(j.ctx)
		res, err := p.Next(j.ctx)
		j.stats.Phase2Seconds = r.now().Sub(j.meter.start).Seconds()
		if errors.Is(err, io.EOF) {
			r.report(j, j.final(nil))
			return nil
		}
		if err != nil {
			return err
		}
		j.stats.Tracked++
		j.count(true)
		r.emit(FrameTracked{j.id, res})
	}
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

// count adds a finished frame; one that was ready already is no speed.
func (j *job) count(computed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !computed {
		j.meter.ready++
		return
	}
	if j.stage == Encoding {
		j.stats.Encoded++
	}
	j.meter.tick()
}

func (j *job) progress() Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.meter.progress(j.stage, j.objects())
}

// final returns the last progress of the job.
func (j *job) final(err error) Progress {
	stage := Completed
	switch {
	case errors.Is(err, context.Canceled):
		stage = Stopped
	case err != nil:
		stage = Failed
	}
	j.setStage(stage)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.meter == nil {
		return Progress{Stage: stage, Total: len(j.Encode), Objects: j.objects(), Left: -1}
	}
	return j.meter.average(j.meter.progress(stage, j.objects()))
}
