// Package jsonout writes JSON files piece by piece, one element of a list a line,
// so that memory does not grow with them.
package jsonout

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
)

// Writer writes one file. Its methods do nothing after the first error, which
// Close returns.
type Writer struct {
	f     *os.File
	w     *bufio.Writer
	err   error
	items int
}

// Create creates the file path.
func Create(path string) (*Writer, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &Writer{f: f, w: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Text writes text as it is.
func (w *Writer) Text(s string) {
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

// Value writes a value as JSON.
func (w *Writer) Value(v any) {
	data, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.Text(string(data))
}

// List begins a list: text is what stands before it.
func (w *Writer) List(text string) {
	w.items = 0
	w.Text(text + "[")
}

// Item writes the next element of the list.
func (w *Writer) Item(v any) {
	if w.items > 0 {
		w.Text(",")
	}
	w.items++
	w.Text("\n")
	w.Value(v)
}

// Open writes the next element of the list, an object, without its end, so that
// more can be added to it.
func (w *Writer) Open(v any) {
	data, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	if w.items > 0 {
		w.Text(",")
	}
	w.items++
	w.Text("\n" + strings.TrimSuffix(string(data), "}"))
}

// Err returns the first error.
func (w *Writer) Err() error { return w.err }

// Close ends the file. failed is an error of the caller, which comes first.
func (w *Writer) Close(failed error) error {
	if failed == nil {
		failed = w.err
	}
	if failed == nil {
		failed = w.w.Flush()
	}
	if err := w.f.Close(); failed == nil {
		failed = err
	}
	return errors.Join(failed)
}
