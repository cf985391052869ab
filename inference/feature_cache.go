package inference

import (
	"container/list"
	"sync"
)

// FeatureKey names what an engine computed for one frame.
type FeatureKey struct {
	Model string // engine, its version and the hash of its model
	Media string // hash of the video (Frames.Hash)
	Size  int    // input or working size in pixels
	Frame int
}

// FeatureCache keeps what engines compute per frame: in memory up to one
// budget in bytes, then on disk up to another. A second start of the program,
// another object or a refine finds what was computed before. It is safe for
// concurrent use; a nil *FeatureCache holds nothing. The files may be deleted
// at any time, also while the program runs.
type FeatureCache struct {
	disk *featureDisk // nil without a folder

	mu     sync.Mutex
	budget int64
	used   int64
	order  *list.List // of *memoryEntry, least recently used first
	items  map[FeatureKey]*list.Element
	stats  CacheStats
}

// CacheStats counts what a FeatureCache did since it was opened.
type CacheStats struct {
	MemoryHits, DiskHits, Misses int
	MemoryBytes, DiskBytes       int64
	DiskErr                      error // the latest failure to write; nil if none
}

type memoryEntry struct {
	key  FeatureKey
	data []byte
}

// OpenFeatureCache returns a cache that keeps up to memory bytes in RAM and up
// to disk bytes in folder dir. With an empty dir or no disk budget it stays in
// memory. Unreadable and foreign files in dir are left alone.
func OpenFeatureCache(dir string, memory, disk int64) (*FeatureCache, error) {
	c := &FeatureCache{budget: memory, order: list.New(), items: map[FeatureKey]*list.Element{}}
	if dir != "" && disk > 0 {
		d, err := openFeatureDisk(dir, disk)
		if err != nil {
			return nil, err
		}
		c.disk = d
	}
	return c, nil
}

// Get returns the stored bytes of a frame; the caller must not change them.
// A file that is damaged counts as absent.
func (c *FeatureCache) Get(k FeatureKey) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	c.mu.Lock()
	if e, ok := c.items[k]; ok {
		c.order.MoveToBack(e)
		c.stats.MemoryHits++
		data := e.Value.(*memoryEntry).data
		c.mu.Unlock()
		return data, true
	}
	c.mu.Unlock()
	data, ok := c.disk.read(k)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.stats.Misses++
		return nil, false
	}
	c.stats.DiskHits++
	c.remember(k, data)
	return data, true
}

// Put stores the bytes of a frame and takes them over: the caller must not
// change them afterwards. A disk that cannot be written is noted in Stats and
// costs nothing but the reuse.
func (c *FeatureCache) Put(k FeatureKey, data []byte) {
	if c == nil {
		return
	}
	err := c.disk.write(k, data)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.stats.DiskErr = err
	}
	c.remember(k, data)
}

// Has reports whether Get would most likely find the frame, without reading it.
func (c *FeatureCache) Has(k FeatureKey) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	_, ok := c.items[k]
	c.mu.Unlock()
	return ok || c.disk.has(k)
}

// Stats returns the counters.
func (c *FeatureCache) Stats() CacheStats {
	if c == nil {
		return CacheStats{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.MemoryBytes, s.DiskBytes = c.used, c.disk.bytes()
	return s
}

// remember puts data into memory and evicts the least recently used beyond the
// budget. It is called with mu held.
func (c *FeatureCache) remember(k FeatureKey, data []byte) {
	if e, ok := c.items[k]; ok {
		c.used -= int64(len(e.Value.(*memoryEntry).data))
		c.order.Remove(e)
		delete(c.items, k)
	}
	if int64(len(data)) > c.budget {
		return
	}
	c.items[k] = c.order.PushBack(&memoryEntry{k, data})
	c.used += int64(len(data))
	for c.used > c.budget {
		front := c.order.Front()
		old := c.order.Remove(front).(*memoryEntry)
		delete(c.items, old.key)
		c.used -= int64(len(old.data))
	}
}
