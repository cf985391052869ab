package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

// notice prints what the user must know about a project that was opened.
func notice(w io.Writer, p *project.Project) {
	if n := p.Notice(); n != "" {
		fmt.Fprintln(w, n)
	}
}

// frameBytes is what a command keeps of decoded frames: it goes through a video
// and does not jump about.
const frameBytes = 96 << 20

// openVideo opens a video or frame folder and reads its index.
func openVideo(ctx context.Context, path string, p *progress.Printer) (*media.Video, error) {
	p.Doing("reading", "Opening the video", "", 0, 0)
	v, err := opening.OpenVideo(ctx, path, frameBytes, func(done, estimate int) {
		p.Doing("reading", "Reading the video", "frames", done, max(done, estimate))
	})
	if err != nil {
		return nil, err
	}
	if text := v.Shortfall(); text != "" {
		p.Say("Note: %s", text)
	}
	for _, n := range videoNotes(v) {
		p.Say("Note: %s", n)
	}
	return v, nil
}

// openDriver starts a session on a clip, which it takes over, and waits until
// its engine is ready. seen is told of every event, after the session has
// dealt with it.
func openDriver(ctx context.Context, env Env, slot *session.Slot, clip *session.Clip, engine string, s inference.Settings, seen func(session.Event)) (*session.Driver, error) {
	cache, err := env.OpenCache()
	if err != nil {
		// Without a cache folder everything still works, only not twice as fast.
		fmt.Fprintf(env.Stderr, "masklet: %s\n", OneLine(err))
	}
	return session.StartDriver(ctx, clip, session.Config{Log: env.Log, Slot: slot, Cache: cache, IsCut: classic.IsCut, Engine: engine, Settings: s}, seen)
}
