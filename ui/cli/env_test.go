package cli

import (
	"context"
	"io"
	"testing"

	"masklet/inference"
	"masklet/inference/classic"
)

// testEnv gives commands the embedded engine and no cache between tests.
func testEnv(t *testing.T, out, errs io.Writer) Env {
	t.Helper()
	return Env{
		Stdout: out, Stderr: errs, Version: "test",
		Getenv: func(string) string { return "" },
		OpenEngine: func(context.Context, string, inference.Settings) (inference.Engine, error) {
			return classic.New(), nil
		},
		EngineNames: func() []string { return []string{classic.Name} },
		OpenCache:   func() (*inference.FeatureCache, error) { return inference.OpenFeatureCache("", 64<<20, 0) },
	}
}
