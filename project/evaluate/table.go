package evaluate

import (
	"fmt"
	"io"
)

// Print prints a row for each object and the mean.
func (e *Result) Print(w io.Writer) error {
	row := func(name string, m Measures) error {
		_, err := fmt.Fprintf(w, "%-10s %6.3f %6.3f %6.3f   %6.3f %6.3f   %6.3f %6.3f   %6.3f %7.3f\n",
			name, m.J, m.F, m.JF, m.JRecall, m.JDecay, m.FRecall, m.FDecay, m.T, m.Flicker)
		return err
	}
	if _, err := fmt.Fprintf(w, "%d frames\n%-10s %6s %6s %6s   %6s %6s   %6s %6s   %6s %7s\n", e.Frames,
		"object", "J", "F", "J&F", "J rec", "J dec", "F rec", "F dec", "T", "flicker"); err != nil {
		return err
	}
	for _, o := range e.Objects {
		if err := row(string(o.ID), o.Measures); err != nil {
			return err
		}
	}
	return row("mean", e.Measures)
}
