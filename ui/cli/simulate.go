package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/evaluate"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/measure"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
)

// simulateOptions are the options of `masklet simulate`: a simulated annotator
// after section 6.1.1 of the SAM 2 paper (arXiv 2408.00714).
type simulateOptions struct {
	video, truth   string
	online         bool
	rounds, clicks int
	asJSON         bool
	review         bool
	goal           float64
	actions        int
	engine         *engineFlags
}

func simulateCommand(env Env) *cobra.Command {
	var o simulateOptions
	cmd := newCommand("simulate -video V -gt DIR [-mode offline|online] [-rounds 8] [-clicks 3] [-review] [-engine E] [-json]",
		"let a simulated annotator label a video (SAM 2 paper, section 6.1.1)", "video", "gt")
	fs := cmd.Flags()
	fs.StringVar(&o.video, "video", "", "video `file` or frame folder")
	fs.StringVar(&o.truth, "gt", "", "`folder` of true masks, one PNG per frame (or a sub-folder per object)")
	mode := addChoice(cmd, "mode", "correct the worst frame and track again, or correct on one pass", "offline", "online")
	fs.IntVar(&o.rounds, "rounds", 8, "prompted frames at most")
	fs.IntVar(&o.clicks, "clicks", 3, "clicks per prompted frame")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	fs.BoolVar(&o.review, "review", false, "label as a user of the window does, who follows the review queue, and count the actions")
	fs.Float64Var(&o.goal, "goal", 0.85, "with -review: the mean J to reach")
	fs.IntVar(&o.actions, "actions", 80, "with -review: actions at most")
	o.engine = addEngineFlags(cmd, env)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.online = *mode == "online"
		for _, name := range []string{"rounds", "clicks", "actions"} {
			if n, err := fs.GetInt(name); err != nil || n < 1 {
				return usagef("-%s %d is less than 1", name, n)
			}
		}
		return runSimulate(cmd.Context(), env, o)
	}
	return cmd
}

func runSimulate(ctx context.Context, env Env, o simulateOptions) error {
	name, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	slot := session.NewSlot(env.openEngine)
	defer slot.Close()
	if _, err := slot.Load(ctx, name, settings); err != nil {
		return err
	}
	p := progress.New(env.Stderr, false, env.Pace)
	defer p.Stop()
	video, err := openVideo(ctx, o.video, p)
	if err != nil {
		return err
	}
	defer video.Close()
	truths, err := readTruths(ctx, o.truth, video, p)
	if err != nil {
		return err
	}
	if o.review {
		return o.runReview(ctx, env, reviewing{name, settings, video, p}, truths)
	}
	a := measure.Annotator{
		Rounds: o.rounds, Clicks: o.clicks, Online: o.online, Progress: p,
		Start: func(ctx context.Context, clip *session.Clip, seen func(session.Event)) (*session.Driver, error) {
			return openDriver(ctx, env, slot, clip, name, settings, seen)
		},
	}
	var all [][]measure.Round
	for id, truth := range truths {
		a.Name = fmt.Sprintf("Object %d of %d", id+1, len(truths))
		rounds, err := a.Label(ctx, video, truth)
		if err != nil {
			return fmt.Errorf("object %d: %w", id+1, err)
		}
		all = append(all, rounds)
	}
	p.Stop()
	return printRounds(env.Stdout, o.asJSON, measure.Average(all))
}

// readTruths reads the true masks of each object, one per frame of the video.
func readTruths(ctx context.Context, dir string, video *media.Video, p *progress.Printer) ([][]annotate.Mask, error) {
	f, err := evaluate.ReadFolder(ctx, dir, "Reading the true masks", p)
	if err != nil {
		return nil, err
	}
	w, h := video.Size()
	if len(f.Names) != video.Len() {
		return nil, fmt.Errorf("%s holds %d masks for a video of %d frames", dir, len(f.Names), video.Len())
	}
	var out [][]annotate.Mask
	for _, id := range f.IDs {
		masks := make([]annotate.Mask, len(f.Names))
		for i, name := range f.Names {
			m, there := f.Mask(name, id)
			if !there {
				return nil, fmt.Errorf("%s has no mask %s of object %s", dir, name, id)
			}
			if mw, mh := m.Size(); mw != w || mh != h {
				return nil, fmt.Errorf("%s is %dx%d, the video %dx%d", filepath.Join(dir, id, name), mw, mh, w, h)
			}
			masks[i] = m
		}
		out = append(out, masks)
	}
	return out, nil
}

func printRounds(w io.Writer, asJSON bool, rounds []measure.Round) error {
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"rounds": rounds})
	}
	if _, err := fmt.Fprintln(w, "prompted frames  clicks  person seconds      J      F    J&F"); err != nil {
		return err
	}
	for _, r := range rounds {
		if _, err := fmt.Fprintf(w, "%15d  %6d  %14.0f  %5.3f  %5.3f  %5.3f\n", r.Frames, r.Clicks, r.Seconds, r.J, r.F, r.JF); err != nil {
			return err
		}
	}
	return nil
}
