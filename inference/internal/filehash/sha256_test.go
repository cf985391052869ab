package filehash

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestSHA256(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, bytes.Repeat([]byte("abc"), 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	var last int64
	sum, err := SHA256(t.Context(), path, func(done, total int64) {
		if done <= last || total != 3<<20 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	const want = "cc932bce1f4a5197761d0a4b0197f00a43a3eb6b0c0081b4add813521acac582"
	if err != nil || sum != want || last != 3<<20 {
		t.Errorf("%q, %v, progress %d", sum, err, last)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := SHA256(ctx, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
