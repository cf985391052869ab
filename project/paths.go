package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/adrg/xdg"

	"github.com/masklet/masklet/project/atomicfile"
)

// Extension is the suffix of project files.
const Extension = ".masklet"

// The longest names that a project can have, in bytes. Both leave room for what
// is added to the names of the files beside it while it is made and used.
//
// Source: sqlite.org, os_unix.c, MAX_PATHNAME (512); 255 bytes for one name are
// the limit of all common file systems.
const (
	maxPath = 512 - 32
	maxName = 255 - 32
)

// checkPath reports a name that is too long for a project, by its absolute path.
func checkPath(abs string) error {
	if n := len(abs); n > maxPath {
		return fmt.Errorf("its path has %d bytes, a project's can have %d: choose a shorter one", n, maxPath)
	}
	if n := len(filepath.Base(abs)); n > maxName {
		return fmt.Errorf("its name has %d bytes, a project's can have %d: choose a shorter one", n, maxName)
	}
	return nil
}

// DefaultPath returns where the project of a video belongs: beside it, as
// VIDEO.masklet (clip.mp4.masklet, so that clip.mov has its own), or, where
// that folder cannot be written or the name would be too long, in the user's
// data folder, which it makes.
func DefaultPath(video string) (string, error) {
	abs, err := filepath.Abs(video)
	if err != nil {
		return "", fmt.Errorf("find a place for the project of %s: %w", video, err)
	}
	if checkPath(abs+Extension) == nil && atomicfile.Probe(filepath.Dir(abs)) == nil {
		return abs + Extension, nil
	}
	own := inDataFolder(abs)
	if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
		return "", fmt.Errorf("find a place for the project of %s: %w", video, err)
	}
	return own, nil
}

// inDataFolder returns where the project of a video is in the user's data folder. Videos
// of one name in different folders do not share a project.
func inDataFolder(abs string) string {
	sum := sha256.Sum256([]byte(abs))
	name := fmt.Sprintf("%s-%s%s", shortened(filepath.Base(abs), 100), hex.EncodeToString(sum[:4]), Extension)
	return filepath.Join(xdg.DataHome, "masklet", "projects", name)
}

// Existing returns the project of a video at one of the places that DefaultPath chooses
// from, or "" if there is none. It makes nothing.
func Existing(video string) string {
	abs, err := filepath.Abs(video)
	if err != nil {
		return ""
	}
	for _, path := range []string{abs + Extension, inDataFolder(abs)} {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// shortened cuts a name to at most n bytes, between two characters.
func shortened(name string, n int) string {
	if len(name) <= n {
		return name
	}
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}
