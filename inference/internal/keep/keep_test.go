package keep

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestBudget(t *testing.T) {
	c := New[int](100, func(b []byte) int64 { return int64(len(b)) })
	have := map[int]int{}
	for i := range 50 {
		n := 10 + i%20
		have[i] = n
		for _, k := range c.Put(i, make([]byte, n)) {
			delete(have, k)
		}
		if _, ok := c.Get(i); !ok {
			t.Fatalf("item %d is gone at once", i)
		}
		used := 0
		for k, n := range have {
			used += n
			if !c.Has(k) {
				t.Fatalf("item %d is gone and was not named", k)
			}
		}
		if used > 100 || int64(used) != c.Used() {
			t.Fatalf("after item %d: %d bytes, counted %d", i, used, c.Used())
		}
	}
	c.Put(49, make([]byte, 1)) // in the place of the old value
	c.Remove(48)
	c.Remove(-1)
	if want := int64(have[46] + have[47] + 1); c.Used() < want || c.Used() > 100 || c.Has(48) {
		t.Errorf("after a change: %d bytes", c.Used())
	}
	c.Put(99, make([]byte, 500)) // larger than the budget: kept alone
	if c.Used() != 500 || !c.Has(99) || c.Has(49) {
		t.Errorf("%d bytes after a large one", c.Used())
	}
}

func TestTheOldestGoes(t *testing.T) {
	c := Count[string, int](2)
	c.Put("a", 1)
	c.Put("b", 2)
	c.Get("a")
	c.Has("b") // does not count as use
	if gone := c.Put("c", 3); len(gone) != 1 || gone[0] != "b" {
		t.Errorf("%q had to go", gone)
	}
}

// Values are made once for all who want them at a time; a failure is that of
// one caller alone.
func TestMake(t *testing.T) {
	c := Count[int, int](4)
	var inside, runs atomic.Int32
	var wg sync.WaitGroup
	failed := errors.New("failed")
	for i := range 8 {
		wg.Go(func() {
			v, err := c.Make(t.Context(), 5, func() (int, error) {
				defer inside.Add(-1)
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d make it", n)
				}
				if runs.Add(1) < 3 {
					return 0, failed
				}
				return 7, nil
			})
			if err == nil && v != 7 || err != nil && !errors.Is(err, failed) {
				t.Errorf("caller %d: %d, %v", i, v, err)
			}
		})
	}
	wg.Wait()
	if n := runs.Load(); n != 3 {
		t.Errorf("made %d times, want twice in vain and once", n)
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	c := Count[int, int](4)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := c.Make(t.Context(), 5, func() (int, error) {
		gone := make(chan error)
		go func() {
			_, err := c.Make(ctx, 5, func() (int, error) { return 0, errors.New("made twice") })
			gone <- err
		}()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled wait: %v", err)
		}
		return 1, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.busy) != 0 {
		t.Errorf("%d values are still being made", len(c.busy))
	}
}
