package export

import (
	"context"
	"image"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// EachPicture is EachAtOnce with the picture of each frame.
func EachPicture(ctx context.Context, src Source, f func(frame int, img *image.RGBA, masks []FrameMask) (Report, error)) (Report, error) {
	picture := src.Video().Picture
	return atOnce(ctx, src, func(ctx context.Context, frame int, masks []FrameMask) (func() (Report, error), error) {
		img, err := picture(ctx, frame)
		return func() (Report, error) { return f(frame, img, masks) }, err
	})
}

// EachAtOnce is Each for writers whose frames do not depend on each other: f is
// called for several frames at once, on other goroutines, as many as there are
// processors. It sums what f reports.
func EachAtOnce(ctx context.Context, src Source, f func(frame int, masks []FrameMask) (Report, error)) (Report, error) {
	return atOnce(ctx, src, func(_ context.Context, frame int, masks []FrameMask) (func() (Report, error), error) {
		return func() (Report, error) { return f(frame, masks) }, nil
	})
}

// atOnce calls begin for each frame in order, and what it returns on other
// goroutines.
func atOnce(ctx context.Context, src Source, begin func(ctx context.Context, frame int, masks []FrameMask) (func() (Report, error), error)) (Report, error) {
	var sum Report
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	err := Each(ctx, src, func(frame int, masks []FrameMask) error {
		work, err := begin(ctx, frame, masks)
		if err != nil {
			return err
		}
		group.Go(func() error {
			r, err := work()
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
