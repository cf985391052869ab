package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Extension is the suffix of project files.
const Extension = ".masklet"

// DefaultPath returns where the project of a video belongs: beside it, as
// VIDEO.masklet (clip.mp4.masklet, so that clip.mov has its own), or, where
// that folder cannot be written, in the user's data folder, which it makes.
func DefaultPath(video string) (string, error) {
	abs, err := filepath.Abs(video)
	if err != nil {
		return "", fmt.Errorf("find a place for the project of %s: %w", video, err)
	}
	if writable(filepath.Dir(abs)) {
		return abs + Extension, nil
	}
	folder, err := dataFolder()
	if err != nil {
		return "", fmt.Errorf("find a place for the project of %s: %w", video, err)
	}
	folder = filepath.Join(folder, "masklet", "projects")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("find a place for the project of %s: %w", video, err)
	}
	// Videos of one name in different folders must not share a project.
	sum := sha256.Sum256([]byte(abs))
	name := fmt.Sprintf("%s-%s%s", filepath.Base(abs), hex.EncodeToString(sum[:4]), Extension)
	return filepath.Join(folder, name), nil
}

// writable reports whether a file can be made in dir: permissions alone do not
// tell.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".masklet.*.tmp")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// dataFolder returns the folder where the system keeps what programs store for
// a user.
func dataFolder() (string, error) {
	if runtime.GOOS != "linux" {
		return os.UserConfigDir()
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}
