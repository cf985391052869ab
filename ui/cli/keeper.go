package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
)

// keeper holds the document of a command: in memory, or in a project file that
// has every finished frame safe at once.
type keeper struct {
	doc     *annotate.Document
	history *annotate.History
	project *project.Project // nil: in memory
	run     project.Run
}

// memoryKeeper returns a keeper without a file.
func memoryKeeper(video inference.Frames) *keeper {
	w, h := video.Size()
	doc := annotate.NewDocument(w, h, video.Len())
	return &keeper{doc: doc, history: annotate.NewHistory(doc, nil)}
}

// newKeeper creates the project file at path, or keeps in memory if path is
// empty.
func newKeeper(ctx context.Context, path string, video *media.Video) (*keeper, error) {
	if path == "" {
		return memoryKeeper(video), nil
	}
	w, h := video.Size()
	m := project.Media{Frames: video.Len(), Timestamps: video.Timestamps(), W: w, H: h, Rotation: video.Rotation()}
	if err := m.Identify(video.Path(), media.QuickHash); err != nil {
		return nil, err
	}
	p, err := project.Create(ctx, path, m)
	if err != nil {
		return nil, err
	}
	return keeperOf(p), nil
}

func keeperOf(p *project.Project) *keeper {
	return &keeper{doc: p.Document(), history: p.History(), project: p}
}

// notice prints what the user must know about a project that was opened.
func notice(w io.Writer, p *project.Project) {
	if n := p.Notice(); n != "" {
		fmt.Fprintln(w, n)
	}
}

// close saves and closes the project file.
func (k *keeper) close() error {
	if k.project == nil {
		return nil
	}
	return k.project.Close()
}

// savedSettings is what a project keeps of a run's settings.
type savedSettings struct {
	Settings inference.Settings `json:"settings"`
}

// startRun notes the run, so that it can be continued if it is cut short.
func (k *keeper) startRun(ctx context.Context, b *batch, req inference.PropagateRequest, s inference.Settings) error {
	if k.project == nil {
		return nil
	}
	text, err := json.Marshal(savedSettings{s})
	if err != nil {
		return fmt.Errorf("note the run's settings: %w", err)
	}
	if k.run.ID != 0 {
		err = k.project.FinishRun(k.run.ID, project.RunRunning)
	} else {
		k.run = k.project.StartRun(project.Run{
			Group: b.group, Objects: req.Objects, Range: req.Range, Direction: string(req.Direction),
			Engine: b.engine, Settings: string(text), Phase: 1,
		})
	}
	return errors.Join(err, k.project.Flush(ctx))
}

// endRun notes how the run ended.
func (k *keeper) endRun(ctx context.Context, runErr error) error {
	if k.project == nil {
		return nil
	}
	state := project.RunDone
	if runErr != nil {
		state = project.RunStopped
	}
	return errors.Join(k.project.FinishRun(k.run.ID, state), k.project.Flush(ctx))
}

// adopt lets a result's mask move out of memory once it is saved.
func (k *keeper) adopt(r annotate.Result) annotate.Result {
	if k.project == nil {
		return r
	}
	if kept, err := k.project.Adopt(r); err == nil {
		return kept
	}
	return r
}

// resumeTrack continues the latest run of a project that did not end.
func resumeTrack(ctx context.Context, env Env, o trackOptions) (err error) {
	p := env.progress(env.Stdout, o.progressJSON)
	defer p.stop()
	p.doing("reading", "Opening the project", "", 0, 0)
	file, err := project.Open(ctx, o.project)
	if err != nil {
		return err
	}
	notice(env.Stderr, file)
	keep := keeperOf(file)
	defer func() { err = errors.Join(err, keep.close()) }()
	run, ok := file.PendingRun()
	if !ok {
		return fmt.Errorf("%s: there is no stopped run to resume; masklet export -project writes what it holds", o.project)
	}
	var saved savedSettings
	if err := json.Unmarshal([]byte(run.Settings), &saved); err != nil {
		return fmt.Errorf("%s: the settings of the stopped run cannot be read: %w", o.project, err)
	}
	saved.Settings.Threads = inference.DefaultSettings().Threads
	engine, err := env.openEngine(ctx, run.Engine, saved.Settings)
	if err != nil {
		return err
	}
	defer engine.Close()
	path, err := project.FindMedia(ctx, o.project, file.Media(), media.QuickHash)
	if err != nil {
		return err
	}
	video, err := openVideo(ctx, path, p)
	if err != nil {
		return err
	}
	defer video.Close()
	if err := o.checkFree(path); err != nil {
		return err
	}
	finished, err := file.FinishedFrames(ctx, run)
	if err != nil {
		return err
	}
	b, done, err := openBatch(ctx, env, engine, saved.Settings, video, keep)
	if err != nil {
		return err
	}
	defer done()
	keep.run = run
	b.group = run.Group
	if err := b.restore(ctx, p); err != nil {
		return err
	}
	req := inference.PropagateRequest{
		Objects: run.Objects, Range: run.Range, Direction: inference.Direction(run.Direction),
		Skip: func(k annotate.FrameKey) bool { return finished[k] },
	}
	return finishTrack(ctx, env, o, p, video, b, req, saved.Settings)
}

// restore tells a fresh session what the document holds: masks, accepted frames
// and prompts with the answers that they had.
func (b *batch) restore(ctx context.Context, p *progressPrinter) error {
	for i, o := range b.doc.Objects() {
		for _, f := range b.doc.ResultFrames(o.ID) {
			p.doing("restoring", "Taking up what is finished", "objects", i, len(b.doc.Objects()))
			if err := ctx.Err(); err != nil {
				return err
			}
			key := annotate.FrameKey{Object: o.ID, Frame: f}
			if err := b.tell(ctx, key); err != nil {
				return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
			}
		}
		for _, f := range b.doc.Keyframes(o.ID) {
			key := annotate.FrameKey{Object: o.ID, Frame: f}
			if _, answered := b.doc.Result(key); answered {
				continue
			}
			prompt, _ := b.doc.Prompt(key)
			if _, err := b.ask(ctx, key, prompt); err != nil {
				return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
			}
		}
	}
	return nil
}

// tell gives the session the mask of a frame.
func (b *batch) tell(ctx context.Context, key annotate.FrameKey) error {
	r, _ := b.doc.Result(key)
	p, prompted := b.doc.Prompt(key)
	protected := b.doc.Protected(key)
	return b.do(func(s inference.Session) error {
		if prompted {
			if err := inference.Restore(ctx, s, key, p, r); err != nil || !protected {
				return err
			}
		}
		m, err := r.Mask.Load()
		if err != nil {
			return err
		}
		return s.SetKnown(key, m, protected)
	})
}

// do calls f with the session, between two frames, and returns its error.
func (b *batch) do(f func(inference.Session) error) error {
	answer := make(chan error, 1)
	if !b.runner.Do(func(s inference.Session) { answer <- f(s) }) {
		return inference.ErrClosed
	}
	return <-answer
}
