package diagnostics

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

const (
	envCrash  = "MASKLET_TEST_CRASH"
	envFolder = "MASKLET_TEST_FOLDER"
)

// crashes are the ways in which the test's own program ends.
var crashes = map[string]struct {
	do   func()
	want string // "": no report
}{
	"well":      {func() {}, ""},
	"goroutine": {func() { go func() { panic("in the background") }(); select {} }, "panic: in the background"},
	"nil":       {func() { var p *int; *p = 1 }, "nil pointer dereference"},
	"stack":     {func() { debug.SetMaxStack(1 << 20); os.Exit(deep(1)) }, "diagnostics.deep("},
	"deadlock":  {func() { var c chan int; <-c }, "[chan receive (nil chan)]"},
}

// deep needs more stack than there is.
func deep(n int) int {
	if n <= 0 {
		return 0
	}
	return deep(n+1) + 1
}

func TestMain(m *testing.M) {
	how := os.Getenv(envCrash)
	if how == "" {
		os.Exit(m.Run())
	}
	d, err := Start(Config{Folder: os.Getenv(envFolder), Stderr: io.Discard, Version: "1.2.3"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
	for i := range 5*keptLines + 1 {
		d.Log().Info("line", "n", i)
	}
	crashes[how].do()
	if err := d.Close(); err != nil {
		os.Exit(9)
	}
	os.Exit(0)
}

func TestCrashLeavesReport(t *testing.T) {
	for how, c := range crashes {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), envCrash+"="+how, envFolder+"="+folder)
			out, err := cmd.CombinedOutput()
			if crashed := new(exec.ExitError); c.want == "" {
				if err != nil || len(reports(folder)) > 0 {
					t.Fatalf("a good end: %v, reports %v\n%s", err, reports(folder), out)
				}
				return
			} else if !errors.As(err, &crashed) || crashed.ExitCode() == 9 {
				t.Fatalf("no crash: %v\n%s", err, out)
			}
			found := Crashes(folder)
			if len(found) != 1 {
				t.Fatalf("%d reports, want 1", len(found))
			}
			text, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"Masklet 1.2.3", c.want, "goroutine "} {
				if !strings.Contains(string(text), want) {
					t.Errorf("the report has no %q:\n%.2000s", want, text)
				}
			}
			before := string(text[:ended.FindIndex(text)[0]])
			for i := 4*keptLines + 1; i <= 5*keptLines; i++ {
				if !strings.Contains(before, fmt.Sprintf("n=%d\n", i)) {
					t.Fatalf("the report lacks log line %d of %d", i, 5*keptLines)
				}
			}
			if n := strings.Count(before, "\n"); n > 2*keptLines+10 {
				t.Errorf("the report has %d lines of log", n)
			}
		})
	}
}

func TestReportsAreBounded(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string, age time.Duration) string {
		p := filepath.Join(folder, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(p, when, when); err != nil {
			t.Fatal(err)
		}
		return p
	}
	var crashed []string
	for i := range keptReports + 5 {
		crashed = append(crashed, write(fmt.Sprintf("crash-20260101-0000%02d-1.txt", i), "log\npanic: x\n", 2*leftover))
	}
	killed := write("crash-20260102-000000-1.txt", "log\n", 2*leftover)
	living := write("crash-20260103-000000-1.txt", "log\n", time.Minute)
	d, _ := start(t, Config{Folder: folder})
	if got := d.Crashes(); len(got) != keptReports || got[0] != crashed[len(crashed)-1] {
		t.Errorf("%d reports are kept, the first is %s", len(got), got[0])
	}
	if _, err := os.Stat(killed); err == nil {
		t.Error("what a killed process left long ago is still there")
	}
	if _, err := os.Stat(living); err != nil {
		t.Errorf("the file of a living process: %v", err)
	}
}
