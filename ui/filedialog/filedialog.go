// Package filedialog asks for a file or folder with the desktop's own dialog. It
// exists because users know that one: their places are in it, and their keys work.
// Where there is none, the window asks with a dialog of its own.
package filedialog

import (
	"errors"
	"strings"
	"unicode"
)

// ErrNone: the desktop has no such dialog, or it cannot be reached.
var ErrNone = errors.New("there is no file dialog of the desktop")

// Request says what is asked for.
type Request struct {
	Title      string
	Start      string   // folder where the dialog begins
	Folder     bool     // a folder is asked for, not a file
	Extensions []string // of files, with the dot; nil: all
}

// patterns returns the extensions as patterns that hold for any case.
func (r Request) patterns() []string {
	var out []string
	for _, e := range r.Extensions {
		var b strings.Builder
		b.WriteString("*")
		for _, c := range e {
			if unicode.IsLetter(c) {
				b.WriteString("[" + string(unicode.ToLower(c)) + string(unicode.ToUpper(c)) + "]")
			} else {
				b.WriteRune(c)
			}
		}
		out = append(out, b.String())
	}
	return out
}

// Ask asks, and waits for the answer: a path, or "" if the user gave up. The
// error is ErrNone where the desktop has no dialog.
func Ask(r Request) (path string, err error) { return ask(r) }
