package modelpack

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Limits of a zipped pack. Weights hardly compress, so a large ratio is a bomb.
const (
	maxZipEntries = 1000
	maxRatio      = 100
	ratioSlack    = 1 << 20
)

// ImportPack installs a finished pack that was made elsewhere: its folder, or a
// zip of the folder or of its files. Every file is checked against the manifest
// while it is copied. What stands in the way is treated as Import does.
func ImportPack(ctx context.Context, from, root string, progress Progress) (*Pack, error) {
	p, err := importPack(ctx, from, root, progress)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return p, nil
}

// IsPack reports whether a path looks like a finished pack, a folder or a zip,
// rather than a checkpoint.
func IsPack(from string) bool {
	info, err := os.Stat(from)
	return err == nil && (info.IsDir() || strings.EqualFold(filepath.Ext(from), ".zip"))
}

func importPack(ctx context.Context, from, root string, progress Progress) (*Pack, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		if _, err := open(from); err != nil {
			return nil, err
		}
		data, err := readSmall(filepath.Join(from, ManifestName), maxManifest)
		if err != nil {
			return nil, err
		}
		return copyPack(ctx, os.DirFS(from), data, root, progress)
	}
	f, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w: not a readable zip (%v)", ErrNotPack, err)
	}
	src, err := openZip(z)
	if err != nil {
		return nil, err
	}
	data, err := src.read(ManifestName, maxManifest)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if err := src.checkFiles(m); err != nil {
		return nil, err
	}
	return copyPack(ctx, src, data, root, progress)
}

// zippedPack is the folder of a pack inside a zip.
type zippedPack map[string]*zip.File

// openZip finds the folder with the manifest. A zip with a name that leaves the
// folder, or with links, is refused as a whole, even where those entries would
// never be unpacked: no honest tool makes one.
func openZip(z *zip.Reader) (zippedPack, error) {
	if len(z.File) > maxZipEntries {
		return nil, fmt.Errorf("%w: the zip has %d entries", ErrNotPack, len(z.File))
	}
	folder, found := "", false
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, "/")
		if !fs.ValidPath(name) || strings.ContainsAny(name, `\:`) {
			return nil, fmt.Errorf("%w: the zip has an entry named %q, which leads out of its folder", ErrNotPack, f.Name)
		}
		if mode := f.Mode(); !mode.IsRegular() && !mode.IsDir() {
			return nil, fmt.Errorf("%w: the zip's entry %q is a link or device", ErrNotPack, f.Name)
		}
		if path.Base(name) == ManifestName && strings.Count(name, "/") <= 1 && !strings.HasPrefix(name, "__MACOSX/") {
			if found {
				return nil, fmt.Errorf("%w: the zip has more than one %s", ErrNotPack, ManifestName)
			}
			folder, found = path.Dir(name), true
		}
	}
	if !found {
		return nil, fmt.Errorf("%w: the zip has no %s", ErrNotPack, ManifestName)
	}
	src := make(zippedPack)
	for _, f := range z.File {
		if path.Dir(f.Name) != folder || f.Mode().IsDir() {
			continue
		}
		name := path.Base(f.Name)
		if src[name] != nil {
			return nil, fmt.Errorf("%w: the zip has two entries named %q", ErrNotPack, f.Name)
		}
		src[name] = f
	}
	return src, nil
}

// Open makes a zippedPack a file system.
func (z zippedPack) Open(name string) (fs.File, error) {
	f, ok := z[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return zippedFile{r, f.FileInfo()}, nil
}

type zippedFile struct {
	io.ReadCloser
	info fs.FileInfo
}

func (f zippedFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// read returns an entry of at most limit bytes.
func (z zippedPack) read(name string, limit int64) ([]byte, error) {
	r, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%w: unpack %s: %w", ErrDamaged, name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: %s is larger than %d bytes", ErrNotPack, name, limit)
	}
	return data, nil
}

// checkFiles compares the directory of the zip with the manifest before
// anything is unpacked.
func (z zippedPack) checkFiles(m Manifest) error {
	for _, want := range m.Files {
		f, ok := z[want.Name]
		if !ok {
			return fmt.Errorf("%w: %s is missing", ErrDamaged, want.Name)
		}
		if f.UncompressedSize64 != uint64(want.Size) {
			return fmt.Errorf("%w: %s has %d bytes, not %d", ErrDamaged, want.Name, f.UncompressedSize64, want.Size)
		}
		if f.CompressedSize64 < (f.UncompressedSize64-min(f.UncompressedSize64, ratioSlack))/maxRatio {
			return fmt.Errorf("%w: %s would unpack from %d to %d bytes", ErrNotPack, want.Name, f.CompressedSize64, want.Size)
		}
	}
	return nil
}

// copyPack copies the files of a pack into a stage, checks them and installs
// it. The manifest is copied as it is, because the pack's ID is its hash.
func copyPack(ctx context.Context, src fs.FS, manifest []byte, root string, progress Progress) (*Pack, error) {
	man, err := readManifest(bytes.NewReader(manifest))
	if err != nil {
		return nil, err
	}
	if p, err := findInstalled(ctx, root, man, progress); p != nil || err != nil {
		return p, err
	}
	s, err := newStage(root)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	m := &meter{ctx: ctx, progress: progress}
	for _, f := range man.Files {
		m.total += f.Size
	}
	for _, want := range man.Files {
		m.begin("Copying " + want.Name)
		got, err := writeFile(s.dir, want.Name, m, func(w io.Writer) error { return copyFile(w, src, want) })
		if err != nil {
			return nil, err
		}
		if got != want {
			return nil, fmt.Errorf("%w: %s differs from the manifest (sha256 %s, not %s)", ErrDamaged, want.Name, got.SHA256, want.SHA256)
		}
	}
	_, err = writeFile(s.dir, ManifestName, m, func(w io.Writer) error {
		_, err := w.Write(manifest)
		return err
	})
	if err != nil {
		return nil, err
	}
	m.begin("Installing")
	return s.install(ctx, man)
}

// copyFile copies a file that must have the size of the manifest.
func copyFile(w io.Writer, src fs.FS, want File) error {
	r, err := src.Open(want.Name)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer r.Close()
	n, err := io.Copy(w, io.LimitReader(r, want.Size+1))
	if errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return err
	}
	if n != want.Size {
		return fmt.Errorf("%w: it does not have the %d bytes of the manifest", ErrDamaged, want.Size)
	}
	return nil
}
