package classic

import (
	"bytes"
	"context"
	"errors"
	"image"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

func someFeatures() *features {
	f := &features{w: 5, h: 4, jump: 0.25}
	for i := range 3 * 20 {
		f.rgb = append(f.rgb, uint8(i*13))
	}
	for i := range 2 * 20 {
		f.prev = append(f.prev, int16(i*700-14000))
		f.next = append(f.next, int16(-i*800))
	}
	return f
}

func TestFeaturesSurviveEncoding(t *testing.T) {
	for _, drop := range []string{"", "prev", "next", "both"} {
		f := someFeatures()
		if drop == "prev" || drop == "both" {
			f.prev = nil
		}
		if drop == "next" || drop == "both" {
			f.next = nil
		}
		g, err := decodeFeatures(f.encode())
		if err != nil {
			t.Fatal(err)
		}
		if g.w != f.w || g.h != f.h || g.jump != f.jump || !bytes.Equal(g.rgb, f.rgb) || !slices.Equal(g.prev, f.prev) || !slices.Equal(g.next, f.next) {
			t.Errorf("without %q: %+v, want %+v", drop, g, f)
		}
	}
}

func TestDamagedFeaturesAreRefused(t *testing.T) {
	b := someFeatures().encode()
	for n := range b {
		if _, err := decodeFeatures(b[:n]); !errors.Is(err, errFeatures) {
			t.Fatalf("the first %d bytes: error %v", n, err)
		}
	}
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 0x10
		if g, err := decodeFeatures(c); err == nil {
			t.Fatalf("byte %d changed: accepted as %dx%d", i, g.w, g.h)
		}
	}
}

func FuzzDecodeFeatures(f *testing.F) {
	f.Add(someFeatures().encode())
	f.Add([]byte(featureMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := decodeFeatures(b)
		if err != nil {
			return
		}
		if !bytes.Equal(g.encode()[featureHeader:], b[featureHeader:]) {
			t.Error("accepted features encode to other bytes")
		}
	})
}

func TestMemoKeepsToItsBudget(t *testing.T) {
	m := newMemo(100, func(b []byte) int { return len(b) })
	for i := range 50 {
		m.put(i, make([]byte, 10+i%20))
		if _, ok := m.get(i); !ok {
			t.Fatalf("item %d is gone at once", i)
		}
		used := 0
		for _, e := range m.items {
			used += len(e.Value.(memoItem[[]byte]).v)
		}
		if used > 100 || used != m.used || len(m.items) != m.order.Len() {
			t.Fatalf("after item %d: %d bytes (counted %d), %d items", i, used, m.used, len(m.items))
		}
	}
	m.put(99, make([]byte, 500)) // larger than the budget: kept alone
	if len(m.items) != 1 || !m.has(99) {
		t.Errorf("%d items after a large one", len(m.items))
	}
}

func TestFlightsLetOneIn(t *testing.T) {
	var f flights
	var inside, most, runs atomic.Int32
	done := make(chan bool)
	for range 8 {
		go func() {
			for range 100 {
				leave, err := f.enter(context.Background(), 5)
				if err != nil {
					t.Error(err)
				}
				most.Store(max(most.Load(), inside.Add(1)))
				runs.Add(1)
				inside.Add(-1)
				leave()
			}
			done <- true
		}()
	}
	for range 8 {
		<-done
	}
	if most.Load() != 1 || runs.Load() != 800 {
		t.Errorf("%d at once, %d runs", most.Load(), runs.Load())
	}
	leave, err := f.enter(context.Background(), 5)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.enter(ctx, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait: %v", err)
	}
}

// A cache file that is damaged, or of another size, is computed again.
func TestDamagedCacheEntry(t *testing.T) {
	v := moving(3, 2, 0).render()
	cache, err := inference.OpenFeatureCache("", 1<<30, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := openSession(t, v, cache)
	cache.Put(s.store.key(1), []byte("rubbish"))
	cache.Put(s.store.key(2), someFeatures().encode())
	for f := range 3 {
		if _, err := s.store.get(t.Context(), f); err != nil {
			t.Errorf("frame %d: %v", f, err)
		}
	}
	if n := s.store.flows.Load(); n != 4 {
		t.Errorf("%d flows, want 4", n)
	}
}

// loop is a long video made of a few frames.
type loop struct {
	*synthetic
	n int
}

func (l loop) Len() int { return l.n }
func (l loop) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	return l.synthetic.Frame(ctx, i%len(l.frames))
}

// What a session keeps of its frames does not grow with the video; frames that
// were dropped are computed again when they are needed.
func TestMemoryDoesNotGrowWithTheVideo(t *testing.T) {
	sc := moving(8, 0, 0)
	sc.w, sc.h = 48, 36
	sc.discs[0].at = func(t int) (x, y, r float64) { return 24 + 3*math.Sin(float64(t)*math.Pi/4), 18, 9 }
	v := loop{sc.render(), 2000}
	s := openSession(t, v, nil)
	const keep = 20
	s.store.coded.budget = keep * (featureHeader + 11*48*36)
	for f := range v.Len() {
		if err := s.Encode(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	promptMask(t, s, 1, 0, v.truth[0][0])
	got := run(t, s, inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: 300}, Direction: inference.Both,
	}, -1)
	if q := iou(t, got.mask(t, 1, 300), v.truth[0][300%8]); q < 0.85 {
		t.Errorf("frame 300: IoU %.3f", q)
	}
	if n := len(s.store.coded.items); n > keep {
		t.Errorf("features of %d frames are kept, want at most %d", n, keep)
	}
	if s.store.small.used > s.store.small.budget || len(s.store.small.items) > smallFrames {
		t.Errorf("%d small frames are kept", len(s.store.small.items))
	}
	if len(s.store.making.busy) != 0 {
		t.Errorf("%d frames are still being made", len(s.store.making.busy))
	}
}
