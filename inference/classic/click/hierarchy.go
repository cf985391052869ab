package click

import (
	"container/heap"
	"math"
)

// mergeTree is the hierarchy of regions: leaves are the regions, every other
// node joins two, the most alike neighbours first. The nodes above a click are
// its natural "part, whole, larger" readings.
type mergeTree struct {
	leaves int
	parent []int32 // -1 at a root
	kids   [][2]int32
	area   []float32
}

type mergeNode struct {
	area  float32
	feat  []float32
	links map[int32]link // by neighbouring node
}

// link is the border between two nodes: length and summed squared steps.
type link struct{ length, steps float32 }

func makeMergeTree(r *regions) *mergeTree {
	n := len(r.area)
	t := &mergeTree{leaves: n, parent: make([]int32, n, 2*n), kids: make([][2]int32, n, 2*n), area: append(make([]float32, 0, 2*n), r.area...)}
	nodes := make([]*mergeNode, n, 2*n)
	for i := range n {
		t.parent[i] = -1
		nodes[i] = &mergeNode{area: r.area[i], feat: r.feat[i], links: map[int32]link{}}
	}
	q := &candidates{}
	push := func(a, b int32, l link) {
		heap.Push(q, candidate{cost: mergeCost(nodes[a], nodes[b], l), x: a, y: b, order: int32(len(nodes))<<16 ^ a<<8 ^ b})
	}
	for _, e := range r.edges {
		l := link{e.length, e.length * (e.colour + e.motion)}
		nodes[e.a].links[e.b], nodes[e.b].links[e.a] = l, l
		push(e.a, e.b, l)
	}
	for len(*q) > 0 {
		c := heap.Pop(q).(candidate)
		if nodes[c.x] == nil || nodes[c.y] == nil {
			continue
		}
		id := int32(len(nodes))
		m := mergeNodes(nodes[c.x], nodes[c.y], c.x, c.y)
		t.parent[c.x], t.parent[c.y] = id, id
		t.parent = append(t.parent, -1)
		t.kids = append(t.kids, [2]int32{c.x, c.y})
		t.area = append(t.area, m.area)
		nodes[c.x], nodes[c.y] = nil, nil
		nodes = append(nodes, m)
		for _, o := range sortedKeys(m.links) {
			l := m.links[o]
			delete(nodes[o].links, c.x)
			delete(nodes[o].links, c.y)
			nodes[o].links[id] = l
			push(o, id, l)
		}
	}
	return t
}

// mergeCost grows with the difference of the means, with the outline between
// the two, and with the size of the smaller one.
func mergeCost(a, b *mergeNode, l link) float32 {
	c, m := apart(a.feat, b.feat)
	size := math.Sqrt(float64(a.area * b.area / (a.area + b.area)))
	return float32(math.Sqrt(float64(c+m+l.steps/l.length)) * size)
}

func mergeNodes(a, b *mergeNode, ia, ib int32) *mergeNode {
	m := &mergeNode{area: a.area + b.area, feat: make([]float32, len(a.feat)), links: map[int32]link{}}
	for i := range m.feat {
		m.feat[i] = (a.area*a.feat[i] + b.area*b.feat[i]) / m.area
	}
	for _, n := range []*mergeNode{a, b} {
		for o, l := range n.links {
			if o != ia && o != ib {
				k := m.links[o]
				m.links[o] = link{k.length + l.length, k.steps + l.steps}
			}
		}
	}
	return m
}

// members marks the regions below a node.
func (t *mergeTree) members(node int32) []bool {
	in := make([]bool, t.leaves)
	stack := []int32{node}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if int(i) < t.leaves {
			in[i] = true
			continue
		}
		stack = append(stack, t.kids[i][0], t.kids[i][1])
	}
	return in
}
