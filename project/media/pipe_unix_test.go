//go:build unix

package media

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe is refused at once, as a video and as a frame: reading it would wait
// for a writer.
func TestPipeIsNoVideo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pipe.png")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	for _, p := range []string{path, dir} {
		if _, err := Open(context.Background(), p, Options{NoIndexFiles: true}); !errors.Is(err, ErrNotVideo) || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: error %v", p, err)
		}
	}
}
