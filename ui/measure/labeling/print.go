package labeling

import (
	"fmt"
	"io"
)

// Print lists the actions of each object, and says whether they reached the goal.
func Print(w io.Writer, all [][]Action, goal float64) error {
	for id, actions := range all {
		for i, a := range actions {
			where := ""
			if a.Kind == Click || a.Kind == Remove {
				where = fmt.Sprintf("  at %.1f, %.1f", a.X, a.Y)
			}
			if _, err := fmt.Fprintf(w, "%4d  %-7s frame %4d  J %.3f%s\n", i+1, a.Kind, a.Frame, a.J, where); err != nil {
				return err
			}
		}
		last, verdict := actions[len(actions)-1], "reached"
		if last.J < goal {
			verdict = "not reached"
		}
		if _, err := fmt.Fprintf(w, "object %d: %d actions, J %.3f, goal %.2f %s\n", id+1, len(actions), last.J, goal, verdict); err != nil {
			return err
		}
	}
	return nil
}
