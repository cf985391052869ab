package project

import (
	"archive/zip"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"masklet/project/atomicfile"
)

// writeZip packs a project file and a video, which may be "". Videos and
// frames are compressed already and are stored as they are.
func writeZip(ctx context.Context, w io.Writer, file, video string) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	if err := addToZip(ctx, z, filepath.Base(file), file, zip.Deflate); err != nil {
		return err
	}
	err := eachFile(video, func(name, path string) error {
		return addToZip(ctx, z, filepath.ToSlash(name), path, zip.Store)
	})
	if err != nil {
		return err
	}
	return z.Close()
}

func addToZip(ctx context.Context, z *zip.Writer, name, path string, method uint16) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: info.ModTime()})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, reader{ctx, f})
	return err
}

// Unpack unpacks an archive that SaveCopy wrote into the new folder dest and
// returns the path of the project file in it.
func Unpack(ctx context.Context, archive, dest string) (projectPath string, err error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return "", fmt.Errorf("unpack %s: %w", archive, err)
	}
	defer z.Close()
	if _, err := os.Lstat(dest); err == nil {
		return "", fmt.Errorf("unpack %s to %s: %w", archive, dest, ErrExists)
	}
	for _, f := range z.File {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return "", fmt.Errorf("unpack %s: it holds the file %q, which would lie outside its folder", archive, f.Name)
		}
		if strings.HasSuffix(f.Name, Extension) && !strings.Contains(f.Name, "/") {
			projectPath = filepath.Join(dest, f.Name)
		}
	}
	if projectPath == "" {
		return "", fmt.Errorf("unpack %s: it holds no project: %w", archive, ErrNotProject)
	}
	err = atomicfile.WriteFolder(dest, func(dir string) error {
		for _, f := range z.File {
			if err := unpackFile(ctx, f, filepath.Join(dir, filepath.FromSlash(f.Name))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("unpack %s: %w", archive, reasonOf(err))
	}
	return projectPath, nil
}

func unpackFile(ctx context.Context, f *zip.File, dest string) error {
	if f.FileInfo().IsDir() {
		return os.MkdirAll(dest, 0o755)
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return writeNew(ctx, dest, r)
}
