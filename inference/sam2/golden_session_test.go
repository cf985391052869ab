package sam2_test

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/inference/packengine"
	"github.com/masklet/masklet/inference/sam2"
)

type goldenSession struct {
	Model  string `json:"model"`
	S      int    `json:"S"`
	Frames struct {
		Shape []int  `json:"shape"`
		File  string `json:"file"`
	} `json:"frames"`
	Images  stored `json:"images"`
	Options struct {
		AllCond           bool  `json:"add_all_frames_to_correct_as_cond"`
		FillHole          int   `json:"fill_hole_area"`
		Exclusive         bool  `json:"non_overlap_masks"`
		Binarise          *bool `json:"binarize_mask_from_pts_for_mem_enc"`
		MaxCond           *int  `json:"max_cond_frames_in_attn"`
		ClearMemoryAround bool  `json:"clear_non_cond_mem_around_input"`
		Stride            int   `json:"memory_temporal_stride_for_eval"`
		Memory            int   `json:"num_maskmem"`
	} `json:"options"`
	Tol   float64 `json:"tol_low_abs"`
	Steps []struct {
		Call       goldenCall     `json:"call"`
		Outputs    []goldenOutput `json:"outputs"`
		VideoMasks *stored        `json:"video_masks"`
		ObjIDs     []int          `json:"obj_ids"`
		Updated    [][]any        `json:"updated"`
	} `json:"steps"`
}

type goldenCall struct {
	Op       string       `json:"op"`
	Frame    int          `json:"frame"`
	Obj      int          `json:"obj"`
	Labels   []int        `json:"labels"`
	Points   [][2]float64 `json:"points_px"`
	Box      []float64    `json:"box_px"`
	Rect     []int        `json:"rect_px"`
	ClearOld *bool        `json:"clear_old"`
	Start    *int         `json:"start_frame_idx"`
	Max      *int         `json:"max_frame_num_to_track"`
	Reverse  bool         `json:"reverse"`
}

type goldenOutput struct {
	Frame    int     `json:"frame"`
	Obj      int     `json:"obj"`
	StoredAs string  `json:"stored_as"`
	Score    float64 `json:"score"`
	Low      stored  `json:"low"`
	Ptr      stored  `json:"ptr"`
	Mem      *struct {
		Mean   float64 `json:"mean"`
		Std    float64 `json:"std"`
		AbsMax float64 `json:"absmax"`
	} `json:"mem"`
	Trace *struct {
		Attn      []int     `json:"attn"`
		Multimask bool      `json:"multimask"`
		IoU       []float64 `json:"iou"`
		Fallback  *bool     `json:"fallback"`
	} `json:"trace"`
	Video *struct {
		NPos []int     `json:"npos"`
		Mean []float64 `json:"mean"`
	} `json:"video"`
}

// TestGoldenSessions replays every recorded session of the reference predictor
// that is found, through checkpoint import, graphs and session logic.
func TestGoldenSessions(t *testing.T) {
	root, explicit := goldenRoot(t)
	found, err := filepath.Glob(filepath.Join(root, "*", "session*", "index.json"))
	if err != nil || len(found) == 0 {
		t.Skipf("no sessions in %s (%v)", root, err)
	}
	orttest.Library(t)
	for _, index := range found {
		dir := filepath.Dir(index)
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			var s goldenSession
			readJSON(t, index, &s)
			if s.S > 256 && !explicit {
				t.Skip("a full-size model: set MASKLET_GOLDEN to run it")
			}
			replaySession(t, goldenPack(t, root, s.Model, s.S), dir, s)
		})
	}
}

// goldenPack imports the model's checkpoint, generated where none is stored.
func goldenPack(t testing.TB, root, model string, size int) *modelpack.Pack {
	t.Helper()
	path := filepath.Join(root, model, "ckpt", model+".pt")
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(root, model, "ckpt", model+".safetensors")
	}
	if _, err := os.Stat(path); err != nil {
		path = filepath.Join(t.TempDir(), model+".safetensors")
		tensors, err := ckpttest.FromManifest(filepath.Join(root, "manifests", model+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := ckpttest.Write(path, tensors); err != nil {
			t.Fatal(err)
		}
	}
	pack, err := modelpack.Import(context.Background(), path, modelpack.Options{Size: size, DestRoot: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// goldenSource encodes each frame once.
type goldenSource struct {
	m      *sam2.Model
	g      sam2.Graphs
	frames []*image.RGBA
	feats  map[int]*sam2.Features
}

func (s *goldenSource) Features(ctx context.Context, frame int) (*sam2.Features, error) {
	if f := s.feats[frame]; f != nil {
		return f, nil
	}
	f, err := s.g.Encode(ctx, s.m.ImageTensor(s.frames[frame]))
	if err == nil {
		s.feats[frame] = f
	}
	return f, err
}

// replay is one session under way.
type replay struct {
	t      *testing.T
	s      goldenSession
	data   []byte
	p      *sam2.Predictor
	traces []sam2.Trace
	w, h   int
	worst  float64
	checks int
}

func replaySession(t *testing.T, pack *modelpack.Pack, dir string, s goldenSession) {
	engine, err := packengine.Open(pack.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	m, g, err := engine.Graphs(inference.Settings{Threads: runtime.NumCPU()})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "data.bin"))
	if err != nil {
		t.Fatal(err)
	}
	src := &goldenSource{m, g, readFrames(t, filepath.Join(dir, s.Frames.File), s.Frames.Shape), map[int]*sam2.Features{}}
	r := &replay{t: t, s: s, data: data, h: s.Frames.Shape[1], w: s.Frames.Shape[2]}
	r.checkImages(m, src.frames)
	opt := sessionOptions(t, m, s)
	opt.Trace = func(tr sam2.Trace) { r.traces = append(r.traces, tr) }
	if r.p, err = sam2.NewPredictor(m, g, src, sam2.Video{W: r.w, H: r.h, Frames: s.Frames.Shape[0]}, opt); err != nil {
		t.Fatal(err)
	}
	for i := range s.Steps {
		r.step(i)
	}
	if r.checks == 0 {
		t.Error("the session has no outputs to compare")
	}
	t.Logf("%d masks compared, largest difference of logits %.2g (allowed %g)", r.checks, r.worst, s.Tol)
}

func sessionOptions(t *testing.T, m *sam2.Model, s goldenSession) sam2.Options {
	if b := s.Options.Binarise; b != nil && !*b {
		t.Fatal("the session's memories of prompts are not binarised: no published predictor does so")
	}
	opt := sam2.ReferenceOptions(m)
	opt.AllFramesAsCond, opt.ClearMemoryAround, opt.FillHoles = s.Options.AllCond, s.Options.ClearMemoryAround, s.Options.FillHole > 0
	if n := s.Options.MaxCond; n != nil {
		opt.MaxCond = *n
	}
	opt.Stride = max(1, s.Options.Stride)
	if n := s.Options.Memory; n > 0 {
		opt.MemoryFrames = n
	}
	return opt
}

func readFrames(t *testing.T, path string, shape []int) []*image.RGBA {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, h, w := shape[0], shape[1], shape[2]
	if len(raw) != n*h*w*3 {
		t.Fatalf("%s: %d bytes for %v", path, len(raw), shape)
	}
	out := make([]*image.RGBA, n)
	for i := range out {
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for p := range w * h {
			copy(img.Pix[4*p:], raw[(i*h*w+p)*3:][:3])
			img.Pix[4*p+3] = 255
		}
		out[i] = img
	}
	return out
}

func (r *replay) checkImages(m *sam2.Model, frames []*image.RGBA) {
	var all []float32
	for _, f := range frames {
		all = append(all, m.ImageTensor(f)...)
	}
	if d, err := r.s.Images.compare(r.data, all); err != nil || d > 1e-6 {
		r.t.Errorf("normalised frames differ by %g (%v)", d, err)
	}
}

func (r *replay) step(i int) {
	st := r.s.Steps[i]
	r.traces = nil
	call := st.Call
	key := annotate.FrameKey{Object: annotate.ObjectID(call.Obj), Frame: call.Frame}
	ctx := context.Background()
	var got []frameResult
	var err error
	switch call.Op {
	case "points", "box", "points_or_box", "mask":
		add := r.p.AddPrompt
		if call.ClearOld != nil && !*call.ClearOld {
			add = r.p.AddPoints
		}
		if err = add(ctx, key, r.prompt(call)); err == nil {
			res, ok := r.p.Pending(key)
			if !ok {
				r.t.Fatalf("step %d: no answer", i)
			}
			got = []frameResult{{call.Frame, res}}
		}
	case "propagate":
		got, err = r.propagate(ctx, call, st.Outputs)
	case "reset":
		for _, id := range r.p.Objects() {
			if _, err = r.p.RemoveTold(id); err != nil {
				break
			}
		}
	case "clear":
		err = r.p.Clear(key)
	case "remove":
		var frames []int
		if frames, err = r.p.RemoveTold(key.Object); err == nil {
			r.checkRemoved(i, frames, st.ObjIDs, st.Updated)
		}
	default:
		r.t.Fatalf("step %d: unknown call %q", i, call.Op)
	}
	if err != nil {
		r.t.Fatalf("step %d (%s): %v", i, call.Op, err)
	}
	r.compare(i, got, st.Outputs)
	if st.VideoMasks != nil {
		r.compareVideo(i, call, *st.VideoMasks)
	}
}

type frameResult struct {
	frame int
	sam2.Tracked
}

func (r *replay) prompt(call goldenCall) annotate.Prompt {
	var p annotate.Prompt
	for i, pt := range call.Points {
		p.Points = append(p.Points, annotate.Point{X: pt[0], Y: pt[1], Positive: call.Labels[i] == 1})
	}
	if b := call.Box; b != nil {
		p.Box = &annotate.Box{X0: b[0], Y0: b[1], X1: b[2], Y1: b[3]}
	}
	if call.Op == "mask" {
		bits := annotate.NewBitmap(r.w, r.h)
		for y := call.Rect[1]; y < call.Rect[3]; y++ {
			for x := call.Rect[0]; x < call.Rect[2]; x++ {
				bits.Set(x, y, true)
			}
		}
		mask := annotate.MaskFromBitmap(bits)
		p.Mask = &mask
	}
	return p
}

func (r *replay) propagate(ctx context.Context, call goldenCall, want []goldenOutput) (out []frameResult, err error) {
	if err := r.p.Preflight(ctx); err != nil {
		return nil, err
	}
	num := func(v *int) int {
		if v == nil {
			return -1
		}
		return *v
	}
	order, err := r.p.Order(num(call.Start), num(call.Max), call.Reverse)
	if err != nil {
		return nil, err
	}
	for _, t := range order {
		res, err := r.p.Track(ctx, t, call.Reverse)
		if err != nil {
			return nil, err
		}
		for _, one := range res {
			out = append(out, frameResult{t, one})
		}
		r.compareShown(t, want)
	}
	return out, nil
}
