// Package orttest finds the ONNX Runtime library for tests. The program itself
// takes only one that came with it, which a test binary has not.
package orttest

import (
	"os"
	"path/filepath"
	"testing"
)

const env = "ONNXRUNTIME_LIB" // ort.LibraryEnv, which tests of ort cannot import

// Library makes ort.Load take the library that the set-up of the source tree
// fetched, unless ONNXRUNTIME_LIB names another. Without any the test is skipped.
func Library(t testing.TB) {
	t.Helper()
	if !Find(t) {
		t.Skipf("needs the ONNX Runtime library: run make setup, or set %s", env)
	}
}

// Find is Library for tests that do without; it reports whether there is one.
func Find(t testing.TB) bool {
	t.Helper()
	if os.Getenv(env) != "" {
		return true
	}
	found, err := filepath.Glob(filepath.Join(sourceRoot(t), ".cache", "ort", "libonnxruntime.*"))
	if err != nil || len(found) == 0 {
		return false
	}
	if err := os.Setenv(env, found[len(found)-1]); err != nil {
		t.Fatal(err)
	}
	return true
}

// sourceRoot returns the folder of go.mod: tests run in their package's folder.
func sourceRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return dir
		}
		dir = up
	}
}
