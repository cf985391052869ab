package vos

import (
	"fmt"
	"io"

	"github.com/masklet/masklet/project/evaluate"
)

// Print prints the result as a table, a row for each sequence and the mean over
// all objects last.
func (r *Result) Print(w io.Writer) error {
	wide := len("sequence")
	for _, s := range r.Scores {
		wide = max(wide, len(s.Sequence))
	}
	row := func(name string, objects, frames int, m evaluate.Measures) error {
		_, err := fmt.Fprintf(w, "%-*s %7d %6d   %6.3f   %6.3f %6.3f %6.3f   %6.3f %6.3f %6.3f\n", wide, name, objects, frames,
			m.JF, m.J, m.JRecall, m.JDecay, m.F, m.FRecall, m.FDecay)
		return err
	}
	if _, err := fmt.Fprintf(w, "%-*s %7s %6s   %6s   %6s %6s %6s   %6s %6s %6s\n", wide, "sequence", "objects", "frames",
		"J&F", "J", "recall", "decay", "F", "recall", "decay"); err != nil {
		return err
	}
	frames := 0
	for _, s := range r.Scores {
		frames += s.Frames
		if err := row(s.Sequence, len(s.Objects), s.Frames, s.Measures); err != nil {
			return err
		}
	}
	if r.Unjudged > 0 {
		if _, err := fmt.Fprintf(w, "%d sequences have no true masks to compare with: their masks are written\n", r.Unjudged); err != nil {
			return err
		}
	}
	if r.Objects == 0 {
		return nil
	}
	return row("mean", r.Objects, frames, r.Measures)
}
