package media

import (
	"container/list"
	"image"
	"sync"
)

// frameCache holds decoded frames, the least recently used go first, within a
// budget in bytes. One frame is always kept, even if it alone exceeds the
// budget. It is safe for concurrent use.
type frameCache struct {
	budget int64

	mu    sync.Mutex
	bytes int64
	order *list.List // of cached, most recently used first
	byKey map[int]*list.Element
}

type cached struct {
	frame int
	img   *image.RGBA
}

func newFrameCache(budget int64) *frameCache {
	return &frameCache{budget: budget, order: list.New(), byKey: map[int]*list.Element{}}
}

// get returns a frame and marks it as used.
func (c *frameCache) get(frame int) (*image.RGBA, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[frame]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).img, true
}

// wants reports whether put would add something new. It implements keeper.
func (c *frameCache) wants(frame int) bool { return !c.has(frame) }

// has reports whether a frame is held, without marking it as used.
func (c *frameCache) has(frame int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.byKey[frame]
	return ok
}

// put adds a frame and drops what no longer fits.
func (c *frameCache) put(frame int, img *image.RGBA) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[frame]; ok {
		c.order.MoveToFront(e)
		return
	}
	c.byKey[frame] = c.order.PushFront(cached{frame, img})
	c.bytes += int64(len(img.Pix))
	for c.bytes > c.budget && c.order.Len() > 1 {
		last := c.order.Back()
		old := c.order.Remove(last).(cached)
		delete(c.byKey, old.frame)
		c.bytes -= int64(len(old.img.Pix))
	}
}

// used returns the bytes held.
func (c *frameCache) used() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

// nearest returns the held frame whose number is closest.
func (c *frameCache) nearest(frame int) (*image.RGBA, int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var best *list.Element
	bestGap := 0
	for k, e := range c.byKey {
		gap := max(k-frame, frame-k)
		if best == nil || gap < bestGap || gap == bestGap && k < frame {
			best, bestGap = e, gap
		}
	}
	if best == nil {
		return nil, 0, false
	}
	found := best.Value.(cached)
	return found.img, found.frame, true
}
