package media

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// benchClip is 10 seconds at 1280x720, as a phone records it.
func benchClip(b *testing.B) *Video {
	b.Helper()
	path := filepath.Join(b.TempDir(), "720p.mp4")
	ffmpeg(b, "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=10",
		"-vf", "noise=alls=6:allf=t", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", "60", "-bf", "2", path)
	return indexed(b, path, Options{CacheBytes: 256 << 20})
}

// Step: the next frame, with the frames around the playhead in the cache.
func BenchmarkStepCached(b *testing.B) {
	v := benchClip(b)
	for i := range 30 {
		if _, err := v.Frame(context.Background(), i); err != nil {
			b.Fatal(err)
		}
	}
	i := 0
	for b.Loop() {
		if _, err := v.Frame(context.Background(), i%30); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// Jump: a frame from anywhere, not in the cache.
func BenchmarkJumpCold(b *testing.B) {
	v := benchClip(b)
	r := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		v.cache.clear()
		if _, err := v.Frame(context.Background(), r.IntN(v.Len())); err != nil {
			b.Fatal(err)
		}
	}
}

// Nearest: what is shown at once after a cold jump.
func BenchmarkNearestCold(b *testing.B) {
	v := benchClip(b)
	v.cache.clear()
	r := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		if _, _, ok := v.Nearest(r.IntN(v.Len())); !ok {
			b.Fatal("nothing")
		}
	}
}

// Sequential: all frames in order, as Phase 1 reads them.
func BenchmarkSequential(b *testing.B) {
	v := benchClip(b)
	for b.Loop() {
		v.cache.clear()
		for i := range v.Len() {
			if _, err := v.Frame(context.Background(), i); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(v.Len()*b.N)/b.Elapsed().Seconds(), "frames/s")
}

// clear empties the cache between two measurements.
func (c *frameCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held.Purge()
}
