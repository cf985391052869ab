package ort

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A library is allowed by its content: under the same name another is not.
func TestAllow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "libonnxruntime.so")
	t.Setenv(LibraryEnv, "")
	if _, err := Sum(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is missing: %v", err)
	}
	if err := os.WriteFile(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := Sum(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Allow(t.Context(), path, sum); !errors.Is(err, ErrChanged) || os.Getenv(LibraryEnv) != "" {
		t.Errorf("another library of that name: %v, %q is allowed", err, os.Getenv(LibraryEnv))
	}
	if err := os.WriteFile(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Allow(t.Context(), path, sum); err != nil || os.Getenv(LibraryEnv) != path {
		t.Errorf("the library itself: %v, %q is allowed", err, os.Getenv(LibraryEnv))
	}
	if err := Allow(t.Context(), "/nope", sum); err != nil || os.Getenv(LibraryEnv) != path {
		t.Errorf("what the variable names does not go before: %v", err)
	}
}
