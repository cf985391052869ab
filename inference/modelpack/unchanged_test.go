package modelpack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestDamagedWeightsAreNoticed: a byte that changes in a file of a pack is
// found, whatever was checked before; a file that did not change is not read
// again.
func TestDamagedWeightsAreNoticed(t *testing.T) {
	p := importNano(t, t.TempDir())
	if err := p.VerifyChanged(context.Background()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(p.Dir, p.Manifest.Files[0].Name)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(data []byte, at time.Time) {
		if err := errors.Join(os.WriteFile(path, data, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	bad := append([]byte(nil), good...)
	bad[len(bad)/2] ^= 1
	put(bad, info.ModTime().Add(time.Second))
	for range 2 {
		if err := p.VerifyChanged(context.Background()); !errors.Is(err, ErrDamaged) {
			t.Errorf("a changed byte: %v", err)
		}
	}
	put(good, info.ModTime().Add(time.Hour))
	if err := p.VerifyChanged(context.Background()); err != nil {
		t.Error(err)
	}
	// Only a look at size and time: what they do not show is for Verify.
	put(bad, info.ModTime().Add(time.Hour))
	if err := p.VerifyChanged(context.Background()); err != nil {
		t.Errorf("a file of the same size and time was read: %v", err)
	}
	if err := p.Verify(context.Background(), nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("the full check: %v", err)
	}
	// What the note says counts only for the same manifest.
	if err := os.WriteFile(filepath.Join(p.Dir, checkedName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.VerifyChanged(context.Background()); !errors.Is(err, ErrDamaged) {
		t.Errorf("with half a note: %v", err)
	}
}
