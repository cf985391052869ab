package labeling

import (
	"context"
	"errors"

	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

// Start shows a clip in a controller without a window, which the caller closes, and waits
// until a user could begin. The clip is closed with it.
func Start(ctx context.Context, clip *session.Clip, deps controller.Deps) (*session.Loop, *controller.Controller, error) {
	loop := session.NewLoop()
	deps.Post, deps.Prefs = loop.Post, prefs{}
	deps.Open = func(context.Context, opening.OpenRequest, func(done, total int)) (*session.Clip, error) {
		return clip, nil
	}
	c := controller.New(deps, nil)
	c.OpenFile(clip.Path)
	err := loop.Until(ctx, func() bool {
		ready, failed := c.EngineReady()
		return c.IsOpen() && (ready || failed != nil) && !c.Busy()
	})
	if err == nil {
		_, err = c.EngineReady()
	}
	if err != nil {
		return nil, nil, errors.Join(err, c.Close())
	}
	return loop, c, nil
}

// prefs are those of a user who starts the program for the first time.
type prefs map[string]string

func (p prefs) Get(key string) string { return p[key] }
func (p prefs) Set(key, value string) { p[key] = value }

// Video gives frames as a session wants them, and stays open for another one.
type Video struct{ session.Video }

// Close implements session.Video.
func (Video) Close() error { return nil }
