package ort

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/masklet/masklet/inference/internal/filehash"
)

// ErrChanged: a library is not the file that the user allowed.
var ErrChanged = errors.New("the library has changed since it was allowed")

// Sum returns the sha256 of a library, by which Allow knows it again.
func Sum(ctx context.Context, path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err != nil {
		return "", fmt.Errorf("read the library: %w", err)
	}
	sum, err := filehash.SHA256(ctx, path, nil)
	if err != nil {
		return "", fmt.Errorf("read the library: %w", err)
	}
	return sum, nil
}

// Allow has Load take a library that did not come with the program, as
// ONNXRUNTIME_LIB does, which goes before. The error wraps ErrChanged if the
// file has not that sum. Nothing changes once a library is loaded.
func Allow(ctx context.Context, path, sum string) error {
	if os.Getenv(LibraryEnv) != "" {
		return nil
	}
	now, err := Sum(ctx, path)
	switch {
	case err != nil:
		return err
	case now != sum:
		return fmt.Errorf("%s: %w", path, ErrChanged)
	}
	return os.Setenv(LibraryEnv, path)
}
