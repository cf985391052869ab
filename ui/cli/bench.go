package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// benchReport is the result of `masklet bench -json`.
type benchReport struct {
	Engine    string             `json:"engine"`
	Video     string             `json:"video"`
	Width     int                `json:"width"`
	Height    int                `json:"height"`
	Frames    int                `json:"frames"`
	Objects   int                `json:"objects"`
	Phase1    benchPhase         `json:"phase1"`
	Phase2    benchPhase         `json:"phase2"`
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

type benchPhase struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	FPS        float64 `json:"fps"`
}

// graphTimer is what an engine offers that runs graphs.
type graphTimer interface {
	// GraphStats returns how often each graph ran and how long it took in all.
	GraphStats() map[string]ort.Stats
}

// benchOptions are the options of `masklet bench`.
type benchOptions struct {
	video           string
	frames, objects int
	asJSON          bool
	versus          string
	pairs           int
	engine          *engineFlags
}

func benchCommand(env Env) *cobra.Command {
	var o benchOptions
	cmd := newCommand("bench -video V [-engine E] [-frames N] [-vs OTHER] [-json]", "measure an engine on this machine, or two against each other", "video")
	fs := cmd.Flags()
	fs.StringVar(&o.video, "video", "", "video `file` or frame folder")
	fs.IntVar(&o.frames, "frames", 0, "frames to use; more than the video has go back and forth (default: all)")
	fs.IntVar(&o.objects, "objects", 1, "objects to track")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	fs.StringVar(&o.versus, "vs", "", "measure this `engine` too, in the same run, and print ratios")
	fs.IntVar(&o.pairs, "pairs", 1, "with -vs: how often both are measured, in turn")
	o.engine = addEngineFlags(cmd, env)
	offer(cmd, "vs", env.EngineNames)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case o.pairs < 1 || o.pairs > 100:
			return usagef("-pairs %d is not from 1 to 100", o.pairs)
		case o.pairs > 1 && o.versus == "":
			return usagef("-pairs needs -vs")
		case o.frames < 0:
			return usagef("-frames %d is negative", o.frames)
		case o.objects < 1 || o.objects > 64:
			return usagef("-objects %d is not from 1 to 64", o.objects)
		}
		return runBench(cmd.Context(), env, o, fs)
	}
	return cmd
}

func runBench(ctx context.Context, env Env, o benchOptions, fs *pflag.FlagSet) error {
	name, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	if o.versus != "" {
		if err := tryEngines(ctx, env, settings, name, o.versus); err != nil {
			return err
		}
		c, err := compareEngines(ctx, env, name, o.versus, o.pairs, o.engine.benchArguments(fs))
		if err != nil {
			return err
		}
		if o.asJSON {
			return json.NewEncoder(env.Stdout).Encode(c)
		}
		return printComparison(env.Stdout, c)
	}
	p := progress.New(env.Stderr, false, env.Pace)
	defer p.Stop()
	video, err := openVideo(ctx, o.video, p)
	if err != nil {
		return err
	}
	defer video.Close()
	r, err := bench(ctx, env, p, name, settings, video, o.frames, o.objects)
	if err != nil {
		return err
	}
	p.Stop()
	r.Video = filepath.Base(o.video)
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	return printBench(env.Stdout, r)
}

// tryEngines opens engines, so that a name that is wrong is told before the
// first of them is measured.
func tryEngines(ctx context.Context, env Env, s inference.Settings, names ...string) error {
	for _, name := range names {
		engine, err := env.openEngine(ctx, name, s)
		if err != nil {
			return err
		}
		if err := engine.Close(); err != nil {
			return err
		}
	}
	return nil
}

// benchArguments returns the options that were given for engines of a kind,
// without those that say which engines to compare and how to print.
func (e *engineFlags) benchArguments(fs *pflag.FlagSet) func(inference.Kind) []string {
	return func(kind inference.Kind) (out []string) {
		fs.Visit(func(f *pflag.Flag) {
			switch f.Name {
			case "vs", "pairs", "engine", "json":
				return
			}
			lacks := func(s *settingFlag) bool { return s.Option() == f.Name && !s.Has(kind) }
			if !slices.ContainsFunc(e.settings, lacks) {
				out = append(out, "-"+f.Name+"="+f.Value.String())
			}
		})
		return out
	}
}

// bench measures on a session without a feature cache, so that nothing was
// computed before.
func bench(ctx context.Context, env Env, p *progress.Printer, name string, s inference.Settings, video *media.Video, frames, objects int) (r benchReport, err error) {
	slot := session.NewSlot(env.openEngine)
	defer func() { err = errors.Join(err, slot.Close()) }()
	engine, err := slot.Load(ctx, name, s)
	if err != nil {
		return r, err
	}
	looped := pingPong{video, frames}
	if frames == 0 {
		looped.frames = video.Len()
	}
	r = benchReport{Engine: engine.Name(), Frames: looped.Len(), Objects: objects, Threads: s.Threads, Graphs: map[string]float64{}}
	r.Width, r.Height = video.Size()
	p.Doing("decoding", "Measuring how fast frames decode", "", 0, 0)
	if r.DecodeMS, err = timeDecoding(ctx, video.Path()); err != nil {
		return r, err
	}
	clip := &session.Clip{Path: video.Path(), VideoPath: video.Path(), Video: looped, Store: session.NewMemory(looped)}
	d, err := startDriver(ctx, clip, session.Config{Slot: slot, Engine: name, Settings: s}, p.Event)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := r.measure(ctx, d, p); err != nil {
		return r, err
	}
	if env.EngineKind(engine.Name()) == inference.Classic {
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
func (r *benchReport) measure(ctx context.Context, d *driver, p *progress.Printer) error {
	all := annotate.Range{First: 0, Last: r.Frames - 1}
	cpu, at := cpuSeconds(), time.Now()
	frames := make([]int, r.Frames)
	for f := range frames {
		frames[f] = f
	}
	end, err := d.run(ctx, func() error { return d.Encode(frames) })
	if err != nil {
		return err
	}
	r.Phase1 = phaseSince(at, cpu, end.Stats.Encoded)
	ids := make([]annotate.ObjectID, r.Objects)
	p.Doing("clicking", "Measuring clicks", "", 0, 0)
	// What the window does for the frame that it shows.
	prepared := !d.Prepare(0)
	d.seen = func(e session.Event) { _, done := e.(session.Prepared); prepared = prepared || done }
	if err := d.loop.Until(ctx, func() bool { return prepared }); err != nil {
		return err
	}
	at = time.Now()
	for i := range ids {
		ids[i] = annotate.ObjectID(i + 1)
		object := d.Document().SetObject(annotate.Object{ID: ids[i]})
		click := annotate.Prompt{Points: []annotate.Point{{
			X: float64(r.Width) * (float64(i) + 0.5) / float64(r.Objects), Y: float64(r.Height) / 2, Positive: true,
		}}}
		if err := d.prompt(ctx, annotate.FrameKey{Object: ids[i]}, click, object); err != nil {
			return err
		}
	}
	r.ClickMS = round3(time.Since(at).Seconds() * 1000 / float64(r.Objects))
	cpu, at = cpuSeconds(), time.Now()
	step, done := max(1, r.Frames/10), 0
	d.seen = func(e session.Event) {
		p.Event(e)
		if _, ok := e.(session.Tracked); ok {
			if done++; done%step == 0 {
				r.RSSMB = append(r.RSSMB, residentMB())
			}
		}
	}
	_, err = d.run(ctx, func() error { return d.Track(session.Target{Direction: inference.Forward, Range: &all}) })
	r.Phase2 = phaseSince(at, cpu, r.Frames)
	return err
}

func phaseSince(at time.Time, cpu float64, frames int) benchPhase {
	wall := time.Since(at).Seconds()
	return benchPhase{round3(wall), round3(cpuSeconds() - cpu), round3(float64(frames) / max(wall, 1e-9))}
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

func printBench(w io.Writer, r benchReport) error {
	_, err := fmt.Fprintf(w, `engine   %s, %d threads
video    %s, %dx%d, %d frames, %d objects
Phase 1  %8.2f s  %8.2f CPU-s  %7.1f fps (decoding alone %.1f ms a frame)
Phase 2  %8.2f s  %8.2f CPU-s  %7.1f fps
click    %8.0f ms
memory   %8.0f MB at most; along Phase 2: %.0f
`, r.Engine, r.Threads, r.Video, r.Width, r.Height, r.Frames, r.Objects,
		r.Phase1.Seconds, r.Phase1.CPUSeconds, r.Phase1.FPS, r.DecodeMS,
		r.Phase2.Seconds, r.Phase2.CPUSeconds, r.Phase2.FPS, r.ClickMS, r.PeakRSSMB, r.RSSMB)
	if err == nil && r.FlowMS > 0 {
		_, err = fmt.Fprintf(w, "flow     %8.1f ms for the bare OpenCV call, two a frame\n", r.FlowMS)
	}
	for _, name := range sortedKeys(r.Graphs) {
		if err == nil {
			_, err = fmt.Fprintf(w, "graph    %-17s %8.3f s a call\n", name, r.Graphs[name])
		}
	}
	return err
}
