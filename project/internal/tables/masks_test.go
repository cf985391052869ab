package tables

import (
	"testing"

	"github.com/masklet/masklet/annotate"
)

// TestMaskCacheIsBounded keeps many masks and looks at what stays.
func TestMaskCacheIsBounded(t *testing.T) {
	s := NewMasks("")
	s.CacheBytes = 1500
	for round := range 3 {
		for id := range int64(30) {
			m := annotate.EmptyMask(40, 30+int(id))
			s.keep(id, m)
			sum := 0
			for _, m := range s.cache.Values() {
				sum += cachedSize(m)
			}
			if sum != s.bytes || sum > 1500 || !s.cache.Contains(id) {
				t.Fatalf("round %d: the cache holds %d bytes, counts %d", round, sum, s.bytes)
			}
		}
	}
}
