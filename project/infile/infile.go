// Package infile opens files that come from anywhere. Among the names in a
// folder or a list may be devices, pipes and links to them, which never end or
// never begin, and files that no reader of their kind can mean: they are
// refused before anything is read of them.
package infile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// The largest files that are read.
const (
	Picture = 1 << 30  // bytes of a picture: more than the largest one has uncompressed
	Text    = 16 << 30 // bytes of a JSON file, which is read piece by piece
)

var (
	// ErrNotRegular: the path is a folder, a device, a pipe or a socket.
	ErrNotRegular = errors.New("not a regular file")
	// ErrTooLarge: the file is larger than any of its kind.
	ErrTooLarge = errors.New("too large")
)

// File is an open file. Reading it fails when its context ends.
type File struct {
	io.Reader
	f *os.File
}

// Open opens a regular file of at most limit bytes. Errors name the path.
func Open(ctx context.Context, path string, limit int64) (*File, error) {
	// It is looked at first: opening a pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := check(path, info, limit); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = check(path, info, limit)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &File{Reader(ctx, f, limit), f}, nil
}

func check(path string, info os.FileInfo, limit int64) error {
	switch {
	case info.IsDir():
		return fmt.Errorf("%s is a folder: %w", path, ErrNotRegular)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is %w", path, ErrNotRegular)
	case info.Size() > limit:
		return fmt.Errorf("%s is %w: it has %d MB, at most %d MB are read", path, ErrTooLarge, info.Size()>>20, limit>>20)
	}
	return nil
}

// Reader returns a reader of at most limit bytes of r that fails when ctx ends.
func Reader(ctx context.Context, r io.Reader, limit int64) io.Reader {
	return reader{ctx, io.LimitReader(r, limit)}
}

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// Read returns the content of a regular file of at most limit bytes. Errors
// name the path.
func Read(ctx context.Context, path string, limit int64) ([]byte, error) {
	f, err := Open(ctx, path, limit)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// Within runs f, a decoder that cannot be stopped midway, and returns its error.
// When ctx ends first Within returns at once and f ends by itself: what it works
// on is then given up.
func Within(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
