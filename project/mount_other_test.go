//go:build !linux

package project

import "testing"

func mountSmall(t *testing.T, options string) string {
	t.Skip("small file systems are mounted on Linux only")
	return ""
}

func remount(t *testing.T, dir string, readOnly bool) {}

func setImmutable(t *testing.T, path string, on bool) {
	t.Skip("immutable files are made on Linux only")
}

func limitedChild([]string) {}
