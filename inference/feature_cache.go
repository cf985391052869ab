package inference

import (
	"sync"

	"github.com/masklet/masklet/inference/internal/keep"
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
	disk   *featureDisk // nil without a folder
	memory *keep.Cache[FeatureKey, []byte]
	budget int64 // of memory

	mu    sync.Mutex
	stats CacheStats
}

// CacheStats counts what a FeatureCache did since it was opened.
type CacheStats struct {
	MemoryHits, DiskHits, Misses int
	MemoryBytes, DiskBytes       int64
	DiskErr                      error // the latest failure to write; nil if none
}

// OpenFeatureCache returns a cache that keeps up to memory bytes in RAM and up
// to disk bytes in folder dir. With an empty dir or no disk budget it stays in
// memory. Unreadable and foreign files in dir are left alone.
func OpenFeatureCache(dir string, memory, disk int64) (*FeatureCache, error) {
	c := &FeatureCache{budget: memory, memory: keep.New[FeatureKey](memory, func(b []byte) int64 { return int64(len(b)) })}
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
	data, inMemory := c.memory.Get(k)
	onDisk := false
	if !inMemory {
		if data, onDisk = c.disk.read(k); onDisk {
			c.remember(k, data)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case inMemory:
		c.stats.MemoryHits++
	case onDisk:
		c.stats.DiskHits++
	default:
		c.stats.Misses++
	}
	return data, inMemory || onDisk
}

// Put stores the bytes of a frame and takes them over: the caller must not
// change them afterwards. A disk that cannot be written is noted in Stats and
// costs nothing but the reuse.
func (c *FeatureCache) Put(k FeatureKey, data []byte) {
	if c == nil {
		return
	}
	c.remember(k, data)
	if err := c.disk.write(k, data); err != nil {
		c.mu.Lock()
		c.stats.DiskErr = err
		c.mu.Unlock()
	}
}

// remember keeps data in memory unless it alone is too large.
func (c *FeatureCache) remember(k FeatureKey, data []byte) {
	if int64(len(data)) > c.budget {
		c.memory.Remove(k)
		return
	}
	c.memory.Put(k, data)
}

// Has reports whether Get would most likely find the frame, without reading it.
func (c *FeatureCache) Has(k FeatureKey) bool {
	return c != nil && (c.memory.Has(k) || c.disk.has(k))
}

// Stats returns the counters.
func (c *FeatureCache) Stats() CacheStats {
	if c == nil {
		return CacheStats{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.MemoryBytes, s.DiskBytes = c.memory.Used(), c.disk.bytes()
	return s
}
