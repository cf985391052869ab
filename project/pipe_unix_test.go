//go:build unix

package project

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipeIsNoProject: a pipe is refused at once; reading it would wait for a
// writer.
func TestPipeIsNoProject(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.masklet")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrNotProject) {
		t.Errorf("error %v", err)
	}
}
