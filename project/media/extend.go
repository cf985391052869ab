package media

import (
	"context"
	"fmt"
	"image"
	"math"
	"time"

	"golang.org/x/time/rate"
)

// extend makes n frames known, or all if there are fewer; listed says that a list
// of the container's that tells of them will do. One caller at a time
// reads on; the others wait for the frames that they need.
func (v *Video) extend(ctx context.Context, n int, listed bool, progress func(done, estimate int)) error {
	often := rate.Sometimes{Interval: 100 * time.Millisecond}
	for {
		known, done, changed := v.index.State()
		switch {
		case progress == nil:
		case done:
			progress(known, v.Estimate())
		default:
			often.Do(func() { progress(known, v.Estimate()) })
		}
		if done || known >= n || listed && v.index.Reach() >= n {
			return nil
		}
		if v.isAhead && n == math.MaxInt {
			v.giveWay(ctx)
		}
		select {
		case <-v.closed:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		case <-v.scanTurn:
			if err := v.scanInTurn(ctx); err != nil {
				return err
			}
		case <-changed:
		}
	}
}

// giveWay holds a reading that nobody waits for up while it is to pause, and while
// somebody waits for a frame, but then never for long.
func (v *Video) giveWay(ctx context.Context) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for n := 0; v.held.Load() || n < 20 && v.sched.busy(); n++ {
		select {
		case <-tick.C:
		case <-v.closed:
			return
		case <-ctx.Done():
			return
		}
	}
}

// scanInTurn reads one more frame and gives the scanTurn token back. A decoder
// that does not return is left alone with it when ctx ends.
func (v *Video) scanInTurn(ctx context.Context) error {
	scanned := make(chan error, 1)
	go func() {
		err := v.scanOne(ctx)
		v.scanTurn <- struct{}{}
		scanned <- err
	}()
	select {
	case err := <-scanned:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// scanOne reads one more frame. It needs the scanTurn token.
func (v *Video) scanOne(ctx context.Context) error {
	if v.scanErr != nil {
		return v.scanErr
	}
	if v.Indexed() {
		return nil
	}
	more, err := v.scan.next(ctx, scanKeeper{v.cache})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.scanErr = fmt.Errorf("read %s: %w", v.path, err)
		return v.scanErr
	case !more:
		v.finishIndex()
		v.scan.close()
		v.store.save(v.index, &v.waypoints)
	}
	return nil
}

// finishIndex completes the index when the scan has come to the end.
func (v *Video) finishIndex() {
	raw, _, _ := v.index.Columns()
	v.index.Finish(v.scan.shown(raw))
}

// scanKeeper keeps what the scan decodes as long as the cache has room: a
// short clip is then in memory as a whole, and a long one keeps a half for
// what the user looks at.
type scanKeeper struct{ *frameCache }

func (k scanKeeper) wants(i int) bool {
	return k.used() < k.budget/2 && k.frameCache.wants(i)
}

func (k scanKeeper) put(i int, img *image.RGBA) { k.frameCache.put(i, img) }
