package media

import (
	"context"
	"math"
	"math/bits"
	"time"

	"github.com/masklet/masklet/project/media/container"
)

const (
	// probeFrames is how many frames must agree with a container's list before
	// it is trusted.
	probeFrames = 4
	// listPatience is how long Open waits for a list: those that are spread over
	// the file take longer from a slow disk.
	listPatience = 400 * time.Millisecond
)

// lookAhead has the container's list of pictures read: at once where that is
// quick, else in the background.
func (v *Video) lookAhead(ctx context.Context) error {
	if err := v.extend(ctx, probeFrames, false, nil); err != nil {
		return err
	}
	reading, cancel := context.WithCancel(context.WithoutCancel(ctx))
	listed := make(chan struct{})
	go func() {
		defer close(listed)
		defer cancel()
		if table, ok := container.ReadTable(reading, v.path, v.demuxer); ok {
			v.useTable(table)
		}
	}()
	go func() {
		select {
		case <-v.closed:
			cancel()
		case <-listed:
		}
	}()
	select {
	case <-listed:
	case <-time.After(listPatience):
	case <-ctx.Done():
		cancel()
		return ctx.Err()
	}
	return nil
}

// useTable takes the list over if it agrees with what was decoded. The decoder
// counts time from where the stream starts, which the second frame tells.
func (v *Video) useTable(t container.Table) {
	from := t.Ticks[0]
	if len(t.Ticks) > 1 {
		second, _, _ := v.index.Entry(1)
		from = t.Ticks[1] - int64(math.Round(second/1000/t.Unit))
	}
	v.index.List(t.Msec(from))
}

// listFolder takes the files of a folder for its list.
func (v *Video) listFolder(ctx context.Context, f *folder) error {
	if err := v.extend(ctx, probeFrames, false, nil); err != nil {
		return err
	}
	msec := make([]float64, len(f.files))
	for i := range msec {
		msec[i] = 1000 * float64(i) / f.fps
	}
	v.index.List(msec)
	return nil
}

// Reach returns how many frames can be asked for without waiting for the index:
// all where the container lists them, else those that were read so far; final
// reports whether all frames are known exactly.
func (v *Video) Reach() (frames int, final bool) {
	_, done, _ := v.index.State()
	return v.index.Reach(), done
}

// Expect tells that the video was found to have frames before: so many as can be
// asked for. certain: these are all, so a list with more or less is wrong.
func (v *Video) Expect(frames int, certain bool) {
	v.least.Store(int64(frames))
	if certain && v.index.Reach() != frames {
		v.index.Unlist()
	}
}

// CheckList holds the container's list against an index that was complete when
// the video was opened, for Recount.
func (v *Video) CheckList(ctx context.Context) {
	if table, ok := container.ReadTable(ctx, v.path, v.demuxer); ok {
		v.useTable(table)
	}
}

// Hold makes a reading to the end that nobody waits for pause, or go on.
func (v *Video) Hold(on bool) { v.held.Store(on) }

// Recount gives the frames of an indexed video the numbers of the index, where
// the container's list was wrong. It returns for each number that a frame had
// the one that it has now, nil if all keep theirs.
func (v *Video) Recount() (moved []int) {
	v.sched.still(func() {
		if moved = v.index.Recount(); moved != nil {
			v.cache.purge()
		}
	})
	return moved
}

// reachable is Reach, of an index of n decoded frames.
func (v *Video) reachable(n int) int { return max(n, v.index.Reach()) }

// expected is how many frames there may be at most when n are known: what the
// header claims, or where it claims less, twice as many or so.
func (v *Video) expected(n int) int {
	if v.index.Reach() > n { // the container lists them
		return v.index.Reach()
	}
	n = max(n, int(v.least.Load()))
	if claimed := v.scan.estimate(); claimed > n {
		return claimed
	}
	return max(1024, 1<<bits.Len(uint(n)))
}
