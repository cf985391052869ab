package cli

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/ui/engines"
)

// asProgram makes the test binary behave as the program, for commands that
// start themselves again and for tests that watch a process.
const asProgram = "MASKLET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, stop := Interruptible()
		defer stop()
		os.Exit(Run(ctx, testEnv(nil, os.Stdout, os.Stderr), os.Args[1:]))
	}
	os.Exit(m.Run())
}

// testEnv gives commands the embedded engine and no cache between tests.
func testEnv(t *testing.T, out, errs io.Writer) Env {
	if t != nil {
		t.Setenv(asProgram, "1") // for the processes that a command starts
	}
	return Env{
		Self: []string{os.Args[0]}, Stdout: out, Stderr: errs, Version: "test",
		// What is printed must not depend on how fast the machine is.
		Pace:   time.Hour,
		Getenv: func(string) string { return "" },
		OpenEngine: func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
			if strings.HasPrefix(name, "nano-") {
				return engines.New().Open(ctx, name, s)
			}
			return classic.New(), nil
		},
		EngineKind:  (&engines.Registry{}).Kind,
		EngineNames: func() []string { return []string{classic.Name} },
		OpenCache:   func() (*inference.FeatureCache, error) { return inference.OpenFeatureCache("", 64<<20, 0) },
		CacheIn: func(folder string) (*inference.FeatureCache, error) {
			return inference.OpenFeatureCache(folder, 64<<20, 1<<30)
		},
	}
}
