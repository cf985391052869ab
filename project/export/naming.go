package export

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Naming says how the files of frames are called.
type Naming string

// The ways to call the files of frames.
const (
	// NameFrames calls them after the frames of a folder (00005.jpg: 00005.png);
	// those of a video file by their index.
	NameFrames Naming = ""
	// NameIndex calls them by the frame's index from 0, five digits or more.
	NameIndex Naming = "index"
)

// ParseNaming reads an option: "frames" or "index".
func ParseNaming(s string) (Naming, error) {
	switch s {
	case "", "frames":
		return NameFrames, nil
	case "index":
		return NameIndex, nil
	}
	return "", fmt.Errorf("%q is no way to call files: use frames or index", s)
}

// FrameStem returns what the files of frame i are called, without an extension.
func (v Video) FrameStem(i int, n Naming) string {
	if n == NameIndex || i >= len(v.FrameNames) {
		return fmt.Sprintf("%05d", i)
	}
	return stem(v.FrameNames[i])
}

// naming falls back to indexes where two frames of a folder share their stem
// (a.jpg and a.png).
func (v Video) naming(n Naming) Naming {
	seen := map[string]bool{}
	for _, name := range v.FrameNames {
		if s := strings.ToLower(stem(name)); seen[s] {
			return NameIndex
		} else {
			seen[s] = true
		}
	}
	return n
}

// Namer returns FrameStem for all frames of the video, which never calls two
// frames alike.
func (v Video) Namer(n Naming) func(frame int) string {
	n = v.naming(n)
	return func(frame int) string { return v.FrameStem(frame, n) }
}

// IsFrameFile reports whether an entry of a folder is a file that an export of
// the video calls so: a frame's name with one of the extensions.
func (v Video) IsFrameFile(e os.DirEntry, extensions ...string) bool {
	ext := strings.ToLower(filepath.Ext(e.Name()))
	known := false
	for _, x := range extensions {
		known = known || x == ext
	}
	if e.IsDir() || !known {
		return false
	}
	s := stem(e.Name())
	if len(s) >= 5 && allDigits(s) {
		return true
	}
	for _, name := range v.FrameNames {
		if stem(name) == s {
			return true
		}
	}
	return false
}

// stem returns a file name without folders and extension.
func stem(name string) string {
	name = filepath.Base(filepath.FromSlash(name))
	return strings.TrimSuffix(name, filepath.Ext(name))
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
