package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/measure"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// The clip that `bench -soak` draws where none is named.
const (
	soakWidth, soakHeight = 854, 480
	soakFrames            = 2000
)

// runSoak tracks through a clip and prints the memory along it.
func runSoak(ctx context.Context, env Env, o benchOptions, engine string, s inference.Settings, p *progress.Printer) error {
	var clip session.Video
	name := "drawn clip"
	if o.video == "" {
		n := o.frames
		if n == 0 {
			n = soakFrames
		}
		clip = measure.Synthetic(soakWidth, soakHeight, n)
	} else {
		video, err := openVideo(ctx, o.video, p)
		if err != nil {
			return err
		}
		defer video.Close()
		clip, name = measure.Looped(video, o.frames), filepath.Base(o.video)
	}
	soak := measure.Soak{
		Benchmark: measure.Benchmark{Engine: engine, Settings: s, Objects: o.objects, Open: env.openEngine},
		Cache:     env.CacheIn,
	}
	r, err := soak.Run(ctx, p, clip)
	if err != nil {
		return err
	}
	p.Stop()
	r.Video = name
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	return printSoak(env.Stdout, r)
}

func printSoak(w io.Writer, r measure.SoakReport) error {
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
