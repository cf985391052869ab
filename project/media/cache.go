package media

import (
	"image"
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// frameCache holds decoded frames, the least recently used go first, within a
// budget in bytes. One frame is always kept, even if it alone exceeds the
// budget. It is safe for concurrent use.
type frameCache struct {
	budget int64

	mu    sync.Mutex
	bytes int64
	held  *simplelru.LRU[int, *image.RGBA]
}

func newFrameCache(budget int64) *frameCache {
	c := &frameCache{budget: budget}
	c.held, _ = simplelru.NewLRU(math.MaxInt, func(_ int, img *image.RGBA) { c.bytes -= int64(len(img.Pix)) }) // only a size of 0 is an error
	return c
}

// get returns a frame and marks it as used.
func (c *frameCache) get(frame int) (*image.RGBA, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held.Get(frame)
}

// wants reports whether put would add something new. It implements keeper.
func (c *frameCache) wants(frame int) bool { return !c.has(frame) }

// has reports whether a frame is held, without marking it as used.
func (c *frameCache) has(frame int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held.Contains(frame)
}

// put adds a frame and drops what no longer fits.
func (c *frameCache) put(frame int, img *image.RGBA) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.held.Get(frame); ok {
		return
	}
	c.held.Add(frame, img)
	for c.bytes += int64(len(img.Pix)); c.bytes > c.budget && c.held.Len() > 1; {
		c.held.RemoveOldest()
	}
}

// purge drops all frames.
func (c *frameCache) purge() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held.Purge()
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
	best, bestGap := -1, 0
	for _, k := range c.held.Keys() {
		gap := max(k-frame, frame-k)
		if best < 0 || gap < bestGap || gap == bestGap && k < frame {
			best, bestGap = k, gap
		}
	}
	img, ok := c.held.Peek(best)
	return img, best, ok
}
