package media

import (
	"context"
	"fmt"
	"image"
	"time"
)

// progressEvery is the time between two progress reports.
const progressEvery = 100 * time.Millisecond

// extend makes n frames known, or all if there are fewer. One caller at a time
// reads on; the others wait for the frames that they need.
func (v *Video) extend(ctx context.Context, n int, progress func(done, estimate int)) error {
	report := throttled(progress)
	for {
		known, done, changed := v.index.state()
		report(known, v.Estimate(), done)
		if done || known >= n {
			return nil
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

// throttled calls progress not too often, but always at the end.
func throttled(progress func(done, estimate int)) func(done, estimate int, last bool) {
	var before time.Time
	return func(done, estimate int, last bool) {
		if now := time.Now(); progress != nil && (last || now.Sub(before) >= progressEvery) {
			before = now
			progress(done, estimate)
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
	raw, _, _ := v.index.columns()
	v.index.finish(v.scan.shown(raw))
}

// scanKeeper keeps what the scan decodes as long as the cache has room: a
// short clip is then in memory as a whole, and a long one keeps a half for
// what the user looks at.
type scanKeeper struct{ *frameCache }

func (k scanKeeper) wants(i int) bool {
	return k.used() < k.budget/2 && k.frameCache.wants(i)
}

func (k scanKeeper) put(i int, img *image.RGBA) { k.frameCache.put(i, img) }
