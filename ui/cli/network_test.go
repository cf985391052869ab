package cli

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// childJob tells a re-executed test binary what to do: "dial" opens a
// connection, anything else is a command line, separated by newlines.
const childJob = "MASKLET_TEST_JOB"

// TestLabelingRunChild is the process that TestLabelingOpensNoConnection
// watches.
func TestLabelingRunChild(t *testing.T) {
	job := os.Getenv(childJob)
	switch job {
	case "":
		t.Skip("only runs in a child process")
	case "dial":
		if c, err := net.Dial("tcp", "127.0.0.1:9"); err == nil {
			_ = c.Close()
		}
	default:
		for _, command := range strings.Split(job, "\n\n") {
			if code, _, errs := runCommand(t, context.Background(), strings.Split(command, "\n")...); code != ExitDone {
				t.Errorf("%q: exit %d: %s", command, code, errs)
			}
		}
	}
}

// TestLabelingOpensNoConnection traces the system calls of a whole labeling
// run (info, track, export, evaluate) and finds no network
// socket among them. A run that does dial shows that the trace would see it.
func TestLabelingOpensNoConnection(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	trace := func(job string) string {
		log := filepath.Join(t.TempDir(), "trace")
		cmd := exec.Command(strace, "-f", "-qq", "-e", "trace=socket,connect,bind,sendto,sendmsg", "-o", log,
			os.Args[0], "-test.run", "^TestLabelingRunChild$")
		cmd.Env = append(os.Environ(), childJob+"="+job)
		out, err := cmd.CombinedOutput()
		calls, readErr := os.ReadFile(log)
		if readErr != nil || strings.Contains(string(out), "ptrace") {
			t.Skipf("strace cannot trace here: %v %s", err, out)
		}
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(calls)
	}
	if calls := trace("dial"); !strings.Contains(calls, "AF_INET") {
		t.Fatalf("the trace does not show a connection that was made:\n%s", calls)
	}
	frames, truth, prompts := makeClip(t)
	dir := t.TempDir()
	out, file := filepath.Join(dir, "out"), filepath.Join(dir, "p.masklet")
	var job []string
	for _, command := range [][]string{
		{"info"},
		{"track", "-video", frames, "-prompts", prompts, "-out", out, "-project", file, "-format", "png,davis,coco"},
		{"export", "-project", file, "-out", filepath.Join(dir, "again")},
		{"eval", "-pred", filepath.Join(out, "png"), "-gt", truth},
	} {
		job = append(job, strings.Join(command, "\n"))
	}
	for _, line := range strings.Split(trace(strings.Join(job, "\n\n")), "\n") {
		if strings.Contains(line, "AF_INET") {
			t.Errorf("a network call: %s", line)
		}
	}
}
