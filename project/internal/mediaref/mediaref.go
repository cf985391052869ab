// Package mediaref says which video a project belongs to, whatever its name and
// place are now, and finds it again.
package mediaref

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Ref identifies the video of a project and says how its frames are counted.
type Ref struct {
	RelPath    string    `json:"rel_path"` // from the project's folder, with '/'; Create and SetMediaPath fill it in
	AbsPath    string    `json:"abs_path"`
	Size       int64     `json:"size"`       // bytes; 0 for a folder of frames, whose hash covers the sizes
	QuickHash  string    `json:"quick_hash"` // what a Hasher returns
	Frames     int       `json:"frames"`
	Timestamps []float64 `json:"-"` // presentation time of each frame in seconds; empty or Frames long
	W          int       `json:"width"`
	H          int       `json:"height"`
	Rotation   int       `json:"rotation"` // degrees clockwise that frames were turned for display: 0, 90, 180, 270
}

// Hasher returns a hash of the content of a video file or frame folder that
// does not depend on its name or place: media.QuickHash.
type Hasher func(path string) (string, error)

// Identify fills in the absolute path, the size and the hash of the video file
// or frame folder at path.
func (m *Ref) Identify(path string, hash Hasher) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("find the video %s: %w", path, err)
	}
	size, err := sizeOf(abs)
	if err != nil {
		return fmt.Errorf("find the video: %w", err)
	}
	sum, err := hash(abs)
	if err != nil {
		return fmt.Errorf("identify the video: %w", err)
	}
	m.AbsPath, m.Size, m.QuickHash = abs, size, sum
	return nil
}

// sizeOf returns a file's size in bytes; 0 for a folder.
func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return 0, err
	}
	return info.Size(), nil
}

// Valid reports what a project cannot be made of.
func (m Ref) Valid() error {
	if m.Frames < 1 || m.W < 1 || m.H < 1 {
		return fmt.Errorf("a video of %dx%d pixels and %d frames cannot have a project", m.W, m.H, m.Frames)
	}
	if n := len(m.Timestamps); n != 0 && n != m.Frames {
		return fmt.Errorf("%d timestamps for %d frames", n, m.Frames)
	}
	for i, t := range m.Timestamps {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			return fmt.Errorf("the timestamp of frame %d is not a number", i)
		}
	}
	return nil
}

// RelativeTo returns the video's path from the folder of the project file, or
// "" where there is none (another drive, or no path at all).
func (m Ref) RelativeTo(projectPath string) string {
	if m.AbsPath == "" {
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(projectPath), m.AbsPath)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

// Time returns the presentation time of a frame in seconds; ok is false where
// the project does not know it.
func (m Ref) Time(frame int) (seconds float64, ok bool) {
	if frame < 0 || frame >= len(m.Timestamps) {
		return 0, false
	}
	return m.Timestamps[frame], true
}
