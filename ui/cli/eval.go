package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate/davis"
)

// evaluation is the result of `masklet eval -json`.
type evaluation struct {
	measures
	Frames  int                `json:"frames"`  // frames that were compared, per object
	Missing int                `json:"missing"` // predictions that were not there; they count as empty
	Objects []objectEvaluation `json:"objects"`
}

type objectEvaluation struct {
	ID objectName `json:"id"`
	measures
}

// objectName is an object's folder name; in JSON a number where it is one.
type objectName string

// MarshalJSON implements json.Marshaler.
func (n objectName) MarshalJSON() ([]byte, error) {
	if id, err := strconv.Atoi(string(n)); err == nil {
		return json.Marshal(id)
	}
	return json.Marshal(string(n))
}

// measures holds means over frames (and objects) of J and F with the recall
// and decay of the DAVIS benchmark.
type measures struct {
	J       float64 `json:"J"`
	F       float64 `json:"F"`
	JF      float64 `json:"JF"`
	JRecall float64 `json:"J_recall"`
	JDecay  float64 `json:"J_decay"`
	FRecall float64 `json:"F_recall"`
	FDecay  float64 `json:"F_decay"`
}

// evalOptions are the options of `masklet eval`.
type evalOptions struct {
	pred, truth string
	asJSON, all bool
}

func evalCommand(env Env) *cobra.Command {
	var o evalOptions
	cmd := newCommand("eval -pred DIR -gt DIR [-json] [-all]", "compare masks with true ones: J, F and J&F as DAVIS defines them", "pred", "gt")
	fs := cmd.Flags()
	fs.StringVar(&o.pred, "pred", "", "`folder` of predicted mask PNGs, or of one sub-folder per object")
	fs.StringVar(&o.truth, "gt", "", "`folder` of true mask PNGs of the same layout and names")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	fs.BoolVar(&o.all, "all", false, "count the first and last frame too")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runEval(cmd.Context(), env, o) }
	return cmd
}

func runEval(ctx context.Context, env Env, o evalOptions) error {
	p := env.progress(env.Stderr, false)
	defer p.stop()
	e, err := evaluate(ctx, o.pred, o.truth, o.all, p)
	if err != nil {
		return err
	}
	p.stop()
	if e.Missing > 0 {
		fmt.Fprintf(env.Stderr, "masklet eval: %d predicted masks are missing in %s and count as empty\n", e.Missing, o.pred)
	}
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(e)
	}
	return printEvaluation(env.Stdout, e)
}

// evaluate compares two mask folders. As DAVIS does, the first and the last
// frame of the truth are left out unless all is set.
func evaluate(ctx context.Context, pred, truth string, all bool, progress *progressPrinter) (evaluation, error) {
	progress.doing("reading", "Reading the folders", "", 0, 0)
	pairs, err := pairSequences(pred, truth)
	if err != nil {
		return evaluation{}, err
	}
	e := evaluation{}
	done, total := 0, 0
	for _, p := range pairs {
		total += len(p.truth.names)
		if !all {
			total -= 2
		}
	}
	for _, p := range pairs {
		frames := p.truth.names
		if !all {
			if len(frames) < 3 {
				return evaluation{}, fmt.Errorf("%s has %d frames; without the first and last nothing is left (use -all)", truth, len(frames))
			}
			frames = frames[1 : len(frames)-1]
		}
		partners, err := p.partners()
		if err != nil {
			return evaluation{}, err
		}
		var js, fs []float64
		for _, name := range frames {
			if err := ctx.Err(); err != nil {
				return evaluation{}, err
			}
			j, f, missing, err := p.compare(name, partners[name])
			if err != nil {
				return evaluation{}, err
			}
			js, fs = append(js, j), append(fs, f)
			done++
			progress.doing("comparing", "Comparing masks", "masks", done, total)
			if missing {
				e.Missing++
			}
		}
		e.Frames = max(e.Frames, len(frames))
		e.Objects = append(e.Objects, objectEvaluation{objectName(p.id), summarise(js, fs)})
	}
	e.measures = meanOf(e.Objects)
	return e, nil
}

func summarise(js, fs []float64) measures {
	j, f := davis.Summarise(js), davis.Summarise(fs)
	return measures{j.Mean, f.Mean, (j.Mean + f.Mean) / 2, j.Recall, j.Decay, f.Recall, f.Decay}
}

func meanOf(objects []objectEvaluation) measures {
	var m measures
	n := float64(len(objects))
	for _, o := range objects {
		m.J += o.J / n
		m.F += o.F / n
		m.JF += o.JF / n
		m.JRecall += o.JRecall / n
		m.JDecay += o.JDecay / n
		m.FRecall += o.FRecall / n
		m.FDecay += o.FDecay / n
	}
	return m
}

func printEvaluation(w io.Writer, e evaluation) error {
	row := func(name string, m measures) error {
		_, err := fmt.Fprintf(w, "%-10s %6.3f %6.3f %6.3f   %6.3f %6.3f   %6.3f %6.3f\n",
			name, m.J, m.F, m.JF, m.JRecall, m.JDecay, m.FRecall, m.FDecay)
		return err
	}
	if _, err := fmt.Fprintf(w, "%d frames\n%-10s %6s %6s %6s   %6s %6s   %6s %6s\n", e.Frames,
		"object", "J", "F", "J&F", "J rec", "J dec", "F rec", "F dec"); err != nil {
		return err
	}
	for _, o := range e.Objects {
		if err := row(string(o.ID), o.measures); err != nil {
			return err
		}
	}
	return row("mean", e.measures)
}

// round3 keeps tables and JSON of derived figures readable.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
