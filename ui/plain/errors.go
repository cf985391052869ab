package plain

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// Line returns an error's text as one line for the user. What the system says
// inside of it is put into plain words: "mkdir /a/b: no such file or directory"
// becomes "/a/b cannot be made: its folder is not there".
func Line(err error) string {
	text := err.Error()
	for _, e := range system(err, nil) {
		text = strings.ReplaceAll(text, e.Error(), words(e))
	}
	return strings.Join(strings.Fields(text), " ")
}

// system collects the errors of the system in a tree of errors.
func system(err error, found []error) []error {
	switch e := err.(type) {
	case nil:
		return found
	case *fs.PathError, *os.LinkError, *os.SyscallError, *url.Error, syscall.Errno:
		return append(found, err)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			found = system(inner, found)
		}
		return found
	}
	return system(errors.Unwrap(err), found)
}

// words says an error of the system in plain words.
func words(err error) string {
	switch e := err.(type) {
	case *url.Error:
		server := e.URL
		if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
			server = u.Host
		}
		return server + " cannot be reached: is this machine online?"
	case *fs.PathError:
		return about(e.Path, e.Op, e.Err)
	case *os.LinkError:
		return about(e.New, e.Op, e.Err)
	case *os.SyscallError:
		return reason(e.Err)
	}
	return reason(err)
}

// about says what became of a path.
func about(path, op string, err error) string {
	makes := op == "mkdir" || op == "rename" || op == "link" || op == "symlink"
	switch {
	case makes && errors.Is(err, fs.ErrNotExist):
		return path + " cannot be made: its folder is not there"
	case makes && errors.Is(err, fs.ErrExist), errors.Is(err, syscall.ENOTDIR):
		return path + ": a file is where a folder should be"
	}
	return path + ": " + reason(err)
}

// reason says why something did not go.
func reason(err error) string {
	for _, r := range []struct {
		is   error
		text string
	}{
		{fs.ErrNotExist, "it is not there"},
		{fs.ErrPermission, "you have no permission for that"},
		{syscall.ENOSPC, "the disk is full"},
		{syscall.EROFS, "the disk can only be read"},
		{syscall.EISDIR, "it is a folder, not a file"},
		{syscall.EIO, "the disk cannot be read or written"},
		{syscall.EMFILE, "too many files are open"},
		{syscall.ENAMETOOLONG, "the name is too long"},
		{fs.ErrExist, "it is there already"},
		{os.ErrDeadlineExceeded, "it took too long"},
	} {
		if errors.Is(err, r.is) {
			return r.text
		}
	}
	return err.Error()
}

// Sentence writes an error as a sentence of its own.
func Sentence(err error) string {
	s := Line(err)
	if s == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToUpper(s[:1])+s[1:], ".") + "."
}
