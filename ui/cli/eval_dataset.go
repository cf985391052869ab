package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/evaluate/dataset"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/promptfile"
	"github.com/masklet/masklet/ui/progress"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/transfer"
	"github.com/masklet/masklet/ui/vos"
)

// datasetOptions are the options of `masklet eval -dataset`.
type datasetOptions struct {
	dir, layout, split, sequences, out string
	engine                             *engineFlags
}

func (o *datasetOptions) addFlags(cmd *cobra.Command, env Env) {
	fs := cmd.Flags()
	fs.StringVar(&o.dir, "dataset", "", "`folder` of a data set: each object is tracked from its first true mask, and compared with the others")
	fs.StringVar(&o.layout, "layout", "", "`how` the data set lies there: "+orList(dataset.Names()))
	fs.StringVar(&o.split, "split", "", "`part` of the data set (default: the one that figures are published on)")
	fs.StringVar(&o.sequences, "sequences", "", "`names` of the sequences, with commas (default: all)")
	fs.StringVar(&o.out, "out", "", "`folder` for the masks to hand in, and for what goes on after a stop")
	offer(cmd, "layout", dataset.Names)
	o.engine = addEngineFlags(cmd, env)
}

// check reports options that are missing or exclude each other.
func (o *datasetOptions) check(fs *pflag.FlagSet) error {
	for _, other := range []string{"pred", "gt", "all", "match-ids"} {
		if fs.Changed(other) {
			return usagef("-dataset and -%s exclude each other", other)
		}
	}
	for _, need := range []string{"layout", "out"} {
		if !fs.Changed(need) {
			return usagef("-dataset needs -%s", need)
		}
	}
	if _, ok := dataset.Find(o.layout); !ok {
		return usagef("-layout %q: use %s", o.layout, orList(dataset.Names()))
	}
	return nil
}

// runDataset runs the semi-supervised protocol on a data set.
func runDataset(ctx context.Context, env Env, o datasetOptions, asJSON bool) error {
	layout, _ := dataset.Find(o.layout)
	var only []string
	if o.sequences != "" {
		only = strings.Split(o.sequences, ",")
	}
	sequences, err := layout.Open(o.dir, o.split, only)
	if err != nil {
		return err
	}
	name, settings, err := o.engine.choose(env)
	if err != nil {
		return err
	}
	slot := session.NewSlot(env.openEngine)
	defer slot.Close()
	engine, err := slot.Load(ctx, name, settings)
	if err != nil {
		return err
	}
	discard, err := makeFolder(o.out)
	if err != nil {
		return err
	}
	defer discard()
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return err
	}
	p := progress.New(env.Stderr, false, env.Pace)
	defer p.Stop()
	r, err := vos.Protocol{
		Layout: layout, Sequences: sequences, Out: o.out, Progress: p,
		Record: vos.Record{Program: "masklet " + env.Version, Dataset: dir, Layout: layout.Name, Engine: engine.Name(), Settings: transfer.SettingTexts(settings)},
		Track: func(ctx context.Context, frames, path string, objects []promptfile.Object, done func(export.Source) error) error {
			return trackGiven(ctx, env, p, slot, engine, name, settings, frames, path, objects, done)
		},
	}.Run(ctx)
	if r == nil || ctx.Err() != nil {
		return err
	}
	p.Stop()
	if asJSON {
		return errors.Join(json.NewEncoder(env.Stdout).Encode(r), err)
	}
	if err := errors.Join(r.Print(env.Stdout), err); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "Results: %s\n", o.out)
	return err
}

// trackGiven tracks objects forward in a folder of frames, with a project that
// may be there from a run that was killed.
func trackGiven(ctx context.Context, env Env, p *progress.Printer, slot *session.Slot, engine inference.Engine, name string, s inference.Settings,
	frames, path string, objects []promptfile.Object, done func(export.Source) error) (err error) {
	video, err := openVideo(ctx, frames, p)
	if err != nil {
		return err
	}
	s.ThroughCuts = true // a benchmark is of all frames, whatever cuts and the environment say
	target := session.Target{Direction: inference.Forward, Range: &annotate.Range{Last: video.Len() - 1}}
	clip, run, err := trackOptions{project: path}.place(ctx, video, objects, engine.Name(), s, target)
	if err != nil {
		return errors.Join(err, video.Close())
	}
	d, err := openDriver(ctx, env, slot, clip, name, s, p.Event)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Finish()) }()
	start := func() error { return d.Track(target) }
	if run.ID != 0 {
		start = func() error { return d.Continue(run, func(string) bool { return false }) }
	} else {
		for _, o := range objects {
			if err := addObject(ctx, d, o); err != nil {
				return err
			}
		}
	}
	if run.ID == 0 || run.State != project.RunDone {
		if _, err := d.Run(ctx, start); err != nil {
			return err
		}
	}
	return done(d.Source())
}
