// Package plain says numbers and errors as the user would. It exists so that
// status line, banner, dialogs and panels say the same thing in the same words.
package plain

import (
	"fmt"
	"math"
	"time"
)

// Count writes a number of things: "1 frame", "3 frames".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Duration writes seconds for people: "40 s", "2 min 10 s", "1 h 5 min".
func Duration(seconds float64) string {
	d := time.Duration(math.Ceil(max(0, seconds))) * time.Second
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
