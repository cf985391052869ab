package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/masklet/masklet/ui/measure"
)

func benchProcess(ctx context.Context, env Env, engine string, args []string) (measure.Report, error) {
	var r measure.Report
	command := append(slices.Clone(env.Self), "bench", "-json", "-engine", engine)
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], args...)...)
	said := &relay{out: env.Stderr, prefix: engine + ": "}
	cmd.Stderr = said
	// The measurement ends by itself when it is asked to.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err == nil {
		err = json.Unmarshal(out, &r)
	}
	if err == nil {
		said.flush()
		return r, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || said.last == "" {
		return r, fmt.Errorf("measure %s: %w", engine, err)
	}
	why := strings.TrimPrefix(said.last, "masklet bench: ")
	if exit.ExitCode() == ExitUsage {
		return r, usagef("%s", why)
	}
	return r, fmt.Errorf("measure %s: %s", engine, why)
}

// relay passes lines on behind a prefix. It keeps the last one back: of a
// program that fails, that is the reason.
type relay struct {
	out    io.Writer
	prefix string
	part   []byte // of a line that is not complete
	last   string
}

func (r *relay) Write(p []byte) (int, error) {
	r.part = append(r.part, p...)
	for {
		line, rest, ok := bytes.Cut(r.part, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		r.flush()
		r.last, r.part = string(line), rest
	}
}

// flush prints the line that was kept back.
func (r *relay) flush() {
	if r.last != "" {
		fmt.Fprintln(r.out, r.prefix+r.last)
	}
	r.last = ""
}
