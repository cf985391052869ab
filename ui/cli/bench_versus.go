package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/masklet/masklet/inference"
)

// comparison is the result of `masklet bench -vs OTHER -json`: both engines
// measured in one run, each in processes of its own so that the peak memory is
// its own too. Ratios are this engine by the other, medians of the pairs.
type comparison struct {
	A     benchReport `json:"a"`
	B     benchReport `json:"b"`
	Pairs int         `json:"pairs"`
	Ratio benchRatio  `json:"ratio"`
}

type benchRatio struct {
	Phase1CPU float64            `json:"phase1_cpu"`
	Phase2CPU float64            `json:"phase2_cpu"`
	Click     float64            `json:"click"`
	PeakRSS   float64            `json:"peak_rss"`
	Graphs    map[string]float64 `json:"graphs"`
}

// compareEngines runs the benchmark in pairs A B, A B, ... by calling the
// program itself with args, which must not hold -engine.
func compareEngines(ctx context.Context, env Env, a, b string, pairs int, args func(inference.Kind) []string) (comparison, error) {
	c := comparison{Pairs: pairs}
	var all []benchRatio
	for i := range pairs {
		ra, err := benchProcess(ctx, env, a, args(env.EngineKind(a)))
		if err != nil {
			return c, err
		}
		rb, err := benchProcess(ctx, env, b, args(env.EngineKind(b)))
		if err != nil {
			return c, err
		}
		if i == 0 {
			c.A, c.B = ra, rb
		}
		all = append(all, ratioOf(ra, rb))
	}
	c.Ratio = medianRatio(all)
	return c, nil
}

func benchProcess(ctx context.Context, env Env, engine string, args []string) (benchReport, error) {
	var r benchReport
	command := append(slices.Clone(env.Self), "bench", "-json", "-engine", engine)
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], args...)...)
	said := &relay{out: env.Stderr, prefix: engine + ": "}
	cmd.Stderr = said
	// The measurement ends by itself when it is asked to.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err == nil {
		err = json.Unmarshal(out, &r)
	}
	if err == nil {
		said.flush()
		return r, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || said.last == "" {
		return r, fmt.Errorf("measure %s: %w", engine, err)
	}
	why := strings.TrimPrefix(said.last, "masklet bench: ")
	if exit.ExitCode() == ExitUsage {
		return r, usagef("%s", why)
	}
	return r, fmt.Errorf("measure %s: %s", engine, why)
}

// relay passes lines on behind a prefix. It keeps the last one back: of a
// program that fails, that is the reason.
type relay struct {
	out    io.Writer
	prefix string
	part   []byte // of a line that is not complete
	last   string
}

func (r *relay) Write(p []byte) (int, error) {
	r.part = append(r.part, p...)
	for {
		line, rest, ok := bytes.Cut(r.part, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		r.flush()
		r.last, r.part = string(line), rest
	}
}

// flush prints the line that was kept back.
func (r *relay) flush() {
	if r.last != "" {
		fmt.Fprintln(r.out, r.prefix+r.last)
	}
	r.last = ""
}

func ratioOf(a, b benchReport) benchRatio {
	by := func(x, y float64) float64 {
		if y == 0 {
			return 0
		}
		return x / y
	}
	r := benchRatio{
		Phase1CPU: by(a.Phase1.CPUSeconds, b.Phase1.CPUSeconds),
		Phase2CPU: by(a.Phase2.CPUSeconds, b.Phase2.CPUSeconds),
		Click:     by(a.ClickMS, b.ClickMS),
		PeakRSS:   by(a.PeakRSSMB, b.PeakRSSMB),
		Graphs:    map[string]float64{},
	}
	for name, s := range a.Graphs {
		if other, ok := b.Graphs[name]; ok {
			r.Graphs[name] = by(s, other)
		}
	}
	return r
}

func medianRatio(all []benchRatio) benchRatio {
	median := func(of func(benchRatio) float64) float64 {
		var v []float64
		for _, r := range all {
			v = append(v, of(r))
		}
		slices.Sort(v)
		return round3(v[len(v)/2])
	}
	out := benchRatio{
		Phase1CPU: median(func(r benchRatio) float64 { return r.Phase1CPU }),
		Phase2CPU: median(func(r benchRatio) float64 { return r.Phase2CPU }),
		Click:     median(func(r benchRatio) float64 { return r.Click }),
		PeakRSS:   median(func(r benchRatio) float64 { return r.PeakRSS }),
		Graphs:    map[string]float64{},
	}
	for name := range all[0].Graphs {
		out.Graphs[name] = median(func(r benchRatio) float64 { return r.Graphs[name] })
	}
	return out
}

func printComparison(w io.Writer, c comparison) error {
	if err := printBench(w, c.A); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := printBench(w, c.B); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s / %s, median of %d pairs\nPhase 1 CPU %.2f, Phase 2 CPU %.2f, click %.2f, peak memory %.2f\n",
		c.A.Engine, c.B.Engine, c.Pairs, c.Ratio.Phase1CPU, c.Ratio.Phase2CPU, c.Ratio.Click, c.Ratio.PeakRSS)
	for _, name := range sortedKeys(c.Ratio.Graphs) {
		if err == nil {
			_, err = fmt.Fprintf(w, "graph %-17s %.2f\n", name, c.Ratio.Graphs[name])
		}
	}
	return err
}
