package classic

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
	"github.com/masklet/masklet/inference"
)

// The starts of runs over a clip: the true mask of a frame, one click or several
// on it, its box. The first frame's click, box and mask are those of the clip's
// prompt files.
var davisStarts = []string{"mask", "click", "3 clicks", "5 clicks", "box"}

// fromMiddle marks starts on the middle frame, tracked both ways.
const fromMiddle = "middle "

// scored is one tracked frame.
type scored struct{ iou, f, confidence float64 }

// clipScore is what a run over one clip gave.
type clipScore struct {
	name           string
	first, sure    float64   // IoU and confidence of the prompted mask
	frames         []scored  // without the first, the last and the prompted one
	queue          []float64 // IoU of the frames that the review queue lists, in its order
	thin, ofThin   int       // pixels of thin parts that the masks have, and all
	phase1, phase2 time.Duration
	click          time.Duration
	total          int
}

func (c clipScore) mean(of func(scored) float64) float64 {
	sum := 0.0
	for _, f := range c.frames {
		sum += of(f)
	}
	return sum / float64(len(c.frames))
}

func region(f scored) float64   { return f.iou }
func boundary(f scored) float64 { return f.f }

// clipRun is a clip and what is tracked through it.
type clipRun struct {
	dir, start string
	variant    string // what is drawn into the clip
	engine     inference.Engine
	cache      *inference.FeatureCache
	video      inference.Frames
}

func (c clipRun) truth(t testing.TB, i int) annotate.Mask {
	if v, ok := c.video.(*variant); ok {
		_, b, err := v.at(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		return annotate.MaskFromBitmap(b)
	}
	return readMask(t, filepath.Join(c.dir, "masks", fmt.Sprintf("%05d.png", i)))
}

// run tracks the clip from its first frame or, both ways, from the middle one.
func (c clipRun) run(t testing.TB) clipScore {
	t.Helper()
	ctx := t.Context()
	video := openVariant(t, c.dir, c.variant)
	c.video = video
	out := clipScore{name: filepath.Base(c.dir), total: video.Len()}
	s, err := c.engine.Open(ctx, video, c.cache, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Now()
	for i := range video.Len() {
		if err := s.Encode(ctx, i); err != nil {
			t.Fatal(err)
		}
	}
	out.phase1, at = time.Since(at), time.Now()
	key := annotate.FrameKey{Object: 1}
	if strings.HasPrefix(c.start, fromMiddle) {
		key.Frame = video.Len() / 2
	}
	res := c.prompt(t, s, key)
	out.click = time.Since(at)
	out.first, out.sure = iouOf(t, res, c.truth(t, key.Frame)), res.Confidence
	at = time.Now()
	results := c.track(t, s, video.Len())
	out.phase2 = time.Since(at)
	out.score(t, c, key.Frame, results)
	if dir := os.Getenv("MASKLET_DAVIS_OUT"); dir != "" {
		writeMasks(t, filepath.Join(dir, c.engine.Name(), c.start, out.name), results)
	}
	return out
}

// prompt starts the object and corrects it as often as the start says: each
// click lies deepest inside the larger part that is wrong.
func (c clipRun) prompt(t testing.TB, s inference.Session, key annotate.FrameKey) annotate.Result {
	t.Helper()
	kind, clicks := strings.TrimPrefix(c.start, fromMiddle), 1
	if _, err := fmt.Sscanf(kind, "%d clicks", &clicks); err == nil {
		kind = "click"
	}
	truth := c.truth(t, key.Frame)
	p := truePrompt(truth, kind)
	if key.Frame == 0 && c.variant == "" {
		p = readPrompt(t, c.dir, kind)
	}
	res, err := s.SetPrompt(t.Context(), key, p)
	for n := 1; n < clicks && err == nil; n++ {
		m, loadErr := res.Mask.Load()
		if loadErr != nil {
			t.Fatal(loadErr)
		}
		pt, ok := nextClick(t, m, truth)
		if !ok {
			break
		}
		p = p.WithPoint(pt)
		res, err = s.SetPrompt(t.Context(), key, p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// nextClick is where the DAVIS challenge's annotator clicks.
func nextClick(t testing.TB, m, truth annotate.Mask) (annotate.Point, bool) {
	t.Helper()
	missing, err := annotate.Subtract(truth, m)
	if err != nil {
		t.Fatal(err)
	}
	extra, err := annotate.Subtract(m, truth)
	if err != nil {
		t.Fatal(err)
	}
	_, _, lack, _ := missing.Bitmap().Interior()
	_, _, more, _ := extra.Bitmap().Interior()
	if lack >= more {
		return inside(missing, true), lack > 0
	}
	return inside(extra, false), true
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

// track propagates the object to all frames.
func (c clipRun) track(t testing.TB, s inference.Session, frames int) map[int]annotate.Result {
	t.Helper()
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: frames - 1}, Direction: inference.Both,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	results := map[int]annotate.Result{}
	for {
		r, err := p.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return results
		}
		if err != nil {
			t.Fatal(err)
		}
		if res, ok := r.Results[1]; ok {
			results[r.Frame] = res
		}
	}
}

// score compares the results with the true masks.
func (c *clipScore) score(t testing.TB, run clipRun, prompted int, results map[int]annotate.Result) {
	t.Helper()
	ious := map[int]float64{}
	in := annotate.ReviewInput{Object: 1}
	for i := range c.total {
		if i == prompted {
			continue
		}
		m, err := results[i].Mask.Load()
		if err != nil {
			t.Fatal(err)
		}
		truth := run.truth(t, i)
		f, err := davis.F(m, truth)
		if err != nil {
			t.Fatal(err)
		}
		ious[i] = iouOf(t, results[i], truth)
		have, all := thinRecall(m, truth)
		c.thin, c.ofThin = c.thin+have, c.ofThin+all
		in.Frames, in.Result = append(in.Frames, i), append(in.Result, results[i])
		in.Fixed, in.Checked = append(in.Fixed, false), append(in.Checked, false)
		if i > 0 && i < c.total-1 {
			c.frames = append(c.frames, scored{ious[i], f, results[i].Confidence})
		}
	}
	items, err := annotate.RankForReview(t.Context(), []annotate.ReviewInput{in})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		c.queue = append(c.queue, ious[it.Key.Frame])
	}
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

// The least mean J of an engine over the ten clips, by start.
var davisLeast = map[string]map[string]float64{
	Name:    {"mask": 0.80, "click": 0.70, "box": 0.64},
	Builtin: {"mask": 0.86, "click": 0.84, "box": 0.85},
}

// TestDAVIS measures the engines on the clips in the folder that MASKLET_DAVIS
// names. Patterns and lists in MASKLET_DAVIS_CLIPS, _STARTS and _ENGINES choose
// among them; MASKLET_DAVIS_VARIANT draws something into the clips.
func TestDAVIS(t *testing.T) {
	root := os.Getenv("MASKLET_DAVIS")
	if root == "" {
		t.Skip("MASKLET_DAVIS does not name a folder of clips")
	}
	dirs := davisClips(t, root)
	cache := davisCache(t)
	starts := slices.Clone(davisStarts)
	for _, s := range davisStarts {
		starts = append(starts, fromMiddle+s)
	}
	engines := davisEngines(t)
	all := map[string][]clipScore{}
	for _, start := range listed("MASKLET_DAVIS_STARTS", starts) {
		for _, e := range engines {
			name := e.Name() + ", " + start
			scores := make([]clipScore, len(dirs))
			t.Run(name, func(t *testing.T) {
				for i, dir := range dirs {
					t.Run(filepath.Base(dir), func(t *testing.T) {
						t.Parallel()
						scores[i] = clipRun{dir: dir, start: start, variant: os.Getenv("MASKLET_DAVIS_VARIANT"), engine: e, cache: cache}.run(t)
					})
				}
			})
			if t.Failed() {
				return
			}
			all[name] = scores
			report(t, name, scores)
			whole := len(dirs) == 10 && os.Getenv("MASKLET_DAVIS_VARIANT") == ""
			if j := overall(scores, region); whole && j < davisLeast[e.Name()][start] {
				t.Errorf("%s: mean J %.3f, want at least %.2f", name, j, davisLeast[e.Name()][start])
			}
		}
	}
	compareEngines(t, engines, starts, all)
}

// listed returns what a variable lists, or all.
func listed(variable string, all []string) []string {
	if v := os.Getenv(variable); v != "" {
		return strings.Split(v, ",")
	}
	return all
}

// davisClips returns the folders of the clips, in the order of their names.
func davisClips(t *testing.T, root string) []string {
	t.Helper()
	var dirs []string
	for _, name := range listed("MASKLET_DAVIS_CLIPS", []string{"*"}) {
		found, err := filepath.Glob(filepath.Join(root, name, "frames"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			dirs = append(dirs, filepath.Dir(f))
		}
	}
	if len(dirs) == 0 {
		t.Fatalf("no clips in %s", root)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// davisCache opens the folder of MASKLET_DAVIS_CACHE, which saves Phase 1 in
// later runs.
func davisCache(t *testing.T) *inference.FeatureCache {
	t.Helper()
	dir := os.Getenv("MASKLET_DAVIS_CACHE")
	if dir == "" {
		return nil
	}
	cache, err := inference.OpenFeatureCache(dir, 64<<20, 4<<30)
	if err != nil {
		t.Fatal(err)
	}
	return cache
}

// davisEngines opens the engines that are measured beside each other.
func davisEngines(t *testing.T) []inference.Engine {
	t.Helper()
	var out []inference.Engine
	for _, name := range listed("MASKLET_DAVIS_ENGINES", []string{Name, Builtin}) {
		if name == Name {
			out = append(out, New())
			continue
		}
		out = append(out, openBuiltin(t))
	}
	return out
}
