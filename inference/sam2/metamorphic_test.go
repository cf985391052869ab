package sam2

import (
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/keep"
)

// Objects share nothing but features.
func TestObjectsAreIndependent(t *testing.T) {
	alone := newRig(t, 14, defaults())
	alone.prompt(1, 4, click(20, 20, true))
	want := alone.track(alone.request(inference.Both, 1))

	r := newRig(t, 14, defaults())
	r.prompt(2, 9, click(8, 30, true))
	r.prompt(1, 4, click(20, 20, true))
	both := r.track(r.request(inference.Both, 1, 2))
	maps.DeleteFunc(both, func(k annotate.FrameKey, _ string) bool { return k.Object != 1 })
	differ(t, "beside another object", both, want)

	removed := newRig(t, 14, defaults())
	removed.prompt(2, 9, click(8, 30, true))
	removed.prompt(1, 4, click(20, 20, true))
	if err := removed.s.RemoveObject(2); err != nil {
		t.Fatal(err)
	}
	differ(t, "after the other was removed", removed.track(removed.request(inference.Both, 1)), want)
}

// Tracking a clip backwards gives what tracking the reversed clip forwards does.
func TestReverseSymmetry(t *testing.T) {
	const n, from = 15, 9
	back := newRig(t, n, defaults())
	back.prompt(1, from, click(20, 20, true))
	got := back.track(back.request(inference.Backward, 1))

	g := &toyGraphs{m: toyModel()}
	forward := openRig(t, g, &toyVideo{w: 48, h: 36, n: n, reverse: true}, nil, defaults())
	forward.prompt(1, n-1-from, click(20, 20, true))
	mirrored := map[annotate.FrameKey]string{}
	for k, v := range forward.track(forward.request(inference.Forward, 1)) {
		mirrored[key(1, n-1-k.Frame)] = v
	}
	differ(t, "backwards", got, mirrored)
}

// A run that is cancelled in any graph and goes on gives what an uninterrupted
// one does, and a cancelled call changes nothing.
func TestCancelAndResume(t *testing.T) {
	whole := newRig(t, 9, defaults())
	whole.prompt(1, 3, click(20, 20, true))
	whole.prompt(2, 5, click(30, 12, true))
	calls := 0
	whole.g.before = func(string) error { calls++; return nil }
	want := whole.track(whole.request(inference.Both, 1, 2))
	if calls < 30 {
		t.Fatalf("only %d graph calls", calls)
	}
	for stop := range calls {
		r := newRig(t, 9, defaults())
		r.prompt(1, 3, click(20, 20, true))
		r.prompt(2, 5, click(30, 12, true))
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		r.g.before = func(string) error {
			if n++; n == stop+1 {
				cancel()
			}
			return nil
		}
		p, err := r.s.Propagate(r.request(inference.Both, 1, 2))
		if err != nil {
			t.Fatal(err)
		}
		got := map[annotate.FrameKey]string{}
		for {
			before := trackedState(r)
			res, err := p.Next(ctx)
			if errors.Is(err, context.Canceled) {
				if trackedState(r) != before {
					t.Fatalf("stopped in call %d: the state changed", stop)
				}
				ctx = context.Background()
				continue
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for id, one := range res.Results {
				got[annotate.FrameKey{Object: id, Frame: res.Frame}] = shown(t, one)
			}
		}
		cancel()
		differ(t, "resumed", got, want)
	}
}

// trackedState is the state without the conditioning stores: prompts may have
// moved into the memory bank, which is complete in itself.
func trackedState(r *rig) string {
	lines := strings.Split(r.state(), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, " 1/") || strings.HasPrefix(l, " 3/")
	}), "\n")
}

// Dropping what later frames cannot read must change no mask: one clip, tracked
// both ways over many windows.
func TestEvictionChangesNothing(t *testing.T) {
	run := func(evict bool) (map[annotate.FrameKey]string, *rig) {
		r := newRig(t, 90, defaults())
		r.s.p.opt.Evict = evict
		r.prompt(1, 45, click(20, 20, true))
		r.prompt(2, 40, click(30, 12, true))
		return r.track(r.request(inference.Both, 1, 2)), r
	}
	want, _ := run(false)
	got, r := run(true)
	differ(t, "with eviction", got, want)
	whole := 0
	for _, o := range r.s.p.objects {
		for _, out := range o.non {
			if out.mem != nil || out.low != nil {
				whole++
			}
		}
	}
	if whole > 2*(3*2*7+3) {
		t.Errorf("%d outputs still hold memories", whole)
	}
}

// A frame far from where memories are kept can still be corrected.
func TestCorrectionFarFromThePass(t *testing.T) {
	r := newRig(t, 120, defaults())
	r.prompt(1, 0, click(20, 20, true))
	r.track(r.request(inference.Forward, 1))
	if o := r.s.p.object(1); o.non[50].low != nil || o.non[50].mask.IsZero() {
		t.Fatal("frame 50 was not dropped, the test proves nothing")
	}
	want := shown(t, r.prompt(1, 50, click(9, 9, false)))
	req := r.request(inference.Forward, 1)
	req.Range.First = 48
	got := r.track(req)
	if got[key(1, 50)] != want || len(got) != 72 {
		t.Errorf("%d frames, the correction kept: %v", len(got), got[key(1, 50)] == want)
	}
}

// Features are computed once, whatever is done with them.
func TestNothingIsEncodedTwice(t *testing.T) {
	for _, half := range []bool{false, true} {
		dir := t.TempDir()
		settings := defaults()
		settings.HalfCache = half
		open := func() *inference.FeatureCache {
			// No memory: everything must come from the disk.
			c, err := inference.OpenFeatureCache(dir, 0, 1<<30)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		g := &toyGraphs{m: toyModel()}
		video := &toyVideo{w: 48, h: 36, n: 20}
		r := openRig(t, g, video, open(), settings)
		for f := range video.n {
			if r.s.Ready(f) {
				t.Errorf("frame %d is ready before it was encoded", f)
			}
			if err := r.s.Encode(context.Background(), f); err != nil {
				t.Fatal(err)
			}
			if !r.s.Ready(f) {
				t.Errorf("frame %d is not ready after it was encoded", f)
			}
		}
		script := func(r *rig) map[annotate.FrameKey]string {
			r.prompt(1, 10, click(20, 20, true))
			r.track(r.request(inference.Forward, 1))
			r.prompt(1, 15, click(9, 9, false)) // a correction
			r.prompt(2, 12, click(30, 30, true))
			r.track(r.request(inference.Backward, 1))
			return r.track(r.request(inference.Both, 1, 2))
		}
		first := script(r)
		r.s.Close()
		second := script(openRig(t, g, video, open(), settings)) // the program starts again
		differ(t, "cached features", second, first)
		if n := g.encoded.Load(); n != int64(video.n) {
			t.Errorf("fp16 %v: the encoder ran %d times for %d frames", half, n, video.n)
		}
		if video.read != video.n {
			t.Errorf("fp16 %v: %d frames were decoded", half, video.read)
		}
	}
}

// A session without a cache makes one for itself and leaves nothing behind.
func TestOwnCacheIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	g := &toyGraphs{m: toyModel()}
	s, err := NewSession(g.m, g, &toyVideo{w: 48, h: 36, n: 5}, nil, defaults())
	if err != nil {
		t.Fatal(err)
	}
	for f := range 5 {
		if err := s.Encode(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("%v is left behind", left)
	}
}

// Damaged cache entries are encoded again.
func TestDamagedFeatures(t *testing.T) {
	cache, err := inference.OpenFeatureCache("", 1<<20, 0)
	if err != nil {
		t.Fatal(err)
	}
	g := &toyGraphs{m: toyModel()}
	r := openRig(t, g, &toyVideo{w: 48, h: 36, n: 2}, cache, defaults())
	want := shown(t, newRig(t, 2, defaults()).prompt(1, 0, click(20, 20, true)))
	for _, bad := range [][]byte{nil, []byte("MSF1"), make([]byte, 5000), append([]byte("MSF1\x03\x00\x00\x00"), make([]byte, 100)...)} {
		cache.Put(r.s.src.key(0), bad)
		r.s.src.local = keep.Count[int, *Features](localFrames)
		if got := shown(t, r.prompt(1, 0, click(20, 20, true))); got != want {
			t.Errorf("%d bad bytes: %s", len(bad), got)
		}
		r.s.keys = map[annotate.FrameKey]*keyframe{}
	}
}

// Encoding goes on in the background while frames are tracked and prompted.
func TestEncodeBesideTracking(t *testing.T) {
	r := newRig(t, 40, defaults())
	r.prompt(1, 20, click(20, 20, true))
	var wg sync.WaitGroup
	for w := range r.s.EncodeWorkers() + 1 {
		wg.Go(func() {
			for f := range 40 {
				if err := r.s.Encode(context.Background(), (f*7+w)%40); err != nil {
					t.Error(err)
				}
				r.s.Ready(f)
			}
		})
	}
	got := r.track(r.request(inference.Both, 1))
	wg.Wait()
	quiet := newRig(t, 40, defaults())
	quiet.prompt(1, 20, click(20, 20, true))
	differ(t, "beside encoding", got, quiet.track(quiet.request(inference.Both, 1)))
	if n := r.g.encoded.Load(); n > 40+localFrames {
		t.Errorf("%d encoder runs for 40 frames", n)
	}
}

// A second start of the program goes on from the masks of the first.
func TestResumeFromKnownMasks(t *testing.T) {
	first := newRig(t, 60, defaults())
	first.prompt(1, 0, click(20, 20, true))
	p, err := first.s.Propagate(first.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	known := map[int]annotate.Mask{}
	for range 30 {
		res, err := p.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if known[res.Frame], err = res.Results[1].Mask.Load(); err != nil {
			t.Fatal(err)
		}
	}
	run := func(masks map[int]annotate.Mask) (map[annotate.FrameKey]string, int) {
		r := newRig(t, 60, defaults())
		r.prompt(1, 0, click(20, 20, true))
		for f, m := range masks {
			if err := r.s.SetKnown(key(1, f), m, false); err != nil {
				t.Fatal(err)
			}
		}
		calls := 0
		r.g.before = func(g string) error {
			if g == "memory_encoder" {
				calls++
			}
			return nil
		}
		req := r.request(inference.Forward, 1)
		req.Skip = func(k annotate.FrameKey) bool { return k.Frame < 30 }
		return r.track(req), calls
	}
	got, calls := run(known)
	if len(got) != 30 {
		t.Errorf("%d frames, want the 30 that were missing", len(got))
	}
	if calls > 30+7 {
		t.Errorf("%d memories were computed for 30 frames", calls)
	}
	without, _ := run(nil)
	if without[key(1, 30)] == got[key(1, 30)] {
		t.Error("the known masks do not guide the frame after them")
	}
}

// Hundreds of accepted frames must not make a frame cost more.
func TestManyProtectedFramesAreBounded(t *testing.T) {
	r := newRig(t, 400, defaults())
	most := 0
	r.s.p.opt.Trace = func(tr Trace) { most = max(most, tr.Tokens[0]/r.g.m.MemoryTokens) }
	for f := range 400 {
		if f%2 == 0 {
			if err := r.s.SetKnown(key(1, f), rectMask(48, 36, f%20, 5, 30, 30), true); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := r.track(r.request(inference.Both, 1)); len(got) != 200 {
		t.Errorf("%d frames, want the 200 between", len(got))
	}
	if most > maxCondFrames+6 {
		t.Errorf("a frame attended to %d memory frames", most)
	}
	whole := 0
	for _, out := range r.s.p.object(1).cond {
		if out.mem != nil {
			whole++
		}
	}
	if whole > maxCondFrames+1 {
		t.Errorf("%d accepted frames hold memories", whole)
	}
}

// 2,000 tracked frames leave behind masks and pointers only.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("tracks 2,000 frames")
	}
	r := newRig(t, 2000, defaults())
	r.prompt(1, 0, click(20, 20, true))
	p, err := r.s.Propagate(r.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	r.s.src.cache = nil // a cache that keeps features would hide what the session keeps
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	var early float64
	for f := range 2000 {
		if _, err := p.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
		if f == 200 {
			early = heap()
		}
	}
	grown := (heap() - early) / 1800
	light, heavy := 0, 0
	for _, out := range r.s.p.object(1).non {
		light += 4*len(out.ptr) + 4*len(out.mask.Runs())
		heavy += 2*len(out.mem) + 4*len(out.low)
	}
	perFrame := float64(light)/2000 + 400 // structures and map entries
	t.Logf("%.0f bytes a frame, of them %.0f masks and pointers", grown, float64(light)/2000)
	if grown > perFrame {
		t.Errorf("every frame leaves %.0f bytes, masks and pointers are %.0f", grown, perFrame)
	}
	if limit := (2*7 + 1 + 7) * (2*8 + 4*64); heavy > limit {
		t.Errorf("%d bytes of memories and logits are kept, more than %d", heavy, limit)
	}
}

// The order of the bank must not matter; its time rows must.
func TestBankOrder(t *testing.T) {
	m := toyModel()
	g := &toyGraphs{m: m}
	rng := rand.New(rand.NewPCG(1, 2))
	var spatial []spatialEntry
	for row := range 7 {
		mem := make([]uint16, 8)
		for i := range mem {
			mem[i] = toBF16(rng.Float32()*2 - 1)
		}
		spatial = append(spatial, spatialEntry{mem, row})
	}
	pointers := []pointerEntry{{m.NoObjPtr, 3}, {m.NoMem, 1}, {m.NoObjPtr, 15}}
	feat := make([]float32, 8*4)
	for i := range feat {
		feat[i] = rng.Float32()
	}
	ctx := context.Background()
	want, err := g.MemoryAttention(ctx, feat, m.bank(spatial, pointers, 15))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		s, p := slices.Clone(spatial), slices.Clone(pointers)
		rng.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		rng.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		got, err := g.MemoryAttention(ctx, feat, m.bank(s, p, 15))
		if err != nil {
			t.Fatal(err)
		}
		near(t, "shuffled bank", got, want, 1e-5)
	}
	spatial[0].row, spatial[3].row = 3, 0
	got, err := g.MemoryAttention(ctx, feat, m.bank(spatial, pointers, 15))
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(got, want) {
		t.Error("swapped time rows change nothing")
	}
}
