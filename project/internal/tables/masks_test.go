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
			s.keep(cachedMask{id, m})
			sum := 0
			for e := s.order.Front(); e != nil; e = e.Next() {
				sum += e.Value.(cachedMask).size()
			}
			if sum != s.bytes || sum > 1500 || len(s.cache) != s.order.Len() || s.order.Front().Value.(cachedMask).id != id {
				t.Fatalf("round %d: the cache holds %d bytes, counts %d", round, sum, s.bytes)
			}
		}
	}
}
