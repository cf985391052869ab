package cli

import (
	"cmp"
	"context"
	"encoding/json"
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
		clip = measure.Synthetic(soakWidth, soakHeight, cmp.Or(o.frames, soakFrames))
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
	return r.Print(env.Stdout)
}
