package modelpack

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/masklet/masklet/inference/internal/filehash"
)

// Trial loads the graphs of a pack and runs one frame through them. The caller
// of Check supplies it, because this package knows nothing of ONNX Runtime.
type Trial func(ctx context.Context, p *Pack) error

// Check verifies the pack's files and then tries it out. trial may be nil.
func (p *Pack) Check(ctx context.Context, trial Trial, progress Progress) error {
	if err := p.Verify(ctx, progress); err != nil {
		return err
	}
	if trial == nil {
		return nil
	}
	if progress != nil {
		progress("Running one frame", p.Size(), p.Size())
	}
	if err := trial(ctx, p); err != nil {
		return fmt.Errorf("%s: run one frame: %w", p.Dir, err)
	}
	return nil
}

// Verify compares every file of the pack with its SHA-256 in the manifest. The
// error names the first that differs and wraps ErrDamaged.
func (p *Pack) Verify(ctx context.Context, progress Progress) error {
	m := &meter{ctx: ctx, progress: progress, total: p.Size()}
	for _, want := range p.Manifest.Files {
		m.begin("Checking " + want.Name)
		if err := verifyFile(filepath.Join(p.Dir, want.Name), want, m); err != nil {
			return err
		}
	}
	if _, err := p.Constants(); err != nil {
		return err
	}
	return nil
}

func verifyFile(path string, want File, m *meter) error {
	var before int64
	got, err := filehash.SHA256(m.ctx, path, func(done, _ int64) {
		m.add(done - before)
		before = done
	})
	switch {
	case err != nil && m.ctx.Err() != nil:
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case got != want.SHA256:
		return fmt.Errorf("%w: %s differs from the manifest (sha256 %s, not %s)", ErrDamaged, path, got, want.SHA256)
	}
	return nil
}
