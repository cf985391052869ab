//go:build unix

package infile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What never ends, never begins or cannot be meant is refused at once, under
// its own name and through a link.
func TestOnlyRegularFiles(t *testing.T) {
	dir := t.TempDir()
	pipe, folder, huge := filepath.Join(dir, "pipe"), filepath.Join(dir, "folder"), filepath.Join(dir, "huge")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Mkdir(folder, 0o700), os.WriteFile(huge, nil, 0o600), os.Truncate(huge, 1<<40)); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]error{
		pipe: ErrNotRegular, folder: ErrNotRegular, huge: ErrTooLarge,
		"/dev/zero": ErrNotRegular, "/dev/null": ErrNotRegular, dir + "/none": fs.ErrNotExist,
	} {
		link := filepath.Join(t.TempDir(), "mask.png")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, link} {
			if _, err := Read(context.Background(), p, Picture); !errors.Is(err, want) {
				t.Errorf("%s: %v", p, err)
			}
		}
	}
}

// Reading ends with its context, and at the limit.
func TestReadingEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(context.Background(), path, 7); err != nil || string(data) != "content" {
		t.Errorf("%q, %v", data, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f, err := Open(ctx, path, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	var b [100]byte
	if n, _ := io.ReadFull(f, b[:]); n != 7 {
		t.Errorf("%d bytes of a file that grew", n)
	}
	cancel()
	if _, err := f.Read(b[:]); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// A decoder that does not end keeps nobody waiting.
func TestWithinEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	begun, never := make(chan bool), make(chan bool)
	defer close(never)
	go func() {
		<-begun
		cancel()
	}()
	err := Within(ctx, func() error {
		close(begun)
		<-never
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := Within(ctx, func() error { t.Error("it runs though its context has ended"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	want := errors.New("want")
	if err := Within(context.Background(), func() error { return want }); err != want {
		t.Errorf("its error: %v", err)
	}
}
