package backend

import (
	"context"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller"
)

// savedProject shows a project to the controller in the controller's terms.
type savedProject struct {
	*project.Project
	video string
}

var _ controller.Project = (*savedProject)(nil)

// Problem implements controller.Project.
func (p *savedProject) Problem() string { return p.Status().Reason() }

// StartRun implements controller.Project.
func (p *savedProject) StartRun(r controller.Run) (int64, error) {
	if r.ID != 0 {
		return r.ID, p.FinishRun(r.ID, project.RunRunning)
	}
	return p.Project.StartRun(project.Run{
		Group: r.Group, Objects: r.Objects, Range: r.Range, Direction: string(r.Direction), Engine: r.Engine, Phase: 1,
	}).ID, nil
}

// EndRun implements controller.Project.
func (p *savedProject) EndRun(id int64, done bool) error {
	state := project.RunStopped
	if done {
		state = project.RunDone
	}
	return p.FinishRun(id, state)
}

// PendingRun implements controller.Project.
func (p *savedProject) PendingRun() (controller.Run, bool) {
	r, ok := p.Project.PendingRun()
	return controller.Run{
		ID: r.ID, Group: r.Group, Objects: r.Objects, Range: r.Range,
		Direction: inference.Direction(r.Direction), Engine: r.Engine,
	}, ok
}

// Finished implements controller.Project.
func (p *savedProject) Finished(ctx context.Context, r controller.Run) (map[annotate.FrameKey]bool, error) {
	return p.FinishedFrames(ctx, project.Run{ID: r.ID, Group: r.Group})
}

// SaveCopy implements controller.Project.
func (p *savedProject) SaveCopy(ctx context.Context, path string) error {
	return p.Project.SaveCopy(ctx, path, p.video, media.QuickHash)
}
