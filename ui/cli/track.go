package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/project/promptfile"
	"github.com/masklet/masklet/ui/controller/tracks"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
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

// target returns what to track in a video of n frames: without -start and -end
// what the document and the preset say.
func (o trackOptions) target(n int) (session.Target, error) {
	t := session.Target{Direction: o.direction}
	switch {
	case o.start >= n:
		return t, usagef("-start %d is beyond the last frame %d", o.start, n-1)
	case o.end >= n:
		return t, usagef("-end %d is beyond the last frame %d", o.end, n-1)
	case o.end >= 0:
		t.Range = &annotate.Range{First: o.start, Last: o.end}
	case o.start > 0:
		t.Range, t.Open = &annotate.Range{First: o.start, Last: n - 1}, true
	}
	return t, nil
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
		if err := checkProject(o.project); err != nil {
			return err
		}
	}
	engineName, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	slot := session.NewSlot(env.openEngine)
	defer slot.Close()
	// Opened before a long video is read: an engine may be missing.
	engine, err := slot.Load(ctx, engineName, settings)
	if err != nil {
		return err
	}
	file, err := promptfile.Read(ctx, o.prompts)
	if err != nil {
		return err
	}
	p := progress.New(env.Stdout, o.progressJSON, env.Pace)
	defer p.Stop()
	video, err := openVideo(ctx, o.video, p)
	if err != nil {
		return err
	}
	objects, target, err := o.against(ctx, video, &file, env.Stderr)
	if err != nil {
		return errors.Join(err, video.Close())
	}
	clip, run, err := o.place(ctx, video, objects, engine.Name(), settings, target)
	if err != nil {
		return errors.Join(err, video.Close())
	}
	d, err := openDriver(ctx, env, slot, clip, engineName, settings, p.Event)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Finish()) }()
	if run.ID != 0 {
		return continueTrack(ctx, env, o, p, d, run)
	}
	for i, lp := range objects {
		p.Doing("prompts", "Answering the prompts", "objects", i, len(objects))
		if err := addObject(ctx, d, lp); err != nil {
			return err
		}
	}
	return finishTrack(ctx, env, o, p, d, func() error { return d.Track(target) })
}

// against holds the options and prompts against the video.
func (o trackOptions) against(ctx context.Context, video *media.Video, file *promptfile.File, notes io.Writer) ([]promptfile.Object, session.Target, error) {
	target, err := o.target(video.Len())
	if err != nil {
		return nil, target, err
	}
	w, h := video.Size()
	objects, err := file.Objects(ctx, w, h, video.Len())
	for _, n := range file.Notes {
		fmt.Fprintf(notes, "Note: %s\n", n)
	}
	if err == nil {
		err = o.checkIDs(objects)
	}
	return objects, target, err
}

// addObject records an object and its prompts in the document and asks for
// their masks, one after the other.
func addObject(ctx context.Context, d *session.Driver, lp promptfile.Object) error {
	edits := []annotate.Edit{d.Document().SetObject(lp.Object)}
	for _, f := range lp.Frames {
		key := annotate.FrameKey{Object: lp.Object.ID, Frame: f}
		if err := d.Ask(ctx, key, lp.Prompts[f], edits...); err != nil {
			return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
		}
		edits = nil
	}
	return nil
}

// resumeTrack continues the latest run of a project that did not end.
func resumeTrack(ctx context.Context, env Env, o trackOptions) (err error) {
	p := progress.New(env.Stdout, o.progressJSON, env.Pace)
	defer p.Stop()
	p.Doing("reading", "Opening the project", "", 0, 0)
	clip, err := opening.OpenProject(ctx, o.project, "", func(done, estimate int) {
		p.Doing("reading", "Reading the video", "frames", done, max(done, estimate))
	})
	if err != nil {
		return err
	}
	if clip.Notice != "" {
		fmt.Fprintln(env.Stderr, clip.Notice)
	}
	if err := o.checkFree(clip.VideoPath); err != nil {
		return errors.Join(err, clip.Close())
	}
	run, ok := clip.Store.PendingRun()
	if !ok {
		if run, ok = clip.Store.LastRun(); ok {
			return errors.Join(fmt.Errorf("%s: there is no stopped run to resume; masklet export -project writes what it holds", o.project), clip.Close())
		}
	}
	engine, settings, err := o.engine.choose(env)
	if ok { // else it was killed before its first run: what was prompted is tracked now
		engine = run.Engine
		settings, err = session.SettingsOf(run, inference.DefaultSettings())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", o.project, err), clip.Close())
	}
	slot := session.NewSlot(env.openEngine)
	defer slot.Close()
	d, err := openDriver(ctx, env, slot, clip, engine, settings, p.Event)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Finish()) }()
	if run.ID == 0 {
		if err := answerOpen(ctx, d); err != nil {
			return err
		}
		return finishTrack(ctx, env, o, p, d, func() error { return d.Track(session.Target{Direction: inference.Both}) })
	}
	return continueTrack(ctx, env, o, p, d, run)
}

// continueTrack goes on with a run of the project.
func continueTrack(ctx context.Context, env Env, o trackOptions, p *progress.Printer, d *session.Driver, run project.Run) error {
	return finishTrack(ctx, env, o, p, d, func() error {
		p.Doing("restoring", "Taking up what is finished", "", 0, 0)
		return d.Continue(run, func(string) bool { return false })
	})
}

// checkProject refuses, before the work, a project file that cannot be written
// or cannot be one.
func checkProject(path string) error {
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		if err := atomicfile.Probe(filepath.Dir(path)); err != nil {
			return fmt.Errorf("make the project: %s cannot be written: %w", path, err)
		}
	case err != nil:
		return fmt.Errorf("make the project: %w", err)
	case info.IsDir():
		return fmt.Errorf("make the project: %s is a folder: name a file", path)
	}
	return nil
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
func (o trackOptions) checkIDs(objects []promptfile.Object) error {
	for _, f := range o.formats {
		for _, lp := range objects {
			if most := f.Holds.MaxID; most > 0 && int(lp.Object.ID) > most {
				return fmt.Errorf("prompts %s: object id %d: the format %s holds ids up to %d", o.prompts, lp.Object.ID, f.Name, most)
			}
		}
	}
	return nil
}

// finishTrack runs the job and writes what it finished, also when it was
// interrupted or failed on the way.
func finishTrack(ctx context.Context, env Env, o trackOptions, p *progress.Printer, d *session.Driver, start func() error) error {
	end, runErr := d.Run(ctx, start)
	if line := tracks.StopsLine(d.Document(), end.Stops); line != "" {
		p.Say("Note: %s; -through-cuts goes on", line)
	}
	p.Doing("saving", "Saving", "", 0, 0)
	// An interrupt must not keep the finished frames from being saved.
	save := context.WithoutCancel(ctx)
	err := d.Store.Flush(save)
	if o.out != "" {
		err = errors.Join(err, trackOutcome{
			Driver: d, Outcome: end, err: runErr, version: env.Version, notes: env.Stderr, progress: p,
		}.write(save, o))
	}
	p.Stop()
	if err == nil && o.out != "" && !o.progressJSON {
		fmt.Fprintf(env.Stdout, "Results: %s\n", o.out)
	}
	return errors.Join(runErr, err)
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
	if err := atomicfile.Probe(dir); err != nil {
		return nil, fmt.Errorf("output folder %s cannot be written: %w", filepath.Clean(dir), err)
	}
	return discard, nil
}
