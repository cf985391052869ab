package facts

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/masklet/masklet/project/clips"
)

// PrintClips writes a row for each clip.
func PrintClips(w io.Writer, list []clips.Clip) error {
	wide := len("clip")
	for _, c := range list {
		wide = max(wide, utf8.RuneCountInString(c.Name()))
	}
	if _, err := fmt.Fprintf(w, "%-*s  state    frames  objects   masks  accepted\n", wide, "clip"); err != nil {
		return err
	}
	for _, c := range list {
		_, err := fmt.Fprintf(w, "%-*s  %-7s  %6s  %7d  %6d  %8d%s\n", wide, c.Name(), c.State, known(c.Frames), c.Objects, c.Masks, c.Accepted, after(c.Problem))
		if err != nil {
			return err
		}
	}
	return nil
}

func known(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func after(problem string) string {
	if problem == "" {
		return ""
	}
	return "  " + problem
}
