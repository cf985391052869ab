package media

import (
	"github.com/masklet/masklet/project/media/frameindex"

	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const clipFrame = clipW * clipH * 4 // bytes of one frame

func plainClip(t testing.TB, n int) string {
	t.Helper()
	return x264("clip.mp4", n, "-bf", "2", "-g", "30").make(t)
}

func mustFrame(t *testing.T, v *Video, i int) *image.RGBA {
	t.Helper()
	img, err := v.Frame(context.Background(), i)
	if err != nil {
		t.Fatalf("frame %d: %v", i, err)
	}
	if got := frameNumber(img); got != i {
		t.Fatalf("frame %d shows %d", i, got)
	}
	return img
}

func TestFramesBeforeTheIndexIsBuilt(t *testing.T) {
	v := open(t, plainClip(t, 100), Options{})
	if v.Len() != 1 || v.Indexed() || v.Estimate() != 100 {
		t.Fatalf("at first: %d frames, indexed %v, estimate %d", v.Len(), v.Indexed(), v.Estimate())
	}
	mustFrame(t, v, 0)
	mustFrame(t, v, 40)
	if n := v.Len(); n < 41 || v.Indexed() {
		t.Fatalf("after frame 40: %d frames, indexed %v", n, v.Indexed())
	}
	if _, err := v.Frame(context.Background(), 100); !errors.Is(err, ErrRange) {
		t.Fatalf("beyond the end: %v", err)
	}
	if v.Len() != 100 || !v.Indexed() {
		t.Fatalf("at last: %d frames", v.Len())
	}
	if _, err := v.Frame(context.Background(), -1); !errors.Is(err, ErrRange) {
		t.Fatalf("before the start: %v", err)
	}
}

func TestIndexReportsAndCanBeCancelled(t *testing.T) {
	v := open(t, plainClip(t, 100), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	if err := v.Index(ctx, func(done, estimate int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	known := v.Len()
	var last [2]int
	if err := v.Index(context.Background(), func(done, estimate int) {
		if done < known {
			t.Errorf("went back from %d to %d frames", known, done)
		}
		known, last = done, [2]int{done, estimate}
	}); err != nil {
		t.Fatal(err)
	}
	if last != [2]int{100, 100} {
		t.Errorf("last report: %d of %d", last[0], last[1])
	}
}

// One reader goes through the video while others jump about and the index is
// still being built: everyone gets the right frames.
func TestManyReaders(t *testing.T) {
	v := open(t, plainClip(t, 120), Options{CacheBytes: 10 * clipFrame})
	var wg sync.WaitGroup
	run := func(f func(r *rand.Rand) error) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := f(rand.New(rand.NewPCG(9, 9))); err != nil {
				t.Error(err)
			}
		}()
	}
	get := func(ctx context.Context, i int) error {
		img, err := v.Frame(ctx, i)
		if err == nil && frameNumber(img) != i {
			err = fmt.Errorf("frame %d shows %d", i, frameNumber(img))
		}
		return err
	}
	run(func(*rand.Rand) error { return v.Index(context.Background(), nil) })
	run(func(*rand.Rand) error {
		for i := range 120 {
			if err := get(context.Background(), i); err != nil {
				return err
			}
		}
		return nil
	})
	run(func(r *rand.Rand) error {
		for range 25 {
			v.Playhead(r.IntN(120))
			if err := get(context.Background(), r.IntN(120)); err != nil {
				return err
			}
		}
		return nil
	})
	run(func(r *rand.Rand) error { // someone who gives up now and then
		for range 40 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(8))*time.Millisecond)
			err := get(ctx, r.IntN(120))
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
		}
		return nil
	})
	wg.Wait()
	if used := v.cache.used(); used > 10*clipFrame {
		t.Errorf("the cache holds %d bytes of %d", used, 10*clipFrame)
	}
}

func TestGoingBackwardSeeksSeldom(t *testing.T) {
	v := indexed(t, plainClip(t, 150), Options{CacheBytes: 100 * clipFrame})
	decoded := 0
	for i := 149; i >= 0; i-- {
		if !v.cache.has(i) {
			decoded++
		}
		mustFrame(t, v, i)
	}
	// 25 frames (a quarter of the cache) come with each request.
	if decoded > 12 {
		t.Errorf("%d of 150 steps back had to decode", decoded)
	}
}

func TestPlayheadFetchesItsNeighbours(t *testing.T) {
	v := indexed(t, plainClip(t, 150), Options{CacheBytes: 60 * clipFrame})
	for _, at := range []int{75, 20, 149} {
		v.Playhead(at)
		deadline := time.Now().Add(20 * time.Second)
		for _, i := range []int{at, min(149, at+1), at - 1, min(149, at+5), at - 5} {
			for !v.cache.has(i) {
				if time.Now().After(deadline) {
					t.Fatalf("frame %d did not come after the playhead went to %d", i, at)
				}
				time.Sleep(2 * time.Millisecond)
			}
		}
	}
}

func TestNearestIsAlwaysThere(t *testing.T) {
	v := indexed(t, plainClip(t, 150), Options{CacheBytes: 2 * clipFrame})
	for _, i := range []int{0, 3, 70, 149} {
		img, frame, ok := v.Nearest(i)
		if !ok || distance(frame, i) > waypointStride || img.Rect != image.Rect(0, 0, clipW, clipH) {
			t.Fatalf("for frame %d: frame %d, %v, %v", i, frame, img.Rect, ok)
		}
		if got := frameNumber(img); got != frame {
			t.Errorf("said to be frame %d, shows %d", frame, got)
		}
	}
	want := mustFrame(t, v, 70)
	if img, frame, _ := v.Nearest(70); frame != 70 || img != want {
		t.Errorf("a frame in the cache is not used: got %d", frame)
	}
}

func TestSavedIndex(t *testing.T) {
	path, folder := plainClip(t, 100), t.TempDir()
	first := indexed(t, path, Options{IndexFolder: folder})
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(files) != 1 {
		t.Fatalf("%d index files", len(files))
	}
	again := open(t, path, Options{IndexFolder: folder, CacheBytes: 2 * clipFrame})
	if !again.Indexed() || again.Len() != 100 {
		t.Fatalf("not taken over: %d frames", again.Len())
	}
	for i, s := range first.Timestamps() {
		if again.Timestamp(i) != s {
			t.Fatalf("frame %d is at %g s, was at %g", i, again.Timestamp(i), s)
		}
	}
	mustFrame(t, again, 99)
	if _, frame, _ := again.Nearest(48); distance(frame, 48) > waypointStride {
		t.Errorf("no waypoint near frame 48: %d", frame)
	}
	// A damaged or cut file, and one of another video state, is ignored.
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(data)
	damaged[len(damaged)/2] ^= 1
	for name, content := range map[string][]byte{"damaged": damaged, "cut": data[:len(data)/2], "empty": {}, "other": []byte("something else")} {
		if err := os.WriteFile(files[0], content, 0o644); err != nil {
			t.Fatal(err)
		}
		v := open(t, path, Options{IndexFolder: folder})
		if v.Indexed() {
			t.Errorf("%s index was used", name)
		}
	}
	if err := os.WriteFile(files[0], data, 0o644); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if v := open(t, path, Options{IndexFolder: folder}); v.Indexed() {
		t.Error("the index of an older state of the file was used")
	}
}

func FuzzIndexFile(f *testing.F) {
	s := indexStore{path: "x", header: indexHeader{Hash: "h", Decoder: "d"}}
	x := frameindex.New()
	x.Add(0, 1)
	x.Add(40, 2)
	x.Finish([]float64{0, 40})
	w := &waypoints{}
	w.set([]waypoint{{0, []byte("jpeg")}})
	good := s.encode(x, w)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		x, points, err := s.decode(data)
		if err == nil && (x.Len() < 1 || len(points) > len(data)) {
			t.Fatalf("%d frames, %d waypoints from %d bytes", x.Len(), len(points), len(data))
		}
	})
}

func TestFileThatChangesWhileOpen(t *testing.T) {
	path := plainClip(t, 100)
	v := indexed(t, path, Options{CacheBytes: clipFrame})
	other, err := os.ReadFile(plainClip(t, 40))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, other, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Frame(context.Background(), 77); !errors.Is(err, ErrChanged) {
		t.Errorf("replaced: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Frame(context.Background(), 60); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	v := open(t, plainClip(t, 150), Options{})
	done := make(chan error, 8)
	for i := range cap(done) {
		go func() {
			_, err := v.Frame(context.Background(), 20*i)
			done <- err
		}()
	}
	go v.Playhead(3)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for range cap(done) {
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, ErrClosed) {
				t.Errorf("error %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("a call hangs")
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := v.Nearest(0); ok {
		t.Error("a closed video gives frames")
	}
	v.Playhead(1)
}

func TestQuickHash(t *testing.T) {
	dir := t.TempDir()
	data := make([]byte, 1<<20)
	for i := range data {
		data[i] = byte(i * i >> 7)
	}
	write := func(name string, data []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, data, 0o644); err != nil {
			t.Fatal(err)
		}
		h, err := QuickHash(p)
		if err != nil || len(h) != 64 {
			t.Fatalf("%q, %v", h, err)
		}
		return h
	}
	base := write("a", data)
	if write("elsewhere", data) != base {
		t.Error("the same content has another hash under another name")
	}
	for name, at := range map[string]int{"head": 0, "middle": len(data) / 2, "tail": len(data) - 1} {
		changed := bytes.Clone(data)
		changed[at] ^= 1
		if write("b", changed) == base {
			t.Errorf("a change in the %s is not seen", name)
		}
	}
	if write("c", data[:len(data)-1]) == base || write("tiny", []byte("x")) == write("empty", nil) {
		t.Error("sizes are not told apart")
	}
	frames := filepath.Join(dir, "frames")
	if err := os.Mkdir(frames, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		write(fmt.Sprintf("frames/%d.png", i), data)
	}
	base, err := QuickHash(frames)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 2, 4} {
		name := fmt.Sprintf("frames/%d.png", i)
		write(name, append([]byte{9}, data[1:]...))
		if h, err := QuickHash(frames); err != nil || h == base {
			t.Errorf("%s of another content is not seen (%v)", name, err)
		}
		write(name, data)
	}
	if h, _ := QuickHash(frames); h != base {
		t.Error("the same frames have another hash")
	}
	if _, err := QuickHash(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}
