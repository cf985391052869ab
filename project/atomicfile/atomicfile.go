// Package atomicfile replaces files and folders so that a reader, a crash or a
// full disk never meets a half-written one: everything is written under a
// temporary name in the same folder, synced, renamed over the old one, and the
// folder's entry is synced too. Whatever fails, the old file stays as it was
// and the temporary one is removed.
package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
)

// bufferSize keeps the number of write calls low for writers of many small pieces.
const bufferSize = 256 << 10

// Write creates or replaces the file path with the bytes that write produces.
// The folder must exist. The error names path.
func Write(path string, write func(w io.Writer) error) error {
	return WriteChecked(path, write, func(string) error { return nil })
}

// WriteChecked is Write with a look at the result before it replaces the old
// file: check is given the name of the finished temporary file.
func WriteChecked(path string, write func(w io.Writer) error, check func(tmp string) error) error {
	s, err := StageFile(path)
	if err != nil {
		return err
	}
	defer s.Discard()
	if err = create(s.Temp(), write); err == nil {
		err = check(s.Temp())
	}
	if err != nil {
		return s.Error(err)
	}
	return Commit(s)
}

// WriteBytes creates or replaces the file path with data.
func WriteBytes(path string, data []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func create(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, bufferSize)
	if err = write(w); err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
}

// modeOf keeps the permissions of a file that is replaced; a new file gets the
// usual ones.
func modeOf(path string) fs.FileMode {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		return info.Mode().Perm()
	}
	return 0o644
}

// SyncFolder makes a rename in dir survive a power cut. Systems that cannot
// sync a folder say so with an error that is of no use to anyone.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

// plain takes the temporary file's name, which says nothing to the user, out
// of an error of the os package.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
