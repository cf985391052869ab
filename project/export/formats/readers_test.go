package formats

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// The formats' own readers find the same masks in every export.
func TestReadersAgree(t *testing.T) {
	python := os.Getenv("MASKLET_PYTHON")
	if python == "" {
		t.Skip("MASKLET_PYTHON names no python with the readers of .ci/formats")
	}
	script, err := filepath.Abs(filepath.Join("..", "..", "..", ".ci", "check_formats.py"))
	exporttest.Must(t, err)
	r := rand.New(rand.NewPCG(9, 10))
	for name, src := range map[string]*exporttest.Clip{"shapes": exporttest.Hostile(), "wide": exporttest.Random(r, 61, 23)} {
		dir := t.TempDir()
		_, err = export.Write(context.Background(), export.Targets(dir, export.Writable(All())), src, export.Options{})
		exporttest.Must(t, err)
		about, err := json.Marshal(map[string]any{"frames": src.About.Frames, "times": src.About.Times()})
		exporttest.Must(t, err)
		exporttest.Must(t, os.WriteFile(filepath.Join(dir, "video.json"), about, 0o600))
		args := append([]string{script, dir}, strings.Fields(os.Getenv("MASKLET_READERS"))...)
		out, err := exec.Command(python, args...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		t.Logf("%s:\n%s", name, out)
	}
}
