package export

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// EachAtOnce is Each for writers whose frames do not depend on each other: f is
// called for several frames at once, on other goroutines, as many as there are
// processors. It sums what f reports.
func EachAtOnce(ctx context.Context, src Source, f func(frame int, masks []FrameMask) (Report, error)) (Report, error) {
	var sum Report
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	err := Each(ctx, src, func(frame int, masks []FrameMask) error {
		group.Go(func() error {
			r, err := f(frame, masks)
			mu.Lock()
			defer mu.Unlock()
			sum.add(r)
			return err
		})
		return ctx.Err()
	})
	// The first failure is why ctx ended.
	if failed := group.Wait(); failed != nil {
		err = failed
	}
	return sum, err
}

func (r *Report) add(o Report) {
	r.Files += o.Files
	r.Frames += o.Frames
	r.Masks += o.Masks
	r.OverlapPixels += o.OverlapPixels
	r.OverlapFrames += o.OverlapFrames
}
