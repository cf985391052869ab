package classic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// folderFrames serves a folder of images as a video.
type folderFrames struct {
	name  string
	files []string
	w, h  int
}

func openFolder(t testing.TB, dir string) *folderFrames {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no frames in %s", dir)
	}
	slices.Sort(files)
	f := &folderFrames{name: dir, files: files}
	img, err := f.Frame(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	f.w, f.h = img.Rect.Dx(), img.Rect.Dy()
	return f
}

func (f *folderFrames) Len() int         { return len(f.files) }
func (f *folderFrames) Size() (w, h int) { return f.w, f.h }
func (f *folderFrames) Hash() string     { return f.name }

func (f *folderFrames) Frame(_ context.Context, i int) (*image.RGBA, error) {
	return readImage(f.files[i])
}

func readImage(name string) (*image.RGBA, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	img, _, err := image.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}

func readMask(t testing.TB, name string) annotate.Mask {
	t.Helper()
	img, err := readImage(name)
	if err != nil {
		t.Fatal(err)
	}
	b := annotate.NewBitmap(img.Rect.Dx(), img.Rect.Dy())
	for i := range b.Pix {
		b.Pix[i] = img.Pix[4*i]
	}
	return annotate.MaskFromBitmap(b)
}

// readPrompt reads the one prompt of a prompt file.
func readPrompt(t testing.TB, dir, kind string) annotate.Prompt {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Objects []struct {
			Prompts []struct {
				Points [][3]float64
				Box    *[4]float64
				Mask   string
			}
		}
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	in := file.Objects[0].Prompts[0]
	var p annotate.Prompt
	for _, pt := range in.Points {
		p.Points = append(p.Points, annotate.Point{X: pt[0], Y: pt[1], Positive: pt[2] > 0})
	}
	if in.Box != nil {
		p.Box = &annotate.Box{X0: in.Box[0], Y0: in.Box[1], X1: in.Box[2], Y1: in.Box[3]}
	}
	if in.Mask != "" {
		m := readMask(t, filepath.Join(dir, in.Mask))
		p.Mask = &m
	}
	return p
}

// scored is one tracked frame.
type scored struct{ iou, confidence float64 }

// clipScore is what a run over one clip gave.
type clipScore struct {
	name           string
	first, sure    float64  // IoU and confidence of the prompted mask
	frames         []scored // without the first and the last
	phase1, phase2 time.Duration
	click          time.Duration
	total          int
}

func (c clipScore) mean() float64 {
	sum := 0.0
	for _, f := range c.frames {
		sum += f.iou
	}
	return sum / float64(len(c.frames))
}

// truePrompt makes a prompt of some kind from a true mask, as the clips'
// prompt files do for the first frame.
func truePrompt(truth annotate.Mask, kind string) annotate.Prompt {
	switch kind {
	case "click":
		return annotate.Prompt{Points: []annotate.Point{inside(truth, true)}}
	case "box":
		r := truth.Bounds()
		return annotate.Prompt{Box: &annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}}
	}
	return annotate.Prompt{Mask: &truth}
}

// fromMiddle marks kinds of runs that start on the middle frame.
const fromMiddle = "middle "

// runClip tracks a clip from its first frame with the prompt of its file, or
// both ways from the middle with a prompt of that kind.
func runClip(t testing.TB, dir, kind string, cache *inference.FeatureCache) clipScore {
	t.Helper()
	ctx := t.Context()
	video := openFolder(t, filepath.Join(dir, "frames"))
	c := clipScore{name: filepath.Base(dir), total: video.Len()}
	s, err := New().Open(ctx, video, cache, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	start := time.Now()
	for i := range video.Len() {
		if err := s.Encode(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	c.phase1, start = time.Since(start), time.Now()
	truth := func(i int) annotate.Mask { return readMask(t, filepath.Join(dir, "masks", fmt.Sprintf("%05d.png", i))) }
	at := 0
	var prompt annotate.Prompt
	if prompted, ok := strings.CutPrefix(kind, fromMiddle); ok {
		at = video.Len() / 2
		prompt = truePrompt(truth(at), prompted)
	} else {
		prompt = readPrompt(t, dir, kind)
	}
	res, err := s.SetPrompt(ctx, annotate.FrameKey{Object: 1, Frame: at}, prompt)
	if err != nil {
		t.Fatal(err)
	}
	c.click = time.Since(start)
	c.first, c.sure = iouOf(t, res, truth(at)), res.Confidence
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: video.Len() - 1}, Direction: inference.Both,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	results := map[int]annotate.Result{}
	start = time.Now()
	for {
		r, err := p.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		results[r.Frame] = r.Results[1]
	}
	c.phase2 = time.Since(start)
	for i := 1; i < video.Len()-1; i++ {
		if i == at {
			continue
		}
		c.frames = append(c.frames, scored{iouOf(t, results[i], truth(i)), results[i].Confidence})
	}
	if out := os.Getenv("MASKLET_DAVIS_OUT"); out != "" {
		writeMasks(t, filepath.Join(out, kind, c.name), results)
	}
	return c
}

func iouOf(t testing.TB, r annotate.Result, truth annotate.Mask) float64 {
	t.Helper()
	m, err := r.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := annotate.IoU(m, truth)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// rocArea is the probability that a frame below 0.5 IoU has a lower confidence
// than one above (ties count half).
func rocArea(frames []scored) float64 {
	var bad, good []float64
	for _, f := range frames {
		if f.iou < 0.5 {
			bad = append(bad, f.confidence)
		} else {
			good = append(good, f.confidence)
		}
	}
	wins := 0.0
	for _, b := range bad {
		for _, g := range good {
			switch cmp.Compare(b, g) {
			case -1:
				wins++
			case 0:
				wins += 0.5
			}
		}
	}
	return wins / float64(len(bad)*len(good))
}

// TestDAVIS measures the engine on the clips in the folder that MASKLET_DAVIS
// names. MASKLET_DAVIS_KINDS chooses the prompts, MASKLET_DAVIS_CLIPS the clips.
func TestDAVIS(t *testing.T) {
	root := os.Getenv("MASKLET_DAVIS")
	if root == "" {
		t.Skip("MASKLET_DAVIS does not name a folder of clips")
	}
	kinds := strings.Split(cmp.Or(os.Getenv("MASKLET_DAVIS_KINDS"), "mask,click,box,middle mask,middle click,middle box"), ",")
	want := map[string]float64{"mask": 0.80, "click": 0.70, "box": 0.64}
	dirs, err := filepath.Glob(filepath.Join(root, cmp.Or(os.Getenv("MASKLET_DAVIS_CLIPS"), "*"), "frames"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no clips in %s", root)
	}
	// A folder for features saves Phase 1 in later runs.
	var cache *inference.FeatureCache
	if dir := os.Getenv("MASKLET_DAVIS_CACHE"); dir != "" {
		if cache, err = inference.OpenFeatureCache(dir, 64<<20, 4<<30); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string][]clipScore{}
	for _, kind := range kinds {
		scores := make([]clipScore, len(dirs))
		t.Run(kind, func(t *testing.T) {
			for i, dir := range dirs {
				dir = filepath.Dir(dir)
				t.Run(filepath.Base(dir), func(t *testing.T) {
					t.Parallel()
					scores[i] = runClip(t, dir, kind, cache)
				})
			}
		})
		if t.Failed() {
			return
		}
		all[kind] = scores
		report(t, kind, scores)
		if sum := overall(scores); len(dirs) == 10 && sum < want[kind] {
			t.Errorf("%s: mean J %.3f, want at least %.2f", kind, sum, want[kind])
		}
	}
	if len(dirs) == 10 && all["mask"] != nil && all["click"] != nil {
		var frames []scored
		for _, c := range slices.Concat(all["mask"], all["click"]) {
			frames = append(frames, c.frames...)
		}
		auc := rocArea(frames)
		t.Logf("confidence: area under the ROC curve %.3f", auc)
		if auc < 0.80 {
			t.Errorf("area under the ROC curve %.3f, want at least 0.80", auc)
		}
	}
}

func overall(scores []clipScore) float64 {
	sum := 0.0
	for _, c := range scores {
		sum += c.mean()
	}
	return sum / float64(len(scores))
}

func report(t *testing.T, kind string, scores []clipScore) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %6s %6s %6s %5s %9s %9s %8s\n", kind, "J", "first", "sure", "AUC", "phase1", "phase2", "click")
	var frames []scored
	first := 0.0
	for _, c := range scores {
		per := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(c.total) }
		fmt.Fprintf(&b, "%-14s %6.3f %6.3f %6.2f %5.2f %6.1f ms %6.1f ms %5.0f ms\n", c.name, c.mean(), c.first, c.sure, rocArea(c.frames), per(c.phase1), per(c.phase2), c.click.Seconds()*1000)
		frames = append(frames, c.frames...)
		first += c.first / float64(len(scores))
	}
	fmt.Fprintf(&b, "%-14s %6.3f %6.3f %6s %5.2f", "mean", overall(scores), first, "", rocArea(frames))
	t.Log("\n" + b.String())
}

// writeMasks writes the masks of a run as PNGs, to look at.
func writeMasks(t testing.TB, dir string, results map[int]annotate.Result) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		m, err := r.Mask.Load()
		if err != nil {
			t.Fatal(err)
		}
		b := m.Bitmap()
		writePNG(t, filepath.Join(dir, fmt.Sprintf("%05d.png", i)), &image.Gray{Pix: b.Pix, Stride: b.W, Rect: image.Rect(0, 0, b.W, b.H)})
	}
}

func writePNG(t testing.TB, name string, img image.Image) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}
