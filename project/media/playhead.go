package media

import (
	"context"
	"sync"
)

// playhead fetches the frames around the one that the user looks at.
type playhead struct {
	v      *Video
	ctx    context.Context
	cancel context.CancelFunc
	moves  chan int
	done   sync.WaitGroup
}

func newPlayhead(v *Video) *playhead {
	p := &playhead{v: v, moves: make(chan int, 1)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.done.Add(1)
	go p.run()
	return p
}

func (p *playhead) close() {
	p.cancel()
	p.done.Wait()
}

// Playhead tells which frame the user looks at. The frames around it are
// decoded in the background, so that stepping shows them at once. It returns
// at once; only the latest call counts.
func (v *Video) Playhead(i int) {
	select { // the channel holds the latest move only
	case <-v.playhead.moves:
	default:
	}
	select {
	case v.playhead.moves <- i:
	default:
	}
}

func (p *playhead) run() {
	defer p.done.Done()
	for {
		select {
		case <-p.ctx.Done():
			return
		case at := <-p.moves:
			p.fill(at)
		}
	}
}

// fill fetches what is missing around frame at, until the playhead moves on.
func (p *playhead) fill(at int) {
	for _, i := range p.v.around(at) {
		if len(p.moves) > 0 || p.ctx.Err() != nil {
			return
		}
		if p.v.cache.has(i) {
			continue
		}
		// Whatever fails here fails again, and is told, when it is asked for.
		_, _ = p.v.sched.fetch(p.ctx, p.v.landing(i), i, true)
	}
}

// around lists the known frames near frame at in the order in which they are
// worth having: a few ahead, then those behind from far to near (they are
// decoded in that direction), then more ahead.
func (v *Video) around(at int) []int {
	n := v.index.Reach()
	ahead, behind := v.near, max(1, v.near/2)
	soon := min(4, ahead)
	var out []int
	add := func(first, last int) {
		for i := max(0, first); i <= min(last, n-1); i++ {
			out = append(out, i)
		}
	}
	add(at, at+soon)
	add(at-behind, at-1)
	add(at+soon+1, at+ahead)
	return out
}
