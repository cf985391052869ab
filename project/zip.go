package project

import (
	"archive/zip"
	"compress/flate"
	"context"
	"io"
	"os"
	"path/filepath"
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
