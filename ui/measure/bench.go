package measure

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// Report is what the benchmark of one engine gives. Times are in seconds unless
// the name says MS.
type Report struct {
	Engine    string             `json:"engine"`
	Video     string             `json:"video"`
	Width     int                `json:"width"`
	Height    int                `json:"height"`
	Frames    int                `json:"frames"`
	Objects   int                `json:"objects"`
	Phase1    Phase              `json:"phase1"`
	Phase2    Phase              `json:"phase2"`
	DecodeMS  float64            `json:"decode_ms"` // decoding alone, per frame, in the same run
	ClickMS   float64            `json:"click_ms"`
	PeakRSSMB float64            `json:"peak_rss_mb"`
	RSSMB     []float64          `json:"rss_mb"` // resident memory along Phase 2, at ten points
	Threads   int                `json:"threads"`
	FlowMS    float64            `json:"flow_ms,omitempty"` // classic: the bare OpenCV flow call
	Graphs    map[string]float64 `json:"graphs"`            // seconds per call of each graph, of engines that run some
}

// workingShortSide is the classic engine's normal working size in pixels.
const workingShortSide = 240

// Phase is what one phase took.
type Phase struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	FPS        float64 `json:"fps"`
}

// graphTimer is what an engine offers that runs graphs.
type graphTimer interface {
	// GraphStats returns how often each graph ran and how long it took in all.
	GraphStats() map[string]ort.Stats
}

// Benchmark says what is measured.
type Benchmark struct {
	Engine   string
	Settings inference.Settings
	Frames   int // more than the video has go back and forth; 0: as many as it has
	Objects  int
	Open     func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)
	Kind     func(name string) inference.Kind // of an engine
}

// Bench measures on a session without a feature cache, so that nothing was
// computed before.
func Bench(ctx context.Context, b Benchmark, p *progress.Printer, video *media.Video) (r Report, err error) {
	slot := session.NewSlot(b.Open)
	defer func() { err = errors.Join(err, slot.Close()) }()
	engine, err := slot.Load(ctx, b.Engine, b.Settings)
	if err != nil {
		return r, err
	}
	looped := Looped(video, b.Frames)
	r = Report{Engine: engine.Name(), Frames: looped.Len(), Objects: b.Objects, Threads: b.Settings.Threads, Graphs: map[string]float64{}}
	r.Width, r.Height = video.Size()
	p.Doing("decoding", "Measuring how fast frames decode", "", 0, 0)
	if r.DecodeMS, err = timeDecoding(ctx, video.Path()); err != nil {
		return r, err
	}
	clip := &session.Clip{Path: video.Path(), VideoPath: video.Path(), Video: looped, Store: session.NewMemory(looped)}
	d, err := session.StartDriver(ctx, clip, session.Config{Slot: slot, Engine: b.Engine, Settings: b.Settings}, p.Event)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Finish()) }()
	if err := r.measure(ctx, d, p); err != nil {
		return r, err
	}
	if b.Kind(engine.Name()) == inference.Classic {
		p.Doing("flow", "Measuring the bare optical flow", "", 0, 0)
		if r.FlowMS, err = timeFlow(ctx, looped); err != nil {
			return r, err
		}
	}
	if t, ok := engine.(graphTimer); ok {
		for name, s := range t.GraphStats() {
			r.Graphs[name] = round3(s.Time.Seconds() / float64(max(1, s.Runs)))
		}
	}
	r.PeakRSSMB = peakRSS()
	return r, nil
}

// measure runs Phase 1, one click per object, and Phase 2.
func (r *Report) measure(ctx context.Context, d *session.Driver, p *progress.Printer) error {
	all := annotate.Range{First: 0, Last: r.Frames - 1}
	cpu, at := cpuSeconds(), time.Now()
	frames := make([]int, r.Frames)
	for f := range frames {
		frames[f] = f
	}
	end, err := d.Run(ctx, func() error { return d.Encode(frames) })
	if err != nil {
		return err
	}
	r.Phase1 = phaseSince(at, cpu, end.Stats.Encoded)
	ids := make([]annotate.ObjectID, r.Objects)
	p.Doing("clicking", "Measuring clicks", "", 0, 0)
	// What the window does for the frame that it shows.
	prepared := !d.Prepare(0)
	d.Seen = func(e session.Event) { _, done := e.(session.Prepared); prepared = prepared || done }
	if err := d.Loop.Until(ctx, func() bool { return prepared }); err != nil {
		return err
	}
	at = time.Now()
	for i := range ids {
		ids[i] = annotate.ObjectID(i + 1)
		object := d.Document().SetObject(annotate.Object{ID: ids[i]})
		click := annotate.Prompt{Points: []annotate.Point{{
			X: float64(r.Width) * (float64(i) + 0.5) / float64(r.Objects), Y: float64(r.Height) / 2, Positive: true,
		}}}
		if err := d.Ask(ctx, annotate.FrameKey{Object: ids[i]}, click, object); err != nil {
			return err
		}
	}
	r.ClickMS = round3(time.Since(at).Seconds() * 1000 / float64(r.Objects))
	cpu, at = cpuSeconds(), time.Now()
	step, done := max(1, r.Frames/10), 0
	d.Seen = func(e session.Event) {
		p.Event(e)
		if _, ok := e.(session.Tracked); ok {
			if done++; done%step == 0 {
				r.RSSMB = append(r.RSSMB, residentMB())
			}
		}
	}
	_, err = d.Run(ctx, func() error { return d.Track(session.Target{Direction: inference.Forward, Range: &all}) })
	r.Phase2 = phaseSince(at, cpu, r.Frames)
	return err
}

func phaseSince(at time.Time, cpu float64, frames int) Phase {
	wall := time.Since(at).Seconds()
	return Phase{round3(wall), round3(cpuSeconds() - cpu), round3(float64(frames) / max(wall, 1e-9))}
}

// timeDecoding returns the milliseconds that decoding a frame takes, over the
// first 30 frames of a video that keeps none of them.
func timeDecoding(ctx context.Context, path string) (ms float64, err error) {
	video, err := media.Open(ctx, path, media.Options{CacheBytes: 1})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, video.Close()) }()
	if err := video.Index(ctx, nil); err != nil {
		return 0, err
	}
	n := min(30, video.Len())
	at := time.Now()
	for f := range n {
		if _, err := video.Frame(ctx, f); err != nil {
			return 0, err
		}
	}
	return round3(time.Since(at).Seconds() * 1000 / float64(n)), nil
}

// timeFlow returns the milliseconds of one bare optical flow call between two
// frames at working size, the middle of several.
func timeFlow(ctx context.Context, video inference.Frames) (float64, error) {
	var grey [2]vision.Gray
	for i := range grey {
		frame, err := video.Frame(ctx, min(i, video.Len()-1))
		if err != nil {
			return 0, err
		}
		w, h := video.Size()
		w, h = vision.WorkingSize(w, h, workingShortSide)
		small, err := vision.ResizeRGBA(frame, w, h)
		if err != nil {
			return 0, err
		}
		if grey[i], err = vision.GrayOf(small); err != nil {
			return 0, err
		}
	}
	var ms []float64
	for range 7 {
		at := time.Now()
		if _, err := vision.DIS(grey[0], grey[1], vision.EngineFlow()); err != nil {
			return 0, err
		}
		ms = append(ms, time.Since(at).Seconds()*1000)
	}
	slices.Sort(ms)
	return round3(ms[len(ms)/2]), nil
}

// round3 keeps tables and JSON of derived figures readable.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
