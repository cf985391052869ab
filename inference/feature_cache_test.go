package inference

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func blob(frame, n int) []byte {
	return bytes.Repeat([]byte{byte(frame + 1)}, n)
}

func key(frame int) FeatureKey {
	return FeatureKey{Model: "m1", Media: "v1", Size: 240, Frame: frame}
}

func open(t *testing.T, dir string, memory, disk int64) *FeatureCache {
	t.Helper()
	c, err := OpenFeatureCache(dir, memory, disk)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFeaturesSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, 1<<20, 1<<20)
	c.Put(key(3), blob(3, 1000))
	c = open(t, dir, 1<<20, 1<<20)
	if !c.Has(key(3)) {
		t.Error("Has does not see the file")
	}
	data, ok := c.Get(key(3))
	if !ok || !bytes.Equal(data, blob(3, 1000)) {
		t.Fatalf("got %d bytes, %v", len(data), ok)
	}
	if _, ok := c.Get(key(3)); !ok || c.Stats().MemoryHits != 1 || c.Stats().DiskHits != 1 {
		t.Errorf("the second read was not from memory: %+v", c.Stats())
	}
}

func TestEveryPartOfTheKeyCounts(t *testing.T) {
	c := open(t, t.TempDir(), 1<<20, 1<<20)
	c.Put(key(1), blob(1, 10))
	for _, k := range []FeatureKey{
		{"m2", "v1", 240, 1}, {"m1", "v2", 240, 1}, {"m1", "v1", 360, 1}, {"m1", "v1", 240, 2},
	} {
		if _, ok := c.Get(k); ok {
			t.Errorf("%+v was found", k)
		}
	}
}

func TestDamagedFilesCountAsAbsent(t *testing.T) {
	damage := map[string]func([]byte) []byte{
		"truncated":    func(b []byte) []byte { return b[:len(b)-1] },
		"empty":        func([]byte) []byte { return nil },
		"flipped bit":  func(b []byte) []byte { b[len(b)-5] ^= 1; return b },
		"other header": func(b []byte) []byte { b[0] = 'X'; return b },
		"other key":    func(b []byte) []byte { b[12] ^= 1; return b },
		"longer":       func(b []byte) []byte { return append(b, 0) },
	}
	for name, change := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir, 1<<20, 1<<20).Put(key(7), blob(7, 100))
			path := filepath.Join(dir, key(7).file())
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, change(raw), 0o600); err != nil {
				t.Fatal(err)
			}
			c := open(t, dir, 1<<20, 1<<20)
			if _, ok := c.Get(key(7)); ok {
				t.Fatal("the damaged file was believed")
			}
			c.Put(key(7), blob(7, 100))
			if data, ok := open(t, dir, 0, 1<<20).Get(key(7)); !ok || !bytes.Equal(data, blob(7, 100)) {
				t.Error("it could not be stored again")
			}
		})
	}
}

func TestBudgetsHoldAndTheOldestGoes(t *testing.T) {
	dir := t.TempDir()
	const size = 1000
	c := open(t, dir, 3*size, 6*(size+int64(featureHeader)))
	for f := range 10 {
		c.Put(key(f), blob(f, size))
		c.Get(key(0)) // keeps frame 0 in use
	}
	s := c.Stats()
	if s.MemoryBytes > 3*size || s.DiskBytes > 6*(size+int64(featureHeader)) {
		t.Errorf("over budget: %+v", s)
	}
	if !c.memory.Has(key(0)) {
		t.Error("the frame in use left memory")
	}
	if _, ok := c.Get(key(9)); !ok {
		t.Error("the latest frame is gone")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) != 6 {
		t.Errorf("%d files, %v", len(files), err)
	}
	// A blob larger than the whole budget is not kept, and evicts nothing.
	c.Put(key(50), blob(50, 1<<16))
	if c.Has(key(50)) || !c.Has(key(9)) {
		t.Error("an oversized blob changed the cache")
	}
}

func TestDeletingTheFolderWhileRunningIsHarmless(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "features")
	c := open(t, dir, 0, 1<<20)
	c.Put(key(1), blob(1, 10))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get(key(1)); ok {
		t.Error("a deleted file was found")
	}
	c.Put(key(2), blob(2, 10))
	if _, ok := c.Get(key(2)); !ok {
		t.Error("the cache did not recover")
	}
}

func TestUnwritableDiskIsReportedAndWorkGoesOn(t *testing.T) {
	dir := t.TempDir()
	c := open(t, dir, 1<<20, 1<<20)
	// A file where the sub-folder should be: fails for every user.
	if err := os.WriteFile(filepath.Dir(filepath.Join(dir, key(1).file())), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Put(key(1), blob(1, 10))
	if c.Stats().DiskErr == nil {
		t.Error("the failure is not in the statistics")
	}
	if _, ok := c.Get(key(1)); !ok {
		t.Error("memory does not hold the frame")
	}
	var none *FeatureCache
	none.Put(key(1), nil)
	if _, ok := none.Get(key(1)); ok || none.Has(key(1)) {
		t.Error("a nil cache holds something")
	}
}

func TestLeftoverTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, 0, 1<<20).Put(key(1), blob(1, 10))
	left := filepath.Join(filepath.Dir(filepath.Join(dir, key(1).file())), temporaryPrefix+"123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	old := temporaryAge + 1
	if err := os.Chtimes(left, timeAgo(old), timeAgo(old)); err != nil {
		t.Fatal(err)
	}
	open(t, dir, 0, 1<<20)
	if _, err := os.Stat(left); err == nil {
		t.Error("a killed program's temporary file stays for ever")
	}
}

func TestConcurrentUse(t *testing.T) {
	c := open(t, t.TempDir(), 5000, 20000)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 200 {
				f := (i*7 + g) % 30
				if data, ok := c.Get(key(f)); ok && !bytes.Equal(data, blob(f, 500)) {
					t.Error("a frame has another frame's bytes")
				} else if !ok {
					c.Put(key(f), blob(f, 500))
				}
			}
		}()
	}
	wg.Wait()
}

func BenchmarkFeatureCache(b *testing.B) {
	for _, size := range []int{800 << 10, 16 << 20} {
		data := blob(1, size)
		b.Run(fmt.Sprintf("write/%dKB", size>>10), func(b *testing.B) {
			c, err := OpenFeatureCache(b.TempDir(), 0, 1<<30)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				c.Put(key(1), data)
			}
		})
		b.Run(fmt.Sprintf("read/%dKB", size>>10), func(b *testing.B) {
			c, err := OpenFeatureCache(b.TempDir(), 0, 1<<30)
			if err != nil {
				b.Fatal(err)
			}
			c.Put(key(1), data)
			b.SetBytes(int64(size))
			for b.Loop() {
				c.Get(key(1))
			}
		})
	}
}
