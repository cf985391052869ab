package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
)

// trackOptions are the options of `masklet track`.
type trackOptions struct {
	video, prompts, out string
	project             string
	resume              bool
	start, end          int
	direction           inference.Direction
	formats             []export.Format
	options             export.Options
	progressJSON        bool
	given               func(option string) bool // on the command line
	engine              *engineFlags
}

func trackCommand(env Env) *cobra.Command {
	var o trackOptions
	cmd := newCommand(`track -video V -prompts P.json -out DIR [-engine E] [-direction both|forward|backward] [-start N] [-end N]
    [-preset accurate|balanced|fast|preview] [-format png,davis,coco] [-project OUT.masklet] [-progress json]
track -project P.masklet -resume [-out DIR]`, "follow prompted objects through a video")
	fs := cmd.Flags()
	fs.StringVar(&o.video, "video", "", "video `file`, or folder of JPEG or PNG frames")
	fs.StringVar(&o.prompts, "prompts", "", "prompts (JSON `file`)")
	fs.StringVar(&o.out, "out", "", "`folder` for the results")
	fs.StringVar(&o.project, "project", "", "project `file` to write, or with -resume to continue")
	fs.BoolVar(&o.resume, "resume", false, "continue the stopped or killed run of -project")
	fs.IntVar(&o.start, "start", 0, "first frame to track")
	fs.IntVar(&o.end, "end", -1, "last frame to track (default: the last of the video)")
	fs.Lookup("end").DefValue = "0" // which the help leaves out
	direction := addChoice(cmd, "direction", "side of the prompts to track", "both", "forward", "backward")
	chosen := addFormatFlags(cmd)
	progress := addChoice(cmd, "progress", "how progress is printed", "text", "json")
	o.engine = addEngineFlags(cmd, env)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.given, o.direction, o.progressJSON = fs.Changed, inference.Direction(*direction), *progress == "json"
		if err := chosen.read(); err != nil {
			return err
		}
		if err := o.checkNeeds(); err != nil {
			return err
		}
		o.formats, o.options = chosen.formats, chosen.options
		return runTrack(cmd.Context(), env, o)
	}
	return cmd
}

// checkNeeds reports options that are missing or exclude each other.
func (o trackOptions) checkNeeds() error {
	switch {
	case o.given("end") && o.end < 0:
		return usagef("-end %d is negative", o.end)
	case o.given("end") && o.end < o.start:
		return usagef("-end %d lies before -start %d", o.end, o.start)
	}
	if o.resume {
		if o.project == "" {
			return usagef("-resume needs -project")
		}
		if o.video != "" || o.prompts != "" {
			return usagef("-resume takes video and prompts from the project; leave -video and -prompts out")
		}
		name := o.engine.given()
		for _, fixed := range []string{"start", "end", "direction"} {
			if o.given(fixed) {
				name = fixed
			}
		}
		if name != "" {
			return usagef("-resume goes on with the settings of the stopped run; leave -%s out", name)
		}
		return nil
	}
	for _, need := range []struct{ name, value string }{{"video", o.video}, {"prompts", o.prompts}} {
		if need.value == "" {
			return usagef("-%s is required", need.name)
		}
	}
	if o.out == "" && o.project == "" {
		return usagef("-out is required")
	}
	if o.start < 0 {
		return usagef("-start %d is negative", o.start)
	}
	return nil
}

// frameRange returns the frames to track in a video of n frames. The preset's
// limit holds unless a person gave an end.
func (o trackOptions) frameRange(n int, s inference.Settings) (annotate.Range, error) {
	r := annotate.Range{First: o.start, Last: n - 1}
	if o.start >= n {
		return r, usagef("-start %d is beyond the last frame %d", o.start, n-1)
	}
	switch {
	case o.end >= n:
		return r, usagef("-end %d is beyond the last frame %d", o.end, n-1)
	case o.end >= 0:
		r.Last = o.end
	case s.MaxFrames > 0:
		r.Last = min(r.Last, r.First+s.MaxFrames-1)
	}
	return r, nil
}

func runTrack(ctx context.Context, env Env, o trackOptions) (err error) {
	if o.out != "" {
		discard, err := makeFolder(o.out)
		if err != nil {
			return err
		}
		defer discard()
	}
	if o.resume {
		return resumeTrack(ctx, env, o)
	}
	if err := o.checkFree(o.video); err != nil {
		return err
	}
	if o.project != "" {
		if err := checkNewProject(o.project); err != nil {
			return err
		}
	}
	engineName, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	// Opened before a long video is read: an engine may be missing.
	engine, err := env.openEngine(ctx, engineName, settings)
	if err != nil {
		return err
	}
	defer engine.Close()
	file, err := readPromptFile(ctx, o.prompts)
	if err != nil {
		return err
	}
	p := env.progress(env.Stdout, o.progressJSON)
	defer p.stop()
	video, err := openVideo(ctx, o.video, p)
	if err != nil {
		return err
	}
	defer video.Close()
	rng, err := o.frameRange(video.Len(), settings)
	if err != nil {
		return err
	}
	w, h := video.Size()
	objects, err := file.objects(w, h, video.Len())
	for _, n := range file.notes {
		fmt.Fprintf(env.Stderr, "Note: %s\n", n)
	}
	if err != nil {
		return err
	}
	if err := o.checkIDs(objects); err != nil {
		return err
	}
	return trackObjects(ctx, env, o, p, video, rng, objects, engine, settings)
}

// checkNewProject refuses, before the work, a project file that exists, for it
// may hold a labeler's work, and one that cannot be written.
func checkNewProject(path string) error {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		probe, err := os.CreateTemp(filepath.Dir(path), ".masklet-*")
		if err != nil {
			return fmt.Errorf("make the project: %s cannot be written: %w", path, err)
		}
		return errors.Join(probe.Close(), os.Remove(probe.Name()))
	case err != nil:
		return fmt.Errorf("make the project: %w", err)
	case info.IsDir():
		return fmt.Errorf("make the project: %s is a folder: name a file", path)
	}
	return fmt.Errorf("make the project: %s exists already: choose another name, or go on with it by -resume", path)
}

// checkFree refuses, before the work, to replace files that are not from an
// export of the video at path.
func (o trackOptions) checkFree(path string) error {
	if o.out == "" {
		return nil
	}
	v := export.Video{}
	v.FrameNames, _ = media.FrameNames(path) // a video that is not there is told when it is opened
	for _, t := range export.Targets(o.out, o.formats) {
		if err := export.CheckTarget(t, v, nil); err != nil {
			return err
		}
	}
	return nil
}

// checkIDs refuses, before the work, objects that a format cannot hold.
func (o trackOptions) checkIDs(objects []labelledPrompts) error {
	for _, f := range o.formats {
		for _, lp := range objects {
			if most := f.Holds.MaxID; most > 0 && int(lp.Object.ID) > most {
				return fmt.Errorf("prompts %s: object id %d: the format %s holds ids up to %d", o.prompts, lp.Object.ID, f.Name, most)
			}
		}
	}
	return nil
}

// trackObjects runs a fresh job and writes what it finished, also when it was
// interrupted or failed on the way.
func trackObjects(ctx context.Context, env Env, o trackOptions, p *progressPrinter, video *media.Video, rng annotate.Range,
	objects []labelledPrompts, engine inference.Engine, settings inference.Settings) (err error) {
	keep, err := newKeeper(ctx, o.project, video)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keep.close()) }()
	b, done, err := openBatch(ctx, env, engine, settings, video, keep)
	if err != nil {
		return err
	}
	defer done()
	ids := make([]annotate.ObjectID, len(objects))
	for i, lp := range objects {
		ids[i] = lp.Object.ID
		p.doing("prompts", "Answering the prompts", "objects", i, len(objects))
		if err := b.addObject(ctx, lp); err != nil {
			return err
		}
	}
	req := inference.PropagateRequest{Objects: ids, Range: rng, Direction: o.direction}
	return finishTrack(ctx, env, o, p, video, b, req, settings)
}

// finishTrack runs the job and writes the outputs.
func finishTrack(ctx context.Context, env Env, o trackOptions, p *progressPrinter, video *media.Video, b *batch,
	req inference.PropagateRequest, settings inference.Settings) error {
	if err := b.keep.startRun(ctx, b, req, settings); err != nil {
		return err
	}
	stats, runErr := b.run(ctx, inference.Job{Encode: frameOrder(req.Range), Propagate: &req}, p.event)
	p.doing("saving", "Saving", "", 0, 0)
	// An interrupt must not keep the finished frames from being saved.
	save := context.WithoutCancel(ctx)
	err := b.keep.endRun(save, runErr)
	if o.out != "" {
		err = errors.Join(err, trackOutcome{
			video: video, contents: b.doc.Contents(), engine: b.engine, settings: settings,
			request: req, stats: stats, err: runErr, version: env.Version, notes: env.Stderr, progress: p,
		}.write(save, o))
	}
	p.stop()
	if err == nil && o.out != "" && !o.progressJSON {
		fmt.Fprintf(env.Stdout, "Results: %s\n", o.out)
	}
	return errors.Join(runErr, err)
}

// openBatch opens a session of the engine on the video. done closes it.
func openBatch(ctx context.Context, env Env, engine inference.Engine, s inference.Settings, video inference.Frames, keep *keeper) (b *batch, done func(), err error) {
	cache, err := env.OpenCache()
	if err != nil {
		// Without a cache folder everything still works, only not twice as fast.
		fmt.Fprintf(env.Stderr, "masklet: %s\n", OneLine(err))
	}
	session, err := engine.Open(ctx, video, cache, s)
	if err != nil {
		return nil, nil, err
	}
	b = newBatch(video, engine, session, keep)
	return b, func() { _ = b.close() }, nil
}

// makeFolder makes sure that an output folder exists and can be written,
// before hours of work end at it. discard takes the folder away again if it was
// made here and nothing is in it.
func makeFolder(dir string) (discard func(), err error) {
	info, statErr := os.Stat(dir)
	if statErr == nil && !info.IsDir() {
		return nil, fmt.Errorf("output folder %s is a file: name a folder", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("output folder %s: %w", dir, err)
	}
	discard = func() {}
	if errors.Is(statErr, fs.ErrNotExist) {
		// A folder that holds anything is not removed.
		discard = func() { _ = os.Remove(dir) }
	}
	f, err := os.CreateTemp(dir, ".masklet-*")
	if err != nil {
		return nil, fmt.Errorf("output folder %s cannot be written: %w", filepath.Clean(dir), err)
	}
	return discard, errors.Join(f.Close(), os.Remove(f.Name()))
}
