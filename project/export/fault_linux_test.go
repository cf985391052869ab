package export

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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

// tree lists all files below dir with their sizes.
func tree(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	must(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && !d.IsDir() {
			out[p] = info.Size()
		}
		return err
	}))
	return out
}

func sameTree(a, b map[string]int64) bool {
	if len(a) != len(b) {
		return false
	}
	for p, n := range a {
		if m, ok := b[p]; !ok || m != n {
			return false
		}
	}
	return true
}

var writers = map[string]func(context.Context, string, Source) error{
	"png":   func(ctx context.Context, dir string, s Source) error { _, err := WritePNG(ctx, dir, s); return err },
	"davis": func(ctx context.Context, dir string, s Source) error { _, err := WriteDAVIS(ctx, dir, s); return err },
	"coco": func(ctx context.Context, dir string, s Source) error {
		_, err := WriteCOCO(ctx, dir, s, COCOOptions{})
		return err
	},
	"run": func(_ context.Context, dir string, s Source) error {
		return WriteRun(dir, Run{Engine: strings.Repeat("long ", s.Video().W*100)})
	},
}

// On a full disk the old output stays as it was and nothing half-written is
// left beside it.
func TestFullDisk(t *testing.T) {
	big := randomVideo(rand.New(rand.NewPCG(7, 8)), 640, 360)
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			dir := mountSmall(t, "size=256k")
			must(t, write(context.Background(), dir, source()))
			before := tree(t, dir)
			err := write(context.Background(), dir, big)
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
			if after := tree(t, dir); !sameTree(before, after) {
				t.Errorf("files before %v, after %v", before, after)
			}
			must(t, write(context.Background(), dir, source()))
		})
	}
}

func TestReadOnlyOutput(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			dir := mountSmall(t, "size=256k")
			must(t, write(context.Background(), dir, source()))
			before := tree(t, dir)
			must(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
			err := write(context.Background(), dir, source())
			if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v", err)
			}
			if !sameTree(before, tree(t, dir)) {
				t.Error("files changed")
			}
		})
	}
	for name, write := range writers {
		dir := filepath.Join(t.TempDir(), "missing")
		if err := write(context.Background(), dir, source()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: missing folder: %v", name, err)
		}
	}
}
