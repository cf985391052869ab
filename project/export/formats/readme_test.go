package formats

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// update writes the table into the README: go test ./project/export/formats -update.
var update = flag.Bool("update", false, "write the table of formats into README.md")

// The README's table says what the descriptions of the formats say.
func TestReadmeHasTheTable(t *testing.T) {
	path := filepath.Join("..", "..", "..", "README.md")
	data, err := os.ReadFile(path)
	exporttest.Must(t, err)
	text := string(data)
	start := strings.Index(text, "| format | ")
	if start < 0 {
		t.Fatal("README.md has no table of formats")
	}
	end := start + strings.Index(text[start:], "\n\n") + 1
	if text[start:end] == Table() {
		return
	}
	if !*update {
		t.Fatalf("the table in README.md differs: go test ./project/export/formats -update\n%s", Table())
	}
	exporttest.Must(t, os.WriteFile(path, []byte(text[:start]+Table()+text[end:]), 0o644))
}
