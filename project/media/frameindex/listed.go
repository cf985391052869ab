package frameindex

import (
	"math"
	"slices"
)

// listed are the times of all pictures as a container lists them. As long as
// the decoder confirms them in order, the picture of number i in the list is
// frame i. Where it does not (a picture that cannot be decoded, one too many),
// the list keeps its own numbers until Recount, so that no number means another
// picture all at once.
type listed struct {
	msec  []float64 // growing; nil: there is no list
	fault int       // the first number at which list and decoder differ; -1: none so far
}

// confirm takes note of the time of frame n. The decoder gives no time for the
// frames that it still holds when the file ends.
func (l *listed) confirm(n int, msec float64) {
	if l.msec == nil || l.fault >= 0 {
		return
	}
	if n >= len(l.msec) || msec > 0 && n > 0 && msec != l.msec[n] {
		l.fault = n
	}
}

// end takes note that there are n frames in all. A list that was right is not
// needed any more.
func (l *listed) end(n int) {
	if l.msec != nil && l.fault < 0 && n < len(l.msec) {
		l.fault = n
	}
	if l.fault < 0 {
		l.msec = nil
	}
}

// find returns the number of a time, -1 if there is none.
func (l *listed) find(msec float64) int {
	if i, ok := slices.BinarySearch(l.msec, msec); ok {
		return i
	}
	return -1
}

// nearest returns the number whose time is closest.
func nearest(times []float64, msec float64) int {
	i, _ := slices.BinarySearch(times, msec)
	if i == len(times) || i > 0 && msec-times[i-1] <= times[i]-msec {
		return max(0, i-1)
	}
	return i
}

// List leans on the times that a container lists, in milliseconds and growing.
// It reports false, and does not, unless they agree with all frames that were
// decoded so far, of which there must be two or all that are listed. Of a complete
// index only the first need agree: Recount then tells what became of the others.
func (x *Index) List(msec []float64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := listed{msec: msec, fault: -1}
	for i, t := range x.times {
		l.confirm(i, t)
	}
	if l.fault >= 0 && !(x.done && l.fault > leastAgreed) || len(x.times) < min(2, len(msec)) {
		return false
	}
	if x.done {
		l.end(len(x.times))
	}
	x.list = l
	x.wake()
	return true
}

// leastAgreed is how many frames must agree with a list that is found wrong later.
const leastAgreed = 2

// Unlist gives the list up.
func (x *Index) Unlist() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = listed{}
	x.wake()
}

// ahead reports whether frame i is known from the list only. mu is held.
func (x *Index) ahead(i int) bool {
	if x.list.msec == nil {
		return false
	}
	return i >= len(x.times) || x.list.fault >= 0 && i >= x.list.fault
}

// reach is Reach; mu is held.
func (x *Index) reach() int {
	if x.list.msec != nil {
		return len(x.list.msec)
	}
	return len(x.times)
}

// Reach returns the number of frames that have a number: all that are listed,
// else those that were decoded.
func (x *Index) Reach() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.reach()
}

// Listed reports whether frame i is known from a list only.
func (x *Index) Listed(i int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.ahead(i)
}

// Recount goes over from the numbers of a list to those of the complete index.
// It returns for every listed number the frame that shows the same picture, or
// the nearest where there is none; nil if all numbers stay.
func (x *Index) Recount() []int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done || x.list.msec == nil {
		return nil
	}
	moved := moves(x.list.msec, x.times, x.shown, x.list.fault)
	x.list = listed{}
	x.wake()
	return moved
}

// moves pairs the listed times with the frames from fault on.
func moves(list, times, shown []float64, fault int) []int {
	// Frames without a time of the decoder's have one that was made up, which is
	// off by a constant where the video does not start at zero.
	exact, offset := slices.Clone(times), 0.0
	if len(times) > 1 {
		offset = shown[1] - times[1]
	}
	for i, t := range exact {
		if i > 0 && t <= 0 {
			exact[i] = shown[i] - offset
		}
	}
	if len(exact) > 0 {
		exact[0] = math.Min(exact[0], 0)
	}
	out := make([]int, len(list))
	for i, t := range list {
		if out[i] = i; i >= fault {
			out[i] = nearest(exact, t)
		}
	}
	return out
}
