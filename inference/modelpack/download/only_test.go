package download

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOnlyThisPackageUsesTheNetwork reads the imports of the whole program:
// nothing but this package can open a connection of its own.
func TestOnlyThisPackageUsesTheNetwork(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	files, here := 0, 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return nil // a file that does not parse does not build either
		}
		files++
		for _, i := range f.Imports {
			name := strings.Trim(i.Path.Value, `"`)
			// net/url and the like only handle text.
			if name != "net" && name != "net/http" && name != "net/rpc" && name != "net/smtp" && !strings.HasPrefix(name, "golang.org/x/net/") {
				continue
			}
			if filepath.Dir(path) == filepath.Join(root, "inference", "modelpack", "download") {
				here++
			} else {
				t.Errorf("%s imports %s", path, name)
			}
		}
		return nil
	})
	if err != nil || files < 20 || here == 0 {
		t.Errorf("looked at %d files, found %d imports here: %v", files, here, err)
	}
}
