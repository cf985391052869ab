package frameindex

import (
	"math"
	"slices"
	"sync"
)

// Index knows every frame that was decoded so far: its presentation time and,
// for a video file, the checksum of its pixels. It only grows. It is safe for
// concurrent use.
type Index struct {
	mu     sync.Mutex
	times  []float64 // milliseconds, as the decoder gives them: they identify frames
	shown  []float64 // presentation times in milliseconds, once the index is complete
	sums   []uint32  // CRC-32C of the BGR pixels; of no use for a folder
	byTime map[float64]int
	done   bool
	grown  chan struct{} // closed and replaced whenever the index grows or ends
	list   listed
}

// New returns an index that knows no frame.
func New() *Index {
	return &Index{byTime: map[float64]int{}, grown: make(chan struct{})}
}

// Add appends a frame.
func (x *Index) Add(msec float64, sum uint32) {
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
	x.list.confirm(n, msec)
	x.wake()
}

// Finish says that there are no more frames; shown are the presentation times
// of all.
func (x *Index) Finish(shown []float64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.shown, x.done = shown, true
	x.list.end(len(x.times))
	x.wake()
}

// Adopt replaces what is known by a complete index, which nobody else uses.
func (x *Index) Adopt(full *Index) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.times, x.shown, x.sums, x.byTime, x.done = full.times, full.shown, full.sums, full.byTime, true
	x.wake()
}

func (x *Index) wake() {
	close(x.grown)
	x.grown = make(chan struct{})
}

// State returns the number of frames that were decoded, whether these are all,
// and a channel that is closed at the next change.
func (x *Index) State() (n int, done bool, changed <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.times), x.done, x.grown
}

// Len returns the number of frames that were decoded.
func (x *Index) Len() int {
	n, _, _ := x.State()
	return n
}

// Entry returns what is known of frame i, which must be below Reach. A frame that
// is only listed has no checksum; sure is false then.
func (x *Index) Entry(i int) (msec float64, sum uint32, sure bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ahead(i) {
		return x.list.msec[i], 0, false
	}
	if i >= len(x.times) { // the list was given up meanwhile
		return math.NaN(), 0, false
	}
	return x.times[i], x.sums[i], true
}

// Second returns the presentation time of frame i in seconds, 0 if the frame is
// not known.
func (x *Index) Second(i int) float64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.second(i)
}

func (x *Index) second(i int) float64 {
	switch {
	case i < 0 || i >= x.reach():
		return 0
	case x.ahead(i):
		return x.list.msec[i] / 1000
	case x.done:
		return x.shown[i] / 1000
	}
	if x.times[i] <= 0 && i < len(x.list.msec) { // the decoder has none
		return x.list.msec[i] / 1000
	}
	return x.times[i] / 1000
}

// At returns the frame with exactly this time, or -1 if there is none or
// more than one.
func (x *Index) At(msec float64) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if i, ok := x.byTime[msec]; ok && !x.ahead(i) {
		return i
	}
	if i := x.list.find(msec); i >= 0 && x.ahead(i) {
		return i
	}
	return -1
}

// Columns returns what is known of all frames that were decoded, for a file.
func (x *Index) Columns() (msec, shown []float64, sums []uint32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.times), slices.Clone(x.shown), slices.Clone(x.sums)
}

// Seconds returns the presentation times of all frames up to Reach in seconds.
func (x *Index) Seconds() []float64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := make([]float64, x.reach())
	for i := range out {
		out[i] = x.second(i)
	}
	return out
}
