package formats

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// mountSmall mounts a file system in memory of the given size.
func mountSmall(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("cannot mount a small file system (needs root): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// writers returns every format, and run.json.
func writers() map[string]func(dir string, s export.Source) error {
	out := map[string]func(string, export.Source) error{
		"run": func(dir string, s export.Source) error {
			return export.WriteRun(dir, export.Run{Engine: strings.Repeat("long ", s.Video().W*s.Video().W)})
		},
	}
	for _, f := range export.Writable(All()) {
		out[f.Name] = func(dir string, s export.Source) error {
			_, err := write(dir, s, f.Name)
			return err
		}
	}
	return out
}

// On a full disk the old output stays as it was and nothing half-written is
// left beside it.
func TestFullDisk(t *testing.T) {
	big := exporttest.Random(rand.New(rand.NewPCG(7, 8)), 240, 160)
	for name, write := range writers() {
		t.Run(name, func(t *testing.T) {
			dir := mountSmall(t, "size=256k")
			exporttest.Must(t, write(dir, exporttest.Hostile()))
			before := tree(t, dir)
			err := write(dir, big)
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
			if after := tree(t, dir); !sameTree(before, after) {
				t.Errorf("files before %v, after %v", before, after)
			}
			exporttest.Must(t, write(dir, exporttest.Hostile()))
		})
	}
}

func TestReadOnlyOutput(t *testing.T) {
	for name, write := range writers() {
		t.Run(name, func(t *testing.T) {
			dir := mountSmall(t, "size=256k")
			exporttest.Must(t, write(dir, exporttest.Hostile()))
			before := tree(t, dir)
			exporttest.Must(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
			err := write(dir, exporttest.Hostile())
			if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v", err)
			}
			if !sameTree(before, tree(t, dir)) {
				t.Error("files changed")
			}
		})
	}
	for name, write := range writers() {
		dir := filepath.Join(t.TempDir(), "missing")
		if err := write(dir, exporttest.Hostile()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: missing folder: %v", name, err)
		}
	}
}
