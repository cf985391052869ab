package classic

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/inference"
)

// rocArea is the probability that a frame below an IoU has a lower confidence
// than one above (ties count half); not a number where all are on one side.
func rocArea(frames []scored, below float64) float64 {
	var bad, good []float64
	for _, f := range frames {
		if f.iou < below {
			bad = append(bad, f.confidence)
		} else {
			good = append(good, f.confidence)
		}
	}
	wins := 0.0
	for _, b := range bad {
		for _, g := range good {
			switch cmp.Compare(b, g) {
			case -1:
				wins++
			case 0:
				wins += 0.5
			}
		}
	}
	return wins / float64(len(bad)*len(good))
}

// expectation is the mean difference of the confidence from the IoU.
func expectation(frames []scored) float64 {
	sum := 0.0
	for _, f := range frames {
		sum += max(f.confidence-f.iou, f.iou-f.confidence)
	}
	return sum / float64(len(frames))
}

func overall(scores []clipScore, of func(scored) float64) float64 {
	sum := 0.0
	for _, c := range scores {
		sum += c.mean(of)
	}
	return sum / float64(len(scores))
}

func allFrames(scores []clipScore) []scored {
	var out []scored
	for _, c := range scores {
		out = append(out, c.frames...)
	}
	return out
}

// A clip whose mean J is below reviewBelow needs work: most of what the review
// queue lists first must be bad frames.
const (
	reviewBelow = 0.7
	reviewRows  = 5
)

func report(t *testing.T, name string, scores []clipScore) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %6s %6s %6s %6s %6s %6s %6s %9s %9s %8s\n", name, "J", "F", "thin", "first", "sure", "AUC.5", "AUC.7", "phase1", "phase2", "click")
	first, thin := 0.0, 0.0
	for _, c := range scores {
		per := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(c.total) }
		fmt.Fprintf(&b, "%-14s %6.3f %6.3f %6.3f %6.3f %6.2f %6.2f %6.2f %6.1f ms %6.1f ms %5.0f ms",
			c.name, c.mean(region), c.mean(boundary), c.thinRecall(), c.first, c.sure, rocArea(c.frames, 0.5), rocArea(c.frames, 0.7),
			per(c.phase1), per(c.phase2), c.click.Seconds()*1000)
		if c.mean(region) < reviewBelow {
			fmt.Fprintf(&b, "  review: IoU %.2f", c.queue[:min(reviewRows, len(c.queue))])
		}
		b.WriteByte('\n')
		first += c.first / float64(len(scores))
		thin += c.thinRecall() / float64(len(scores))
	}
	frames := allFrames(scores)
	fmt.Fprintf(&b, "%-14s %6.3f %6.3f %6.3f %6.3f %6s %6.3f %6.3f  confidence off by %.3f", "mean",
		overall(scores, region), overall(scores, boundary), thin, first, "", rocArea(frames, 0.5), rocArea(frames, 0.7), expectation(frames))
	t.Log("\n" + b.String())
}

// compareEngines prints the mean J of each start beside each other, and the
// clips on which the second engine is clearly worse than the first.
func compareEngines(t *testing.T, engines []inference.Engine, starts []string, all map[string][]clipScore) {
	var b strings.Builder
	for _, e := range engines {
		fmt.Fprintf(&b, "\n%-10s", e.Name())
		var frames []scored
		for _, s := range starts {
			if scores := all[e.Name()+", "+s]; scores != nil {
				fmt.Fprintf(&b, " %s J %.3f F %.3f;", s, overall(scores, region), overall(scores, boundary))
				frames = append(frames, allFrames(scores)...)
			}
		}
		fmt.Fprintf(&b, " confidence: AUC for IoU < 0.5 %.3f, < 0.7 %.3f, off by %.3f", rocArea(frames, 0.5), rocArea(frames, 0.7), expectation(frames))
	}
	for _, s := range starts {
		if len(engines) < 2 {
			break
		}
		was, is := all[engines[0].Name()+", "+s], all[engines[1].Name()+", "+s]
		for i := range min(len(was), len(is)) {
			if d := is[i].mean(region) - was[i].mean(region); d < -0.03 {
				fmt.Fprintf(&b, "\n%s, %s: %.3f", was[i].name, s, d)
			}
		}
	}
	t.Log(b.String())
}
