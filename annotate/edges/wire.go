package edges

import (
	"image"

	"github.com/masklet/masklet/annotate"
)

// Wire finds the lines that leave a position along the edges of a picture: intelligent
// scissors. What was found for one end is kept for the next, so that following a pointer
// is fast. It is used by one goroutine at a time.
//
// Source: E. Mortensen and W. Barrett, "Intelligent Scissors for Image Composition",
// 1995; the queue is R. Dial's, 1969.
type Wire struct {
	f      *field
	start  annotate.Pt
	dist   []uint32
	from   []int8 // the move that leads to a corner; -1: none
	queue  [queueLen][]int32
	at     uint32 // the distance that the queue has come to
	queued int
}

// queueLen is more than the cost of the most expensive move.
const queueLen = 512

// unseen is the distance of corners that no line has come to.
const unseen = ^uint32(0)

// moves are the eight neighbours of a corner.
var moves = [8][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}}

// NewWire returns the lines that begin at a position and stay within reach cells of
// step by step pixels around it. A coarser step reaches farther in the same time.
func NewWire(img *image.RGBA, start annotate.Pt, reach, step int) *Wire {
	w := &Wire{f: newField(img, start, reach, step), start: start}
	w.dist, w.from = make([]uint32, len(w.f.strength)), make([]int8, len(w.f.strength))
	for i := range w.dist {
		w.dist[i], w.from[i] = unseen, -1
	}
	if i, ok := w.f.index(start); ok {
		w.dist[i] = 0
		w.push(int32(i), 0)
	}
	return w
}

// Start returns where the lines begin.
func (w *Wire) Start() annotate.Pt { return w.start }

// To returns the line to a position, which begins at the start and ends at the position.
// Beyond the wire's reach it is a straight one, and ok is false.
func (w *Wire) To(p annotate.Pt) (line []annotate.Pt, ok bool) {
	end, ok := w.f.index(p)
	if !ok || !w.reach(end) {
		return []annotate.Pt{w.start, p}, false
	}
	line = append(line, p)
	for i := end; w.from[i] >= 0; {
		line = append(line, w.f.pos(i))
		m := moves[w.from[i]]
		i -= m[1]*w.f.w + m[0]
	}
	return reversed(append(line, w.start)), true
}

// reach goes on until the cheapest line to a corner is known.
func (w *Wire) reach(end int) bool {
	// A corner is settled once the queue has come as far as its distance.
	for w.queued > 0 && (w.dist[end] == unseen || w.dist[end] > w.at) {
		b := &w.queue[w.at%queueLen]
		if len(*b) == 0 {
			w.at++
			continue
		}
		i := (*b)[len(*b)-1]
		*b = (*b)[:len(*b)-1]
		w.queued--
		if w.dist[i] == w.at {
			w.leave(int(i))
		}
	}
	return w.dist[end] != unseen
}

// leave tries the moves from a corner.
func (w *Wire) leave(i int) {
	x, y := i%w.f.w, i/w.f.w
	for k, m := range moves {
		u, v := x+m[0], y+m[1]
		if u < 0 || v < 0 || u >= w.f.w || v >= w.f.h {
			continue
		}
		j := v*w.f.w + u
		if d := w.at + w.cost(j, k >= 4); d < w.dist[j] {
			w.dist[j], w.from[j] = d, int8(k)
			w.push(int32(j), d)
		}
	}
}

// cost is what a move to a corner costs: little along strong edges.
func (w *Wire) cost(to int, diagonal bool) uint32 {
	weak := 255 - uint32(w.f.strength[to])
	c := 8 + weak*weak/400
	if diagonal {
		c = c * 181 / 128
	}
	return c
}

func (w *Wire) push(i int32, d uint32) {
	b := &w.queue[d%queueLen]
	*b = append(*b, i)
	w.queued++
}
