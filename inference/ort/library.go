package ort

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// LibraryEnv is the environment variable that names the shared library.
const LibraryEnv = "ONNXRUNTIME_LIB"

// candidates lists the files that may be the shared library, best first: the
// variable ONNXRUNTIME_LIB (then nothing else), beside the binary, the given
// folders, the user's data folder, .cache/ort of the source tree, and the names
// the system's loader knows.
func candidates(dirs []string) []string {
	if path := os.Getenv(LibraryEnv); path != "" {
		return []string{path}
	}
	var out []string
	var starts []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		dir := filepath.Dir(exe)
		out = append(out, besideBinary(dir)...)
		starts = append(starts, dir)
	}
	if data := userData(runtime.GOOS, os.Getenv); data != "" {
		dirs = append(slices.Clone(dirs), data)
	}
	for _, dir := range dirs {
		out = append(out, librariesIn(dir)...)
		out = append(out, librariesIn(filepath.Join(dir, "ort"))...)
	}
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	for _, start := range starts {
		if root := sourceRoot(start); root != "" {
			out = append(out, librariesIn(filepath.Join(root, ".cache", "ort"))...)
		}
	}
	return append(out, systemNames()...)
}

// besideBinary returns the libraries that came with a binary in folder dir: in
// a folder that is copied whole, and in the bin and lib of an installed package.
func besideBinary(dir string) []string {
	out := librariesIn(dir)
	out = append(out, librariesIn(filepath.Join(dir, "lib"))...)
	return append(out, librariesIn(filepath.Join(filepath.Dir(dir), "lib", "masklet"))...)
}

// userData returns the program's folder in the user's data folder, by the
// customs of each system, or "" if it is unknown.
func userData(goos string, env func(string) string) string {
	switch {
	case goos == "windows" && env("LOCALAPPDATA") != "":
		return filepath.Join(env("LOCALAPPDATA"), "Masklet")
	case goos == "darwin" && env("HOME") != "":
		return filepath.Join(env("HOME"), "Library", "Application Support", "Masklet")
	case goos == "windows" || goos == "darwin":
	case filepath.IsAbs(env("XDG_DATA_HOME")):
		return filepath.Join(env("XDG_DATA_HOME"), "masklet")
	case env("HOME") != "":
		return filepath.Join(env("HOME"), ".local", "share", "masklet")
	}
	return ""
}

// sourceRoot returns the nearest folder at or above start that holds this
// module's go.mod, or "".
func sourceRoot(start string) string {
	for dir := start; ; {
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil &&
			strings.HasPrefix(string(data), "module github.com/masklet/masklet\n") {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// librariesIn returns the files in dir that are named like the library, the
// highest version first.
func librariesIn(dir string) []string {
	var out []string
	for _, pattern := range filePatterns() {
		found, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is well formed
		slices.Sort(found)
		slices.Reverse(found)
		out = append(out, found...)
	}
	return out
}

func filePatterns() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"onnxruntime.dll"}
	case "darwin":
		return []string{"libonnxruntime*.dylib"}
	}
	return []string{"libonnxruntime.so*"}
}

func systemNames() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"onnxruntime.dll"}
	case "darwin":
		return []string{"libonnxruntime.dylib", "/opt/homebrew/lib/libonnxruntime.dylib", "/usr/local/lib/libonnxruntime.dylib"}
	}
	return []string{"libonnxruntime.so.1", "libonnxruntime.so"}
}
