package formats

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestDAVISRefusesHighIDs(t *testing.T) {
	src := exporttest.Hostile()
	src.Named[2].ID = 255
	if _, err := write(t.TempDir(), src, "davis"); !errors.Is(err, export.ErrSource) || !strings.Contains(err.Error(), "255") {
		t.Fatalf("error %v", err)
	}
}

func TestOtherPeoplesFilesAreLeftAlone(t *testing.T) {
	for _, inside := range []string{"png/holiday.jpg", "png/1/cat.png", "davis/notes.txt"} {
		dir := t.TempDir()
		path := filepath.Join(dir, inside)
		exporttest.Must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		exporttest.Must(t, os.WriteFile(path, []byte("mine"), 0o644))
		format, _, _ := strings.Cut(inside, "/")
		if _, err := write(dir, exporttest.Hostile(), format); !errors.Is(err, export.ErrOccupied) {
			t.Errorf("%s: error %v", inside, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is gone", inside)
		}
	}
}

func TestSecondExportReplacesTheFirst(t *testing.T) {
	dir, src := t.TempDir(), exporttest.Hostile()
	_, err := write(dir, src, "png")
	exporttest.Must(t, err)
	src.Masks = map[int][]export.FrameMask{2: {{Object: 2, Mask: exporttest.Shapes()["hole"], Confidence: 1}}}
	_, err = write(dir, src, "png")
	exporttest.Must(t, err)
	var files []string
	exporttest.Must(t, filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			files = append(files, p)
		}
		return err
	}))
	if len(files) != 1 || !strings.HasSuffix(files[0], filepath.Join("png", "2", "00002.png")) {
		t.Fatalf("files %v", files)
	}
}

func TestCancelledExportLeavesTheOldFiles(t *testing.T) {
	dir, src := t.TempDir(), exporttest.Hostile()
	_, err := write(dir, src, "coco")
	exporttest.Must(t, err)
	before, err := os.ReadFile(filepath.Join(dir, "coco.json"))
	exporttest.Must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := writeUntil(ctx, dir, src, "coco"); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "coco.json"))
	exporttest.Must(t, err)
	if string(before) != string(after) {
		t.Fatal("the old file changed")
	}
	if _, err := writeUntil(ctx, dir, src, "png"); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Fatalf("%d entries left", len(entries))
	}
}

// One format that fails leaves the old files of all.
func TestExportIsWholeOrNothing(t *testing.T) {
	dir, src := t.TempDir(), exporttest.Hostile()
	_, err := write(dir, src, "png", "coco")
	exporttest.Must(t, err)
	before := tree(t, dir)
	src.Masks[2] = src.Masks[1]
	src.Named[2].ID = 300 // beyond what davis holds
	if _, err := write(dir, src, "png", "coco", "davis"); !errors.Is(err, export.ErrSource) {
		t.Fatalf("error %v", err)
	}
	if after := tree(t, dir); !sameTree(before, after) {
		t.Fatalf("files before %v, after %v", before, after)
	}
}

func write(dir string, src export.Source, names ...string) ([]export.Report, error) {
	return writeUntil(context.Background(), dir, src, names...)
}

func writeUntil(ctx context.Context, dir string, src export.Source, names ...string) ([]export.Report, error) {
	chosen, err := Named(names)
	if err != nil {
		return nil, err
	}
	return export.Write(ctx, export.Targets(dir, chosen), src, export.Options{})
}

// tree lists all files below dir with their sizes.
func tree(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	exporttest.Must(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
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

func sameTree(a, b map[string]int64) bool { return maps.Equal(a, b) }

// What a format cannot hold is said before the first file is written.
func TestLossesAreSaidBefore(t *testing.T) {
	dir, src := t.TempDir(), exporttest.Hostile()
	var lines []string
	opt := export.Options{Lost: func(line string) {
		if len(tree(t, dir)) > 0 {
			t.Error("something is written already")
		}
		lines = append(lines, line)
	}}
	chosen, err := Named([]string{"png", "davis"})
	exporttest.Must(t, err)
	reports, err := export.Write(context.Background(), export.Targets(dir, chosen), src, opt)
	exporttest.Must(t, err)
	want := fmt.Sprintf("%d pixels", reports[1].OverlapPixels)
	overlaps := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.Contains(l, "overlap") })
	if len(overlaps) != 1 || !strings.HasPrefix(overlaps[0], "davis") || !strings.Contains(overlaps[0], want) {
		t.Errorf("said %q, want %s of davis alone", lines, want)
	}
	for _, format := range []string{"png", "davis"} {
		for _, mark := range []string{"absent", "occluded", "attributes"} {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, format) && strings.Contains(l, mark) }) {
				t.Errorf("said %q, want what becomes of %s in %s", lines, mark, format)
			}
		}
	}
}
