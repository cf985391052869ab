package modelpack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Pack is an installed model pack.
type Pack struct {
	Dir      string // the pack's folder
	Manifest Manifest
	id       string
}

// Open reads the manifest of the pack in dir and checks that every file is
// there with its size. It does not read the files: Check does. Errors name the
// folder and are ErrNotPack, ErrNewer, ErrDamaged or those of the file system.
func Open(dir string) (*Pack, error) {
	p, err := open(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return p, nil
}

func open(dir string) (*Pack, error) {
	path := filepath.Join(dir, ManifestName)
	data, err := readSmall(path, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: it has no %s", ErrNotPack, ManifestName)
	}
	if err != nil {
		return nil, fmt.Errorf("read model pack: %w", err)
	}
	m, err := readManifest(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for _, f := range m.Files {
		info, err := os.Lstat(filepath.Join(dir, f.Name))
		if err != nil {
			return nil, fmt.Errorf("%w: %s is missing", ErrDamaged, f.Name)
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%w: %s is not a plain file", ErrDamaged, f.Name)
		}
		if info.Size() != f.Size {
			return nil, fmt.Errorf("%w: %s has %d bytes, not %d", ErrDamaged, f.Name, info.Size(), f.Size)
		}
	}
	sum := sha256.Sum256(data)
	return &Pack{Dir: dir, Manifest: m, id: hex.EncodeToString(sum[:])}, nil
}

// Name returns the name by which the pack is asked for: that of its folder.
func (p *Pack) Name() string {
	if abs, err := filepath.Abs(p.Dir); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(p.Dir)
}

// ID returns a hash of the manifest and so of every file that it lists: packs
// with the same ID compute the same. It is a key for caches.
func (p *Pack) ID() string { return p.id }

// GraphPath returns the path of one of the graphs (see GraphNames).
func (p *Pack) GraphPath(graph string) string {
	return filepath.Join(p.Dir, p.Manifest.Graphs[graph].File)
}

// Size returns the bytes that the pack takes on disk, without the manifest.
func (p *Pack) Size() int64 {
	var n int64
	for _, f := range p.Manifest.Files {
		n += f.Size
	}
	return n
}

// readSmall reads a file that must not be larger than limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fmt.Errorf("%s: %w: not a plain file of at most %d bytes", path, ErrNotPack, limit)
	}
	return os.ReadFile(path)
}
