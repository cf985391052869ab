package click

import "math"

// flowGraph finds minimum cuts of small sparse graphs by augmenting paths from
// two search trees that are kept between the augmentations (Boykov and
// Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms",
// 2004). Capacities are integers: exact, so that it ends and is repeatable.
// The arcs are laid out once; solve can be called again with other capacities.
type flowGraph struct {
	start  []int32 // first arc of each node; arcs of a node are contiguous
	head   []int32 // node at the end of an arc
	sister []int32 // the arc in the other direction
	arc    []int32 // the two arcs of an edge: arc[2e] from a to b, arc[2e+1] back
}

func newFlowGraph(nodes int, edges []border) *flowGraph {
	g := &flowGraph{start: make([]int32, nodes+1), head: make([]int32, 2*len(edges)),
		sister: make([]int32, 2*len(edges)), arc: make([]int32, 2*len(edges))}
	for _, e := range edges {
		g.start[e.a+1]++
		g.start[e.b+1]++
	}
	for i := range nodes {
		g.start[i+1] += g.start[i]
	}
	fill := append([]int32(nil), g.start[:nodes]...)
	for i, e := range edges {
		ab, ba := fill[e.a], fill[e.b]
		fill[e.a]++
		fill[e.b]++
		g.head[ab], g.head[ba] = e.b, e.a
		g.sister[ab], g.sister[ba] = ba, ab
		g.arc[2*i], g.arc[2*i+1] = ab, ba
	}
	return g
}

const (
	noTree = iota
	objectTree
	groundTree
)

const (
	noParent = -1
	terminal = -2
	orphan   = -3
)

// flowState is one solution under way.
type flowState struct {
	*flowGraph
	res    []int32 // residual capacity of each arc
	excess []int64 // residual capacity from (positive) or to (negative) the terminals
	tree   []uint8
	parent []int32 // arc to the parent
	stamp  []int32
	dist   []int32
	queued []bool
	queue  []int32
	at     int
	lost   []int32
	time   int32
}

// cutScale is the number of capacity units of a weight of 1.
const cutScale = 64

// solve returns which nodes are object in the cut of least weight: a node pays
// its unary if it is ground (or minus it if it is object, up to a constant), and
// an edge its weight if its ends differ.
func (g *flowGraph) solve(unary, weight []float32) []bool {
	n := len(g.start) - 1
	s := &flowState{flowGraph: g, res: make([]int32, len(g.head)), excess: make([]int64, n), tree: make([]uint8, n),
		parent: make([]int32, n), stamp: make([]int32, n), dist: make([]int32, n), queued: make([]bool, n)}
	for e, w := range weight {
		c := int32(math.Round(float64(min(w, 1e6)) * cutScale))
		s.res[g.arc[2*e]], s.res[g.arc[2*e+1]] = c, c
	}
	for i := range n {
		s.parent[i] = noParent
		s.excess[i] = int64(math.Round(float64(unary[i]) * cutScale))
		if s.excess[i] == 0 {
			continue
		}
		s.parent[i], s.dist[i], s.tree[i] = terminal, 1, objectTree
		if s.excess[i] < 0 {
			s.tree[i] = groundTree
		}
		s.push(int32(i))
	}
	for {
		link := s.grow()
		if link < 0 {
			break
		}
		s.time++
		s.augment(link)
		s.adopt()
	}
	out := make([]bool, n)
	for i, t := range s.tree {
		out[i] = t == objectTree
	}
	return out
}

func (s *flowState) push(i int32) {
	if !s.queued[i] {
		s.queued[i] = true
		s.queue = append(s.queue, i)
	}
}

// out returns the capacity left for flow on arc a, which leaves a node of
// tree t: away from the object's terminal, towards the ground's.
func (s *flowState) out(a int32, t uint8) int32 {
	if t == objectTree {
		return s.res[a]
	}
	return s.res[s.sister[a]]
}

// grow extends both trees until they touch. It returns the arc from the object
// tree to the ground tree, or -1 when the flow is maximal.
func (s *flowState) grow() int32 {
	for s.at < len(s.queue) {
		i := s.queue[s.at]
		if t := s.tree[i]; t != noTree {
			for a := s.start[i]; a < s.start[i+1]; a++ {
				if s.out(a, t) == 0 {
					continue
				}
				j := s.head[a]
				switch {
				case s.tree[j] == noTree:
					s.tree[j], s.parent[j] = t, s.sister[a]
					s.stamp[j], s.dist[j] = s.stamp[i], s.dist[i]+1
					s.push(j)
				case s.tree[j] != t:
					if t == objectTree {
						return a
					}
					return s.sister[a]
				case s.stamp[j] <= s.stamp[i] && s.dist[j] > s.dist[i]+1:
					s.parent[j], s.stamp[j], s.dist[j] = s.sister[a], s.stamp[i], s.dist[i]+1
				}
			}
		}
		s.queued[i] = false
		s.at++
	}
	return -1
}

// augment pushes as much as it can along the path through the link arc.
func (s *flowState) augment(link int32) {
	from, to := s.head[s.sister[link]], s.head[link]
	least := int64(s.res[link])
	i := from
	for ; s.parent[i] >= 0; i = s.head[s.parent[i]] {
		least = min(least, int64(s.res[s.sister[s.parent[i]]]))
	}
	least = min(least, s.excess[i])
	for i = to; s.parent[i] >= 0; i = s.head[s.parent[i]] {
		least = min(least, int64(s.res[s.parent[i]]))
	}
	least = min(least, -s.excess[i])

	d := int32(least)
	s.res[link] -= d
	s.res[s.sister[link]] += d
	for i = from; s.parent[i] >= 0; {
		a := s.parent[i]
		s.res[a] += d
		s.res[s.sister[a]] -= d
		next := s.head[a]
		if s.res[s.sister[a]] == 0 {
			s.cutOff(i)
		}
		i = next
	}
	if s.excess[i] -= least; s.excess[i] == 0 {
		s.cutOff(i)
	}
	for i = to; s.parent[i] >= 0; {
		a := s.parent[i]
		s.res[a] -= d
		s.res[s.sister[a]] += d
		next := s.head[a]
		if s.res[a] == 0 {
			s.cutOff(i)
		}
		i = next
	}
	if s.excess[i] += least; s.excess[i] == 0 {
		s.cutOff(i)
	}
}

func (s *flowState) cutOff(i int32) {
	s.parent[i] = orphan
	s.lost = append(s.lost, i)
}

// adopt finds new parents for the nodes that lost theirs, or frees them.
func (s *flowState) adopt() {
	for len(s.lost) > 0 {
		i := s.lost[len(s.lost)-1]
		s.lost = s.lost[:len(s.lost)-1]
		t := s.tree[i]
		best, bestDist := int32(noParent), int32(math.MaxInt32)
		for a := s.start[i]; a < s.start[i+1]; a++ {
			j := s.head[a]
			if s.tree[j] != t || s.out(s.sister[a], t) == 0 {
				continue
			}
			if d := s.toRoot(j); d < bestDist {
				best, bestDist = a, d
			}
		}
		if best >= 0 {
			s.parent[i], s.stamp[i], s.dist[i] = best, s.time, bestDist+1
			continue
		}
		s.free(i, t)
	}
}

// toRoot returns the length of the path from i to its terminal, and marks it
// as known in this round; MaxInt32 if the path is broken.
func (s *flowState) toRoot(i int32) int32 {
	d, j := int32(0), i
	for s.stamp[j] != s.time {
		p := s.parent[j]
		if p == terminal {
			s.stamp[j], s.dist[j] = s.time, 1
			break
		}
		if p < 0 {
			return math.MaxInt32
		}
		d++
		j = s.head[p]
	}
	d += s.dist[j]
	for k, left := i, d; s.stamp[k] != s.time; k, left = s.head[s.parent[k]], left-1 {
		s.stamp[k], s.dist[k] = s.time, left
	}
	return d
}

func (s *flowState) free(i int32, t uint8) {
	for a := s.start[i]; a < s.start[i+1]; a++ {
		j := s.head[a]
		if s.tree[j] != t {
			continue
		}
		if s.out(s.sister[a], t) > 0 {
			s.push(j)
		}
		if p := s.parent[j]; p >= 0 && s.head[p] == i {
			s.cutOff(j)
		}
	}
	s.tree[i], s.parent[i] = noTree, noParent
}
