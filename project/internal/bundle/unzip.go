package bundle

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/infile"
)

// ErrArchive is wrapped by the errors of an archive that WriteZip cannot have
// written.
var ErrArchive = errors.New("not a copy of a project")

// Unzip unpacks an archive that WriteZip made into the empty folder dir. A name
// that leads out of the folder is an error; nothing else than files is written.
func Unzip(ctx context.Context, archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrInsecurePath) {
			err = fmt.Errorf("%w: %w", ErrArchive, err)
		}
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		name := filepath.FromSlash(f.Name)
		if !filepath.IsLocal(name) || !f.Mode().IsRegular() {
			return fmt.Errorf("%w: it holds %q", ErrArchive, f.Name)
		}
		if err := unpack(ctx, f, filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
	}
	return nil
}

func unpack(ctx context.Context, f *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, infile.Reader(ctx, r, math.MaxInt64))
	return errors.Join(err, w.Close())
}
