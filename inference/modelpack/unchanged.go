package modelpack

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
)

// checkedName is a file in a pack's folder that says which of its files were
// found whole: they are not read again while their size and time stay.
const checkedName = ".checked"

// maxChecked bounds what is read of it.
const maxChecked = 64 << 10

// checkedFile is a file as it was when its hash was that of the manifest.
type checkedFile struct {
	Size   int64  `json:"size"`
	Time   int64  `json:"time"` // of the last change, in nanoseconds
	SHA256 string `json:"sha256"`
}

// VerifyChanged is Verify for the files that changed since it last found them
// whole, or that it has not seen yet: weights that were damaged on the disk are
// noticed before anything is computed with them. Where the folder cannot be
// written every file is read each time.
func (p *Pack) VerifyChanged(ctx context.Context) error {
	before, now := p.checked(), map[string]checkedFile{}
	m, changed := &meter{ctx: ctx}, false
	for _, want := range p.Manifest.Files {
		path := filepath.Join(p.Dir, want.Name)
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		now[want.Name] = checkedFile{info.Size(), info.ModTime().UnixNano(), want.SHA256}
		if before[want.Name] == now[want.Name] {
			continue
		}
		if err := verifyFile(path, want, m); err != nil {
			return err
		}
		changed = true
	}
	if changed {
		p.noteChecked(now)
	}
	return nil
}

func (p *Pack) checked() map[string]checkedFile {
	data, err := readSmall(filepath.Join(p.Dir, checkedName), maxChecked)
	files := map[string]checkedFile{}
	if err != nil || json.Unmarshal(data, &files) != nil {
		return nil
	}
	return files
}

// noteChecked keeps what was found, if that is possible: half a file is no JSON
// and says nothing.
func (p *Pack) noteChecked(files map[string]checkedFile) {
	if data, err := json.Marshal(files); err == nil {
		_ = os.WriteFile(filepath.Join(p.Dir, checkedName), data, 0o600)
	}
}
