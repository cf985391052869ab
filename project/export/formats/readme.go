package formats

import (
	"fmt"
	"strings"

	"github.com/masklet/masklet/project/export"
)

// Table returns the manual's table of the formats in Markdown.
func Table() string {
	var b strings.Builder
	b.WriteString("| format | way | what it is | what it loses |\n|---|---|---|---|\n")
	for _, f := range All() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Name, Ways(f), f.About, Lost(f))
	}
	b.WriteString("| always | out | `run.json`: video, timestamps, engine, settings, seconds per phase, confidence per object and frame | |\n")
	return b.String()
}

// Ways says whether a format is written, read, or both.
func Ways(f export.Format) string {
	switch {
	case f.Read == nil:
		return "out"
	case f.Write == nil:
		return "in"
	}
	return "in, out"
}

// Lost says in a few words what a format loses.
func Lost(f export.Format) string {
	lost := f.Holds.Lost()
	if f.Holds.MaxID > 0 {
		lost = append(lost, fmt.Sprintf("objects above number %d", f.Holds.MaxID))
	}
	if len(lost) == 0 {
		return "nothing"
	}
	return strings.Join(lost, ", ")
}
