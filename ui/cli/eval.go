package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/annotate"
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
	ID   objectName `json:"id"`
	Pred string     `json:"pred,omitempty"` // the predicted object, where it was assigned
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
	T       float64 `json:"T"`       // temporal instability of the contours, 0 is best
	Flicker float64 `json:"flicker"` // share of the area that changes against the motion
}

// evalOptions are the options of `masklet eval`.
type evalOptions struct {
	pred, truth           string
	asJSON, all, matchIDs bool
}

func evalCommand(env Env) *cobra.Command {
	var o evalOptions
	cmd := newCommand("eval -pred DIR -gt DIR [-match-ids] [-json] [-all]", "compare masks with true ones: J, F and J&F as DAVIS defines them, and stability", "pred", "gt")
	fs := cmd.Flags()
	fs.StringVar(&o.pred, "pred", "", "`folder` of predicted masks: pictures of one object or of numbered objects, or one sub-folder per object")
	fs.StringVar(&o.truth, "gt", "", "`folder` of true masks of any such layout, called alike or by the same numbers")
	fs.BoolVar(&o.asJSON, "json", false, "print JSON")
	fs.BoolVar(&o.all, "all", false, "count the first and last frame too")
	fs.BoolVar(&o.matchIDs, "match-ids", false, "pair objects by the assignment that overlaps most, not by their numbers")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runEval(cmd.Context(), env, o) }
	return cmd
}

func runEval(ctx context.Context, env Env, o evalOptions) error {
	p := env.progress(env.Stderr, false)
	defer p.stop()
	e, notes, err := evaluate(ctx, o, p)
	if err != nil {
		return err
	}
	p.stop()
	if e.Missing > 0 {
		fmt.Fprintf(env.Stderr, "masklet eval: %d predicted masks are missing in %s and count as empty\n", e.Missing, o.pred)
	}
	for _, n := range notes {
		fmt.Fprintf(env.Stderr, "Note: %s\n", n)
	}
	if o.asJSON {
		return json.NewEncoder(env.Stdout).Encode(e)
	}
	return printEvaluation(env.Stdout, e)
}

// evaluate compares two mask folders. As DAVIS does, the first and the last
// frame of the truth are left out unless all is set.
func evaluate(ctx context.Context, o evalOptions, progress *progressPrinter) (evaluation, []string, error) {
	progress.doing("reading", "Reading the folders", "", 0, 0)
	truth, err := readMaskFolder(ctx, o.truth, "Reading the true masks", progress)
	if err != nil {
		return evaluation{}, nil, err
	}
	pred, err := readMaskFolder(ctx, o.pred, "Reading the predicted masks", progress)
	if err != nil {
		return evaluation{}, nil, err
	}
	f := evalFolders{truth: truth, pred: pred}
	if f.partner, err = partners(truth, pred); err != nil {
		return evaluation{}, nil, err
	}
	frames := truth.names
	if !o.all {
		if len(frames) < 3 {
			return evaluation{}, nil, fmt.Errorf("%s has %d frames; without the first and last nothing is left (use -all)", o.truth, len(frames))
		}
		frames = frames[1 : len(frames)-1]
	}
	pairs, err := f.pairs(o.matchIDs)
	if err != nil {
		return evaluation{}, nil, err
	}
	e := evaluation{Frames: len(frames)}
	for i, p := range pairs {
		step := func(frame int) {
			progress.doing("comparing", "Comparing masks", "masks", i*len(frames)+frame+1, len(pairs)*len(frames))
		}
		m, missing, err := f.measure(ctx, p, frames, step)
		if err != nil {
			return evaluation{}, nil, err
		}
		e.Missing += missing
		object := objectEvaluation{ID: objectName(p.id), measures: m}
		if p.pred != p.truth && o.matchIDs {
			object.Pred = p.pred
		}
		e.Objects = append(e.Objects, object)
	}
	e.measures = meanOf(e.Objects)
	return e, append(truth.notes, pred.notes...), nil
}

// measure compares one object over the frames.
func (e evalFolders) measure(ctx context.Context, p pair, frames []string, step func(frame int)) (m measures, missing int, err error) {
	var js, fs []float64
	var truths, preds []annotate.Mask
	for i, name := range frames {
		if err := ctx.Err(); err != nil {
			return m, 0, err
		}
		step(i)
		truth, pred, gone, err := e.masks(name, p)
		if err != nil {
			return m, 0, err
		}
		if gone {
			missing++
		}
		j, err := davis.J(pred, truth)
		if err != nil {
			return m, 0, err
		}
		f, err := davis.F(pred, truth)
		if err != nil {
			return m, 0, err
		}
		js, fs = append(js, j), append(fs, f)
		truths, preds = append(truths, truth), append(preds, pred)
	}
	j, f := davis.Summarise(js), davis.Summarise(fs)
	m = measures{J: j.Mean, F: f.Mean, JF: (j.Mean + f.Mean) / 2, JRecall: j.Recall, JDecay: j.Decay, FRecall: f.Recall, FDecay: f.Decay}
	m.T, err = davis.T(preds)
	if err != nil {
		return m, 0, err
	}
	m.Flicker, err = davis.Flicker(preds, truths)
	return m, missing, err
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
		m.T += o.T / n
		m.Flicker += o.Flicker / n
	}
	return m
}

func printEvaluation(w io.Writer, e evaluation) error {
	row := func(name string, m measures) error {
		_, err := fmt.Fprintf(w, "%-10s %6.3f %6.3f %6.3f   %6.3f %6.3f   %6.3f %6.3f   %6.3f %7.3f\n",
			name, m.J, m.F, m.JF, m.JRecall, m.JDecay, m.FRecall, m.FDecay, m.T, m.Flicker)
		return err
	}
	if _, err := fmt.Fprintf(w, "%d frames\n%-10s %6s %6s %6s   %6s %6s   %6s %6s   %6s %7s\n", e.Frames,
		"object", "J", "F", "J&F", "J rec", "J dec", "F rec", "F dec", "T", "flicker"); err != nil {
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
