package ort

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"github.com/masklet/masklet/inference/internal/filehash"
)

// LibraryEnv is the environment variable that names the shared library. The
// user who sets it vouches for that file: it may be a build of their own.
const LibraryEnv = "ONNXRUNTIME_LIB"

// find returns the library to load: the one that ONNXRUNTIME_LIB names, else
// the first that came with the program, which must be a known build.
func find() (string, error) {
	if path := os.Getenv(LibraryEnv); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w: set %s to the path of the library or unset it: %w", ErrLibrary, LibraryEnv, err)
		}
		return path, nil
	}
	for _, dir := range installed() {
		for _, path := range inFolder(dir, libraryPattern(runtime.GOOS)) {
			return path, checkKnown(path)
		}
	}
	return "", fmt.Errorf("%w: no library found; put the ONNX Runtime %s library beside the program or set %s to the path of one from %s on",
		ErrLibrary, knownVersion, LibraryEnv, MinVersion)
}

// installed lists the folders that hold the library, best first: that of the
// binary, its lib, the lib/masklet of an installed package, the .cache/ort of a
// source tree that the binary was built in, and the user's data folder. The
// working directory is no such folder: it may hold files of others.
func installed() []string {
	data := filepath.Join(xdg.DataHome, "masklet")
	dirs := []string{data, filepath.Join(data, "ort")}
	exe, err := os.Executable()
	if err != nil {
		return dirs
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		exe = real
	}
	return append(besideBinary(filepath.Dir(exe)), dirs...)
}

func besideBinary(dir string) []string {
	return []string{
		dir, filepath.Join(dir, "lib"), filepath.Join(filepath.Dir(dir), "lib", "masklet"), filepath.Join(dir, ".cache", "ort"),
	}
}

// inFolder returns the files in dir that match a pattern, the highest version
// first.
func inFolder(dir, pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, pattern)) // the patterns are well formed
	slices.Sort(found)
	slices.Reverse(found)
	return found
}

func libraryPattern(goos string) string {
	switch goos {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime.*dylib"
	}
	return "libonnxruntime.so*"
}

// companions are the files that ONNX Runtime loads from its own folder by
// itself: plug-ins for execution providers and what they need.
func companions(goos string) []string {
	switch goos {
	case "windows":
		return []string{"onnxruntime_providers_*.dll", "DirectML.dll", "dxcompiler.dll", "dxil.dll"}
	case "darwin":
		return []string{"libonnxruntime_providers_*.dylib"}
	}
	return []string{"libonnxruntime_providers_*.so*"}
}

// knownVersion is the version of the known builds.
const knownVersion = "1.30.0"

// known lists the published builds, as sha256sum does; the files are those of
// the npm package onnxruntime-node.
//
//go:embed known.sha256
var known string

// checkKnown refuses a library that is not a published build, or that has a
// companion beside it that is none.
func checkKnown(library string) error {
	files := []string{library}
	for _, pattern := range companions(runtime.GOOS) {
		files = append(files, inFolder(filepath.Dir(library), pattern)...)
	}
	for _, path := range files {
		sum, err := filehash.SHA256(context.Background(), path, nil)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrLibrary, err)
		}
		if !isKnown(sum) {
			return fmt.Errorf("%w: %s is not a published build of ONNX Runtime %s (sha256 %s); to use it all the same, set %s to the path of the library",
				ErrLibrary, path, knownVersion, sum, LibraryEnv)
		}
	}
	return nil
}

func isKnown(sum string) bool {
	for lines := bufio.NewScanner(strings.NewReader(known)); lines.Scan(); {
		if want, _, _ := strings.Cut(lines.Text(), " "); want == sum {
			return true
		}
	}
	return false
}
