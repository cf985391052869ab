// Package bundle copies a video, a file or a folder of frames, along with the
// copy of a project: into its folder or into a ZIP archive.
package bundle

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/infile"
)

// eachFile calls f for the video file at path, or for every file directly in
// the frame folder at path, with its name relative to the folder path lies in.
func eachFile(path string, skip func(name string) bool, f func(name, path string) error) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return f(filepath.Base(path), path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if skip(e.Name()) {
			continue
		}
		full := filepath.Join(path, e.Name())
		info, err := os.Stat(full)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			continue
		}
		if err := f(filepath.Join(filepath.Base(path), e.Name()), full); err != nil {
			return err
		}
	}
	return nil
}

// Copy copies the video at path, which may be "", into the folder dir. skip
// says which names of a frame folder stay behind.
func Copy(ctx context.Context, dir, path string, skip func(name string) bool) error {
	return eachFile(path, skip, func(name, path string) error {
		return copyFile(ctx, filepath.Join(dir, name), path)
	})
}

// copyFile copies the file src to the new file dest, and makes its folder.
func copyFile(ctx context.Context, dest, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(dest), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(dest, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, infile.Reader(ctx, in, math.MaxInt64))
	return errors.Join(err, out.Close())
}
