package modelpack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// Progress is told how far something has come: what is being done, and the
// bytes done and in all. It is called often; callers thin it out.
type Progress func(stage string, done, total int64)

// meter adds up bytes over several steps.
type meter struct {
	ctx         context.Context
	progress    Progress
	stage       string
	done, total int64
}

// Write counts bytes that went by. It fails when the context has ended, which
// makes it a brake on any copy.
func (m *meter) Write(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	m.add(int64(len(p)))
	return len(p), nil
}

func (m *meter) add(n int64) {
	m.done += n
	if m.progress != nil {
		m.progress(m.stage, m.done, max(m.total, m.done))
	}
}

// begin names the next step and shows it.
func (m *meter) begin(stage string) {
	m.stage = stage
	m.add(0)
}

// writeFile makes a file of what fill writes and returns its manifest entry.
// The file is on the disk when it returns.
func writeFile(dir, name string, m *meter, fill func(io.Writer) error) (File, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return File{}, fmt.Errorf("write %s: %w", name, err)
	}
	sum := sha256.New()
	size := &sizeWriter{}
	err = fill(io.MultiWriter(m, f, sum, size))
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return File{}, fmt.Errorf("write %s: %w", name, err)
	}
	return File{Name: name, Size: size.n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

type sizeWriter struct{ n int64 }

func (w *sizeWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}

// writeManifest writes a manifest, which must be valid.
func writeManifest(dir string, man Manifest, m *meter) error {
	if err := man.validate(); err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	data, err := json.MarshalIndent(man, "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	_, err = writeFile(dir, ManifestName, m, func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
	return err
}

// syncDir makes the names in a folder durable. Windows has no such call and
// does not need it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
