package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project/evaluate"
	"github.com/masklet/masklet/project/evaluate/dataset"
	"github.com/masklet/masklet/ui/progress"
)

func evalCommand(env Env) *cobra.Command {
	var o evaluate.Options
	var d datasetOptions
	var asJSON bool
	cmd := newCommand(`eval -pred DIR -gt DIR [-match-ids] [-json] [-all]
eval -dataset DIR -layout `+strings.Join(dataset.Names(), "|")+` -engine E -out DIR [-split S] [-sequences A,B] [-json]`,
		"compare masks with true ones: J, F and J&F as DAVIS defines them, and stability; or an engine with a whole data set")
	fs := cmd.Flags()
	fs.StringVar(&o.Pred, "pred", "", "`folder` of predicted masks: pictures of one object or of numbered objects, or one sub-folder per object")
	fs.StringVar(&o.Truth, "gt", "", "`folder` of true masks of any such layout, called alike or by the same numbers")
	fs.BoolVar(&asJSON, "json", false, "print JSON")
	fs.BoolVar(&o.All, "all", false, "count the first and last frame too")
	fs.BoolVar(&o.MatchIDs, "match-ids", false, "pair objects by the assignment that overlaps most, not by their numbers")
	d.addFlags(cmd, env)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if d.dir != "" {
			if err := d.check(fs); err != nil {
				return err
			}
			return runDataset(cmd.Context(), env, d, asJSON)
		}
		for _, need := range []string{"pred", "gt"} {
			if !fs.Changed(need) {
				return usagef("-%s is required (or -dataset)", need)
			}
		}
		return runEval(cmd.Context(), env, o, asJSON)
	}
	return cmd
}

func runEval(ctx context.Context, env Env, o evaluate.Options, asJSON bool) error {
	p := progress.New(env.Stderr, false, env.Pace)
	defer p.Stop()
	e, err := evaluate.Folders(ctx, o, p)
	if err != nil {
		return err
	}
	p.Stop()
	if e.Missing > 0 {
		fmt.Fprintf(env.Stderr, "masklet eval: %d predicted masks are missing in %s and count as empty\n", e.Missing, o.Pred)
	}
	for _, n := range e.Notes {
		fmt.Fprintf(env.Stderr, "Note: %s\n", n)
	}
	if asJSON {
		return json.NewEncoder(env.Stdout).Encode(e)
	}
	return e.Print(env.Stdout)
}
