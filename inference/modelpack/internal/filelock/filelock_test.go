package filelock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestTry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	a, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Try(path); !errors.Is(err, ErrHeld) {
		t.Errorf("taken twice: %v", err)
	}
	a.Release()
	b, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	b.Remove()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed, but there: %v", err)
	}
	if _, err := Try(filepath.Join(path, "in", "nowhere")); err == nil {
		t.Error("a lock in a folder that does not exist")
	}
}

// TestExclusive: whoever holds the lock is alone, although every holder removes
// the file.
func TestExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var inside atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				l, err := Wait(path)
				if err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				inside.Add(-1)
				l.Remove()
			}
		})
	}
	wg.Wait()
}
