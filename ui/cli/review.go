package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/measure/labeling"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// reviewing is what the labeler of -review works with.
type reviewing struct {
	engine   string
	settings inference.Settings
	video    *media.Video
	progress *progress.Printer
}

// runReview has each object labeled as a user of the window does, and prints what that
// took.
func (o simulateOptions) runReview(ctx context.Context, env Env, r reviewing, truths [][]annotate.Mask) error {
	var all [][]labeling.Action
	for id, truth := range truths {
		r.progress.Say("Object %d of %d", id+1, len(truths))
		actions, err := o.label(ctx, env, r, truth)
		if err != nil {
			return fmt.Errorf("object %d: %w", id+1, err)
		}
		all = append(all, actions)
	}
	r.progress.Stop()
	return o.printActions(env, all)
}

func (o simulateOptions) label(ctx context.Context, env Env, r reviewing, truth []annotate.Mask) (actions []labeling.Action, err error) {
	clip := &session.Clip{Path: r.video.Path(), VideoPath: r.video.Path(), Video: labeling.Video{Video: r.video}, Store: session.NewMemory(r.video)}
	loop, c, err := labeling.Start(ctx, clip, controller.Deps{Engines: engineList{env}, Engine: r.engine, Settings: r.settings, Log: env.Log, IsCut: classic.IsCut})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	l := labeling.Labeler{Loop: loop, Controller: c, Truth: truth, Goal: o.goal, Good: o.goal, Clicks: o.clicks, Most: o.actions}
	done := 0
	l.Said = func(a labeling.Action) {
		done++
		r.progress.Say("%s on frame %d: J %.3f", a.Kind, a.Frame, a.J)
		r.progress.Doing("labeling", "Labeling", "actions", done, o.actions)
	}
	return l.Label(ctx)
}

func (o simulateOptions) printActions(env Env, all [][]labeling.Action) error {
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(map[string]any{"objects": all})
	}
	return labeling.Print(env.Stdout, all, o.goal)
}

// engineList gives a controller the engines of the command line.
type engineList struct{ env Env }

func (l engineList) Names() []string                 { return l.env.EngineNames() }
func (l engineList) Kind(name string) inference.Kind { return l.env.EngineKind(name) }
func (l engineList) Open(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
	return l.env.openEngine(ctx, name, s)
}
