package cli

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/ui/engines"
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
			var out, errs strings.Builder
			env := testEnv(t, &out, &errs)
			env.OpenEngine = engines.New().Open
			if code := Run(context.Background(), env, strings.Split(command, "\n")); code != ExitDone {
				t.Errorf("%q: exit %d: %s", command, code, errs.String())
			}
		}
	}
}

// TestLabelingOpensNoConnection traces the system calls of a whole labeling
// run (info, track, export, evaluate, and the same with a model that is
// imported first) and finds no network socket among them. A run that does dial
// shows that the trace would see it.
func TestLabelingOpensNoConnection(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	trace := func(job string) string {
		log := filepath.Join(t.TempDir(), "trace")
		cmd := exec.Command(strace, "-f", "-qq", "-e", "trace=socket,connect,bind,sendto,sendmsg,execve", "-o", log,
			os.Args[0], "-test.run", "^TestLabelingRunChild$")
		cmd.Env = append(labelerEnv(), childJob+"="+job)
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
	t.Setenv(modelpack.EnvModels, filepath.Join(dir, "models"))
	commands := [][]string{
		{"info"},
		{"track", "-video", frames, "-prompts", prompts, "-out", out, "-project", file, "-format", "png,davis,coco"},
		{"export", "-project", file, "-out", filepath.Join(dir, "again")},
		{"eval", "-pred", filepath.Join(out, "png"), "-gt", truth},
	}
	if orttest.Find(t) {
		commands = append(commands,
			[]string{"model", "import", nanoFile(t), "-size", "128", "-name", "nano"},
			[]string{"model", "check", "nano-128"},
			[]string{"track", "-video", frames, "-prompts", prompts, "-out", out + "2", "-engine", "nano-128"})
	}
	var job []string
	for _, command := range commands {
		job = append(job, strings.Join(command, "\n"))
	}
	for _, line := range strings.Split(trace(strings.Join(job, "\n\n")), "\n") {
		if strings.Contains(line, "AF_INET") {
			t.Errorf("a network call: %s", line)
		}
		if strings.Contains(line, "execve(") && !strings.Contains(line, os.Args[0]) {
			t.Errorf("another program is started: %s", line)
		}
	}
}

// labelerEnv is the environment as a labeler has it: libraries that send usage
// data may keep quiet where a variable says that they are being tested.
func labelerEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return name == "ORT_DISABLE_TELEMETRY" || strings.HasSuffix(name, "CI") || strings.HasPrefix(name, "GITHUB_")
	})
}
