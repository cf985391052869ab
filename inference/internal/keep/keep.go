// Package keep holds what is costly to make: the values used last, up to a
// budget, each made by one goroutine at a time.
package keep

import (
	"context"
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Cache keeps the values used last, up to a budget. The newest value is kept
// even if it alone exceeds the budget. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	budget int64
	size   func(V) int64

	mu    sync.Mutex
	used  int64
	items *simplelru.LRU[K, V]
	busy  map[K]chan struct{}
}

// New returns an empty cache. The budget is in the units of size, which must
// always give the same for a value.
func New[K comparable, V any](budget int64, size func(V) int64) *Cache[K, V] {
	c := &Cache[K, V]{budget: budget, size: size, busy: map[K]chan struct{}{}}
	c.items, _ = simplelru.NewLRU(math.MaxInt, func(_ K, v V) { c.used -= size(v) }) // only a size of 0 is an error
	return c
}

// Count returns an empty cache of at most n values.
func Count[K comparable, V any](n int) *Cache[K, V] {
	return New[K](int64(n), func(V) int64 { return 1 })
}

// Has reports whether a value is there, without using it.
func (c *Cache[K, V]) Has(k K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items.Contains(k)
}

// Get returns a value and marks it as used.
func (c *Cache[K, V]) Get(k K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.items.Get(k)
}

// Put stores a value and returns the keys that had to go for it.
func (c *Cache[K, V]) Put(k K, v V) (gone []K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items.Remove(k)
	c.items.Add(k, v)
	for c.used += c.size(v); c.used > c.budget && c.items.Len() > 1; {
		old, _, _ := c.items.RemoveOldest()
		gone = append(gone, old)
	}
	return gone
}

// Remove forgets a value.
func (c *Cache[K, V]) Remove(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items.Remove(k)
}

// Used returns how much of the budget is used.
func (c *Cache[K, V]) Used() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

// Make returns a value, made if need be. Callers that want the same value at
// the same time wait for the one that makes it; if that one fails, the next one
// tries.
func (c *Cache[K, V]) Make(ctx context.Context, k K, f func() (V, error)) (v V, err error) {
	done, err := c.enter(ctx, k)
	if err != nil {
		return v, err
	}
	defer done()
	if v, ok := c.Get(k); ok {
		return v, nil
	}
	if v, err = f(); err == nil {
		c.Put(k, v)
	}
	return v, err
}

// enter waits until nobody else makes the value; done must be called after.
func (c *Cache[K, V]) enter(ctx context.Context, k K) (done func(), err error) {
	for ctx.Err() == nil {
		c.mu.Lock()
		wait, taken := c.busy[k]
		if !taken {
			mine := make(chan struct{})
			c.busy[k] = mine
			c.mu.Unlock()
			return func() {
				c.mu.Lock()
				delete(c.busy, k)
				c.mu.Unlock()
				close(mine)
			}, nil
		}
		c.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
	return nil, ctx.Err()
}
