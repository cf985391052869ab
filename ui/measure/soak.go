package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// Soak says what is tracked to see how memory grows with the frames.
type Soak struct {
	Benchmark
	// Cache opens the feature cache that a run has, in a folder.
	Cache func(folder string) (*inference.FeatureCache, error)
}

// SoakReport is how a long run's memory went. Sizes are in MB (2^20 bytes).
type SoakReport struct {
	Engine  string       `json:"engine"`
	Video   string       `json:"video"`
	Width   int          `json:"width"`
	Height  int          `json:"height"`
	Frames  int          `json:"frames"`
	Objects int          `json:"objects"`
	Samples []SoakSample `json:"samples"`
	PeakMB  float64      `json:"peak_rss_mb"`
	// Slope is by how many MB the resident memory grew per 1,000 frames, by least
	// squares over the second half of Phase 2: caches are full by then.
	Slope float64 `json:"slope_mb_per_1000_frames"`
}

// SoakSample is the memory at one moment of a run.
type SoakSample struct {
	Phase int     `json:"phase"` // 1 or 2
	Done  int     `json:"done"`  // frames that the phase has finished
	RSSMB float64 `json:"rss_mb"`
	GoMB  float64 `json:"go_mb"` // what the Go runtime holds of it, free blocks included
}

// soakSamples is how many rows each phase gives.
const soakSamples = 20

// Run tracks through a clip as `masklet track` does, with a click on the middle
// of each object, and watches the memory.
func (s Soak) Run(ctx context.Context, p *progress.Printer, clip session.Video) (r SoakReport, err error) {
	folder, err := os.MkdirTemp("", "masklet-soak")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	cache, err := s.Cache(folder)
	if err != nil {
		return r, err
	}
	slot := session.NewSlot(s.Open)
	defer func() { err = errors.Join(err, slot.Close()) }()
	engine, err := slot.Load(ctx, s.Engine, s.Settings)
	if err != nil {
		return r, err
	}
	r = SoakReport{Engine: engine.Name(), Frames: clip.Len(), Objects: s.Objects}
	r.Width, r.Height = clip.Size()
	d, err := session.StartDriver(ctx, &session.Clip{Video: clip, Store: session.NewMemory(clip)},
		session.Config{Slot: slot, Cache: cache, Engine: s.Engine, Settings: s.Settings}, p.Event)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, d.Finish()) }()
	for i := range s.Objects {
		id := annotate.ObjectID(i + 1)
		click := annotate.Prompt{Points: []annotate.Point{{
			X: float64(r.Width) * (float64(i) + 0.5) / float64(s.Objects), Y: float64(r.Height) / 2, Positive: true,
		}}}
		if err := d.Ask(ctx, annotate.FrameKey{Object: id}, click, d.Document().SetObject(annotate.Object{ID: id})); err != nil {
			return r, err
		}
	}
	d.Seen = func(e session.Event) { p.Event(e); r.see(e) }
	_, err = d.Run(ctx, func() error { return d.Track(session.Target{Direction: inference.Forward}) })
	r.PeakMB, r.Slope = max(peakRSS(), residentMB()), round3(slope(r.Samples))
	return r, err
}

// Print writes the report as a table.
func (r SoakReport) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "engine   %s\nvideo    %s, %dx%d, %d frames, %d objects\n\nphase  frames   RSS MB    Go MB\n",
		r.Engine, r.Video, r.Width, r.Height, r.Frames, r.Objects)
	for _, s := range r.Samples {
		if err == nil {
			_, err = fmt.Fprintf(w, "%5d  %6d  %7.0f  %7.0f\n", s.Phase, s.Done, s.RSSMB, s.GoMB)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "\npeak   %8.0f MB\nslope  %8.1f MB per 1,000 frames over the second half of Phase 2\n", r.PeakMB, r.Slope)
	}
	return err
}

// see takes a sample where the run has come far enough.
func (r *SoakReport) see(e session.Event) {
	at, ok := e.(session.Progressed)
	if !ok {
		return
	}
	phase := 1
	switch at.Stage {
	case inference.Propagating, inference.Completed:
		phase = 2
	case inference.Encoding:
	default:
		return
	}
	if n := len(r.Samples); n > 0 && at.Stage != inference.Completed && r.Samples[n-1].Phase == phase && at.Done < r.Samples[n-1].Done+max(1, at.Total/soakSamples) {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.Samples = append(r.Samples, SoakSample{phase, at.Done, residentMB(), round3(float64(m.HeapSys-m.HeapReleased) / (1 << 20))})
}

// slope returns the growth of the resident memory in MB per 1,000 frames over the
// second half of the samples of Phase 2; 0 if there are not enough of them.
func slope(samples []SoakSample) float64 {
	var x, y []float64
	for _, s := range samples {
		if s.Phase == 2 {
			x, y = append(x, float64(s.Done)/1000), append(y, s.RSSMB)
		}
	}
	x, y = x[len(x)/2:], y[len(y)/2:]
	n := float64(len(x))
	if n < 2 {
		return 0
	}
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	if d := n*sxx - sx*sx; d > 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}
