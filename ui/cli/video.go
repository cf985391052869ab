package cli

import (
	"context"

	"github.com/masklet/masklet/project/media"
)

// openVideo opens a video or frame folder and reads its index.
func openVideo(ctx context.Context, path string, p *progressPrinter) (*media.Video, error) {
	p.doing("reading", "Opening the video", "", 0, 0)
	v, err := media.Open(ctx, path, media.Options{})
	if err != nil {
		return nil, err
	}
	err = v.Index(ctx, func(done, estimate int) {
		p.doing("reading", "Reading the video", "frames", done, max(done, estimate))
	})
	if err != nil {
		_ = v.Close()
		return nil, err
	}
	if promised, truncated := v.Promised(); truncated {
		p.say("Note: %s ends early: %d of %d frames can be read", path, v.Len(), promised)
	}
	for _, n := range videoNotes(v) {
		p.say("Note: %s", n)
	}
	return v, nil
}
