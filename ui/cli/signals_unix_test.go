//go:build unix

package cli

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// startTrack tracks the clip in a process of its own and returns once its first
// line of progress was read.
func startTrack(t *testing.T, out string) (*exec.Cmd, *bufio.Reader, func()) {
	t.Helper()
	frames, _, prompts := makeClip(t)
	cmd := exec.Command(os.Args[0], "track", "-video", frames, "-prompts", prompts, "-out", out)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(pipe)
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd, r, func() { pipe.Close() }
}

// TestReaderOfTheOutputGoesAway: the masks are written all the same.
func TestReaderOfTheOutputGoesAway(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	cmd, _, closePipe := startTrack(t, out)
	closePipe()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(out, "png/*/*.png")); len(names) != clipFrames {
		t.Errorf("%d of %d masks are written", len(names), clipFrames)
	}
}

// TestTerminalIsClosed: a hang-up ends the program as Ctrl+C does.
func TestTerminalIsClosed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	cmd, r, _ := startTrack(t, out)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "Phase 1") {
			break
		}
	}
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != ExitInterrupted && code != ExitDone {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(filepath.Join(out, "run.json")); err != nil {
		t.Errorf("what was finished is not written: %v", err)
	}
}
