package bundle

import (
	"archive/zip"
	"compress/flate"
	"context"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/infile"
)

// WriteZip packs a project file and a video, as Copy takes it. Videos and
// frames are compressed already and are stored as they are.
func WriteZip(ctx context.Context, w io.Writer, file, video string, skip func(name string) bool) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	if err := addToZip(ctx, z, filepath.Base(file), file, zip.Deflate); err != nil {
		return err
	}
	err := eachFile(video, skip, func(name, path string) error {
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
	_, err = io.Copy(w, infile.Reader(ctx, f, math.MaxInt64))
	return err
}
