// Package assets embeds what the program brings along: its icon and a short
// sample clip of our own making, whose true masks are known. The first run
// shows everything on the clip, and tests have something to measure against.
//
// The files are made by the tests in samplegen.
package assets

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed icon.png
var icon []byte

//go:embed sample/sample.mp4
var sampleClip []byte

//go:embed sample/prompts.json
var samplePrompts []byte

// Icon returns the program's icon, a square PNG.
func Icon() []byte { return bytes.Clone(icon) }

// SampleFiles are the paths of the sample after it was written out.
type SampleFiles struct {
	Clip    string // the video, H.264 in mp4
	Prompts string // one click on each object of frame 0, as a prompt file
}

// Sample makes sure that the folder dir, which is created if need be, holds
// the sample clip and its prompt file. Files that are already right are left
// alone. The error names the file.
func Sample(dir string) (SampleFiles, error) {
	out := SampleFiles{filepath.Join(dir, "sample.mp4"), filepath.Join(dir, "prompts.json")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return SampleFiles{}, fmt.Errorf("create the folder for the sample: %w", err)
	}
	if err := provide(out.Clip, sampleClip); err != nil {
		return SampleFiles{}, err
	}
	if err := provide(out.Prompts, samplePrompts); err != nil {
		return SampleFiles{}, err
	}
	return out, nil
}

// provide writes a file unless it already has this content. It is written
// under another name first: another run may be reading it.
func provide(path string, data []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".sample.*.tmp")
	if err != nil {
		return fmt.Errorf("write the sample %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // fails once it is renamed, as it should
	if _, err = f.Write(data); err == nil {
		err = f.Chmod(0o644)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write the sample %s: %w", path, err)
	}
	return nil
}
