package export

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/project/natural"
)

// Files lists the files of a folder that have one of the extensions (".png"),
// in natural order of their names. Hidden files do not count.
func Files(dir string, extensions ...string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of masks: %w", err)
	}
	var out []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && slices.Contains(extensions, ext) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out, nil
}

// SubFolder returns dir/name if it is a folder, else dir: a run's output folder
// may be given, or the folder of one format inside it.
func SubFolder(dir, name string) string {
	sub := filepath.Join(dir, name)
	if info, err := os.Stat(sub); err == nil && info.IsDir() {
		return sub
	}
	return dir
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
