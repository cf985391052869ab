package media

import (
	"slices"
	"sync"
)

// index knows every frame that was decoded so far: its presentation time and,
// for a video file, the checksum of its pixels. It only grows. It is safe for
// concurrent use.
type index struct {
	mu     sync.Mutex
	times  []float64 // milliseconds, as the decoder gives them: they identify frames
	shown  []float64 // presentation times in milliseconds, once the index is complete
	sums   []uint32  // CRC-32C of the BGR pixels; empty for a folder
	byTime map[float64]int
	done   bool
	grown  chan struct{} // closed and replaced whenever the index grows or ends
}

func newIndex() *index {
	return &index{byTime: map[float64]int{}, grown: make(chan struct{})}
}

// add appends a frame.
func (x *index) add(msec float64, sum uint32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := len(x.times)
	x.times = append(x.times, msec)
	x.sums = append(x.sums, sum)
	if _, twice := x.byTime[msec]; twice {
		x.byTime[msec] = -1 // two frames claim this time: it identifies neither
	} else {
		x.byTime[msec] = n
	}
	x.wake()
}

// finish says that there are no more frames; shown are the presentation times
// of all.
func (x *index) finish(shown []float64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.shown, x.done = shown, true
	x.wake()
}

// adopt replaces what is known by a complete index, which nobody else uses.
func (x *index) adopt(full *index) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.times, x.shown, x.sums, x.byTime, x.done = full.times, full.shown, full.sums, full.byTime, true
	x.wake()
}

func (x *index) wake() {
	close(x.grown)
	x.grown = make(chan struct{})
}

// state returns the number of known frames, whether these are all, and a
// channel that is closed at the next change.
func (x *index) state() (n int, done bool, changed <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.times), x.done, x.grown
}

func (x *index) len() int {
	n, _, _ := x.state()
	return n
}

// entry returns what is known of frame i, which must be below len.
func (x *index) entry(i int) (msec float64, sum uint32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.times[i], x.sums[i]
}

// second returns the presentation time of frame i in seconds, 0 if the frame is
// not known.
func (x *index) second(i int) float64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case i < 0 || i >= len(x.times):
		return 0
	case x.done:
		return x.shown[i] / 1000
	}
	return x.times[i] / 1000
}

// at returns the frame with exactly this time, or -1 if there is none or
// more than one.
func (x *index) at(msec float64) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if i, ok := x.byTime[msec]; ok {
		return i
	}
	return -1
}

// columns returns what is known of all frames, for the index file.
func (x *index) columns() (msec, shown []float64, sums []uint32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.times), slices.Clone(x.shown), slices.Clone(x.sums)
}

// seconds returns the presentation times of all known frames in seconds.
func (x *index) seconds() []float64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	from := x.times
	if x.done {
		from = x.shown
	}
	out := make([]float64, len(from))
	for i, ms := range from {
		out[i] = ms / 1000
	}
	return out
}
