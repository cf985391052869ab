package packengine

import (
	"context"
	"errors"
	"image"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/inference/sam2"
)

func runtimeForTest(t testing.TB) *ort.Runtime {
	t.Helper()
	orttest.Library(t)
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	return rt
}

// nanoPack makes a pack of a small complete model with generated weights.
func nanoPack(t testing.TB, size int) *modelpack.Pack {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nano.safetensors")
	if err := ckpttest.Write(path, ckpttest.Nano()); err != nil {
		t.Fatal(err)
	}
	p, err := modelpack.Import(context.Background(), path, modelpack.Options{Size: size, Name: "nano", DestRoot: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// discVideo is a bright disc that moves over a gradient.
type discVideo struct{ n int }

func (v discVideo) Len() int       { return v.n }
func (discVideo) Size() (w, h int) { return 96, 72 }
func (discVideo) Hash() string     { return "disc" }

func (discVideo) Frame(_ context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, 96, 72))
	for y := range 72 {
		for x := range 96 {
			p := img.Pix[img.PixOffset(x, y):]
			p[0], p[1], p[2], p[3] = uint8(2*x), uint8(3*y), 90, 255
			if dx, dy := x-30-2*i, y-36; dx*dx+dy*dy < 150 {
				p[0], p[1], p[2] = 240, 200, 40
			}
		}
	}
	return img, nil
}

func openNano(t testing.TB, p *modelpack.Pack, frames int, settings inference.Settings) (*Engine, inference.Session) {
	t.Helper()
	e, err := New(p, runtimeForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Open(context.Background(), discVideo{frames}, nil, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return e, s
}

func clickAt(x, y float64) annotate.Prompt {
	return annotate.Prompt{Points: []annotate.Point{{X: x, Y: y, Positive: true}}}
}

// The whole way: pack, graphs, session, both directions, timings.
func TestTracksWithRealGraphs(t *testing.T) {
	e, s := openNano(t, nanoPack(t, 64), 8, inference.DefaultSettings())
	if !strings.HasPrefix(e.Name(), "nano") {
		t.Errorf("the engine is called %q", e.Name())
	}
	ctx := context.Background()
	for _, id := range []annotate.ObjectID{1, 2} {
		r, err := s.SetPrompt(ctx, annotate.FrameKey{Object: id, Frame: 2 * int(id)}, clickAt(30+10*float64(id), 36))
		if err != nil {
			t.Fatal(err)
		}
		if r.Engine != e.Name() || math.IsNaN(r.Score) || r.Confidence < 0 || r.Confidence > 1 {
			t.Errorf("answer %+v", r)
		}
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1, 2}, Range: annotate.Range{First: 0, Last: 7}, Direction: inference.Both,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	seen := map[annotate.FrameKey]bool{}
	for {
		res, err := p.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for id, r := range res.Results {
			seen[annotate.FrameKey{Object: id, Frame: res.Frame}] = true
			m, err := r.Mask.Load()
			if w, h := m.Size(); err != nil || w != 96 || h != 72 || m.Area() != r.Area {
				t.Errorf("frame %d: a mask of %dx%d with area %d for %d (%v)", res.Frame, w, h, m.Area(), r.Area, err)
			}
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d results for 2 objects on 8 frames", len(seen))
	}
	stats := e.GraphStats()
	if stats[modelpack.GraphEncoder].Runs != 8 || stats[modelpack.GraphMemoryAttention].Runs != 14 ||
		stats[modelpack.GraphDecoder].Runs != 16 || stats[modelpack.GraphMemoryEncoder].Runs != 16 {
		t.Errorf("graph runs %+v", stats)
	}
}

// A pack whose graphs are not what they are called is refused, when it is
// opened or at the first frame, with the file and what is wrong.
func TestGraphsAreChecked(t *testing.T) {
	rt := runtimeForTest(t)
	good := nanoPack(t, 64)
	other := nanoPack(t, 96)
	swap := func(graph, file string) func(*modelpack.Pack) {
		return func(p *modelpack.Pack) {
			g := p.Manifest.Graphs[graph]
			g.File = file
			p.Manifest.Graphs[graph] = g
		}
	}
	for name, c := range map[string]struct {
		change func(*modelpack.Pack)
		says   string
	}{
		"another graph": {swap(modelpack.GraphDecoder, "encoder.onnx"), "encoder.onnx"},
		"another size": {func(p *modelpack.Pack) {
			copyFile(t, other.GraphPath(modelpack.GraphMemoryEncoder), filepath.Join(p.Dir, "memory_encoder.onnx"))
		}, "memory_encoder.onnx"},
		"torn": {func(p *modelpack.Pack) {
			if err := os.Truncate(filepath.Join(p.Dir, "encoder.onnx"), 1000); err != nil {
				t.Fatal(err)
			}
		}, "encoder.onnx"},
		"missing": {func(p *modelpack.Pack) {
			if err := os.Remove(filepath.Join(p.Dir, "memory_attention.onnx")); err != nil {
				t.Fatal(err)
			}
		}, "memory_attention.onnx"},
		"constants": {func(p *modelpack.Pack) { p.Manifest.MemoryTokens++ }, "mem_pos"},
	} {
		p := clonePack(t, good)
		c.change(p)
		e, err := New(p, rt)
		if err == nil {
			err = track(e)
			e.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q, want one line with %q", name, err, c.says)
		}
		if !errors.Is(err, ort.ErrGraph) && !errors.Is(err, sam2.ErrModel) {
			t.Errorf("%s: error %q is of no known kind", name, err)
		}
	}
}

// track opens a session and tracks one frame.
func track(e *Engine) error {
	ctx := context.Background()
	s, err := e.Open(ctx, discVideo{2}, nil, inference.DefaultSettings())
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.SetPrompt(ctx, annotate.FrameKey{Object: 1}, clickAt(40, 36)); err != nil {
		return err
	}
	p, err := s.Propagate(inference.PropagateRequest{Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: 1}, Direction: inference.Forward})
	if err != nil {
		return err
	}
	defer p.Close()
	for err == nil {
		_, err = p.Next(ctx)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func clonePack(t *testing.T, p *modelpack.Pack) *modelpack.Pack {
	t.Helper()
	dir := filepath.Join(t.TempDir(), p.Name())
	if err := os.CopyFS(dir, os.DirFS(p.Dir)); err != nil {
		t.Fatal(err)
	}
	c, err := modelpack.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestProviderThatIsNotThere(t *testing.T) {
	e, err := New(nanoPack(t, 64), runtimeForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	settings := inference.DefaultSettings()
	settings.Provider = "quantum"
	if _, err := e.Open(context.Background(), discVideo{2}, nil, settings); !errors.Is(err, ort.ErrProvider) || !strings.Contains(err.Error(), "quantum") {
		t.Errorf("error %v", err)
	}
	settings.Provider = "cpu"
	s, err := e.Open(context.Background(), discVideo{2}, nil, settings)
	if err != nil {
		t.Fatalf("after a bad provider: %v", err)
	}
	s.Close()
}

func TestOpenRefusesWhatIsNoPack(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, modelpack.ErrNotPack) {
		t.Errorf("an empty folder: %v", err)
	}
	e, err := New(nanoPack(t, 64), runtimeForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	e.Close()
	if _, err := e.Open(context.Background(), discVideo{2}, nil, inference.DefaultSettings()); !errors.Is(err, inference.ErrClosed) {
		t.Errorf("a closed engine: %v", err)
	}
}

// The order of the memory bank must not matter to the real graph, for every
// number of frames and pointers.
func TestBankOrderAndSizes(t *testing.T) {
	p := nanoPack(t, 64)
	m, err := loadModel(p)
	if err != nil {
		t.Fatal(err)
	}
	g, err := loadGraphs(runtimeForTest(t), p, m, ort.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	noise := func(n int, tag string) []float32 {
		return ckpttest.Tensor{Name: tag, Shape: []int{n}, Rule: ckpttest.Rule{Kind: "n", B: 1}}.Values()
	}
	feat := noise(m.DModel*16, "feat")
	per, tok := m.MemoryTokens*m.MemDim, m.DModel
	for _, size := range [][2]int{{1, 0}, {1, 1}, {2, 0}, {3, 5}, {7, 16}, {9, 2}} {
		b := &sam2.Bank{
			Spat: noise(size[0]*per, "spat"), SpatPos: noise(size[0]*per, "spat_pos"),
			Ptr: noise(size[1]*tok, "ptr"), PtrPos: noise(size[1]*tok, "ptr_pos"),
		}
		want, err := g.MemoryAttention(context.Background(), feat, b)
		if err != nil {
			t.Fatalf("%d frames, %d pointers: %v", size[0], size[1], err)
		}
		got, err := g.MemoryAttention(context.Background(), feat, &sam2.Bank{
			Spat: reversed(b.Spat, per), SpatPos: reversed(b.SpatPos, per),
			Ptr: reversed(b.Ptr, tok), PtrPos: reversed(b.PtrPos, tok),
		})
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i := range want {
			worst = max(worst, math.Abs(float64(got[i]-want[i])))
		}
		if !(worst < 1e-5) {
			t.Errorf("%d frames, %d pointers: the order changes %g", size[0], size[1], worst)
		}
	}
}

// reversed turns the order of blocks of n values around.
func reversed(v []float32, n int) []float32 {
	var out []float32
	for i := len(v) - n; i >= 0; i -= n {
		out = append(out, v[i:i+n]...)
	}
	return out
}

// A cancelled call ends soon, gives the context's error, and the session goes
// on working.
func TestCancelAndGoOn(t *testing.T) {
	_, s := openNano(t, nanoPack(t, 256), 40, inference.DefaultSettings())
	ctx := context.Background()
	if _, err := s.SetPrompt(ctx, annotate.FrameKey{Object: 1, Frame: 0}, clickAt(30, 36)); err != nil {
		t.Fatal(err)
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 0, Last: 39}, Direction: inference.Forward,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	next, stopped := 0, 0
	for next < 40 {
		soon, cancel := context.WithTimeout(ctx, time.Duration(1+next%7)*time.Millisecond)
		if next%2 == 0 && stopped < 100 {
			soon, cancel = context.WithTimeout(ctx, time.Minute)
		}
		res, err := p.Next(soon)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			if stopped++; stopped%3 == 0 {
				if res, err = p.Next(ctx); err != nil {
					t.Fatal(err)
				}
			} else {
				continue
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		if res.Frame != next {
			t.Fatalf("frame %d came, want %d", res.Frame, next)
		}
		next++
	}
	if stopped == 0 {
		t.Log("no call was stopped in time")
	}
}

// What can be chosen as a provider is what the runtime knows.
func TestProvidersAreDescribed(t *testing.T) {
	for _, d := range inference.Described() {
		if d.Key == "provider" && !slices.Equal(d.Choices, ort.Providers()) {
			t.Errorf("described %v, known %v", d.Choices, ort.Providers())
		}
	}
}
