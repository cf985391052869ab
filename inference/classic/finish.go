package classic

import (
	"context"

	"github.com/masklet/masklet/inference/classic/vision"
)

// finish joins both passes where there are two and makes the masks at the
// video's size.
func (p *propagation) finish(ctx context.Context, st step, answers []answer) error {
	jobs := make([]func() error, 0, 2*len(answers))
	for i := range answers {
		a := &answers[i]
		a.own, a.small, a.confidence = a.step.Mask, a.step.Mask, a.step.Confidence*trust(a.cursor.key)
		if a.role == join && !a.again {
			if err := p.join(st.frame, a); err != nil {
				return err
			}
		}
		if a.fresh() {
			jobs = append(jobs, func() error { return p.refine(ctx, st.frame, a) })
		}
		jobs = append(jobs, func() (err error) {
			a.learned, err = a.cursor.tracker.Learn(a.lab, a.own)
			return err
		})
	}
	if err := p.s.inParallel(len(jobs), func(i int) error { return jobs[i]() }); err != nil {
		return err
	}
	return p.separate(st, answers)
}

// refine makes the mask at the video's size.
func (p *propagation) refine(ctx context.Context, frame int, a *answer) error {
	full, err := p.views.decoded(ctx, frame)
	if err != nil {
		return err
	}
	soft := vision.NewPlane(a.small.W, a.small.H)
	for k, v := range a.small.Pix {
		soft.Pix[k] = float32(v)
	}
	part, r, err := vision.FinePart(full, soft, vision.DefaultFine())
	if err != nil {
		return err
	}
	a.mask, err = placed(part, r, p.s.w, p.s.h)
	return err
}

// prepareNext makes ready what the step after this one needs, on cores that
// this one leaves idle. The function that it returns waits for it.
func (p *propagation) prepareNext(ctx context.Context) (wait func()) {
	if p.at+1 >= len(p.steps) || p.s.threads < 2 {
		return func() {}
	}
	next, done := p.steps[p.at+1].frame, make(chan struct{})
	go func() {
		defer close(done)
		p.views.prepare(ctx, next)
	}()
	return func() { <-done }
}
