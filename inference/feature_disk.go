package inference

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/masklet/masklet/inference/internal/keep"
)

// featureDisk is the disk half of a FeatureCache: one file per frame,
// <dir>/<hash of the rest of the key>/<frame>.feat, holding a header (magic,
// key hash, CRC-32C and length of the data) and the data. Files are written
// aside and renamed; a torn one fails its checks and counts as absent.
type featureDisk struct {
	dir    string
	budget int64
	sizes  *keep.Cache[string, int64] // of the files, by relative path
}

const (
	featureSuffix = ".feat"
	featureMagic  = "MSKFEAT1"
	featureHeader = len(featureMagic) + sha256.Size + 4 + 8

	// Files being written; one that is this old belongs to a killed program.
	temporaryPrefix = "new-"
	temporaryAge    = time.Hour
)

func timeAgo(d time.Duration) time.Time { return time.Now().Add(-d) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func openFeatureDisk(dir string, budget int64) (*featureDisk, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("feature cache: %w", err)
	}
	d := &featureDisk{dir: dir, budget: budget, sizes: keep.New[string](budget, func(size int64) int64 { return size })}
	type found struct {
		name string
		size int64
		at   time.Time
	}
	var files []found
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // what cannot be read is not ours to judge
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(e.Name(), temporaryPrefix) && info.ModTime().Before(timeAgo(temporaryAge)) {
			_ = os.Remove(path)
		}
		if rel, err := filepath.Rel(dir, path); err == nil && strings.HasSuffix(path, featureSuffix) {
			files = append(files, found{rel, info.Size(), info.ModTime()})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("feature cache: %w", err)
	}
	sort.Slice(files, func(i, j int) bool { return files[i].at.Before(files[j].at) })
	for _, f := range files {
		d.note(f.name, f.size)
	}
	return d, nil
}

func (k FeatureKey) hash() [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%q %q %d", k.Model, k.Media, k.Size))
}

func (k FeatureKey) file() string {
	h := k.hash()
	return filepath.Join(hex.EncodeToString(h[:12]), fmt.Sprintf("%06d%s", k.Frame, featureSuffix))
}

func (d *featureDisk) read(k FeatureKey) ([]byte, bool) {
	if d == nil || !d.has(k) {
		return nil, false
	}
	name := k.file()
	path := filepath.Join(d.dir, name)
	raw, err := os.ReadFile(path)
	if err != nil {
		d.sizes.Remove(name)
		return nil, false
	}
	data, ok := checkFeature(k, raw)
	if !ok {
		_ = os.Remove(path)
		d.sizes.Remove(name)
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // the order of use outlives the program
	d.note(name, int64(len(raw)))
	return data, true
}

func checkFeature(k FeatureKey, raw []byte) ([]byte, bool) {
	h := k.hash()
	if len(raw) < featureHeader || string(raw[:len(featureMagic)]) != featureMagic {
		return nil, false
	}
	rest := raw[len(featureMagic):]
	if !bytes.Equal(rest[:sha256.Size], h[:]) {
		return nil, false
	}
	rest = rest[sha256.Size:]
	sum, n := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint64(rest[4:])
	data := rest[12:]
	return data, uint64(len(data)) == n && crc32.Checksum(data, castagnoli) == sum
}

func (d *featureDisk) write(k FeatureKey, data []byte) (err error) {
	if d == nil || int64(len(data)) > d.budget {
		return nil
	}
	name := k.file()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), temporaryPrefix+"*")
	if err != nil {
		return fmt.Errorf("feature cache: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("feature cache: %w", err)
		}
	}()
	h := k.hash()
	head := append([]byte(featureMagic), h[:]...)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(data, castagnoli))
	head = binary.LittleEndian.AppendUint64(head, uint64(len(data)))
	_, err1 := f.Write(head)
	_, err2 := f.Write(data)
	if err := errors.Join(err1, err2, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d.note(name, int64(featureHeader+len(data)))
	return nil
}

func (d *featureDisk) has(k FeatureKey) bool { return d != nil && d.sizes.Has(k.file()) }

func (d *featureDisk) bytes() int64 {
	if d == nil {
		return 0
	}
	return d.sizes.Used()
}

// note marks a file as the most recently used one and removes the least
// recently used files beyond the budget.
func (d *featureDisk) note(name string, size int64) {
	for _, old := range d.sizes.Put(name, size) {
		_ = os.Remove(filepath.Join(d.dir, old))
	}
}
