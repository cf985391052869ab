package classic

import (
	"bytes"
	"context"
	"errors"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/keep"
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
	const most = 20
	s.store.coded = keep.New[int](most, func([]byte) int64 { return 1 })
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
	if n := s.store.coded.Used(); n > most {
		t.Errorf("features of %d frames are kept, want at most %d", n, most)
	}
	if n := s.store.small.Used(); n > smallFrames*4*48*36 {
		t.Errorf("%d bytes of small frames are kept", n)
	}
}
