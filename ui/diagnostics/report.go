package diagnostics

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Tail returns the latest log lines of this process, at most n.
func (d *Diagnostics) Tail(n int) string {
	if d.crash == nil {
		return ""
	}
	return d.crash.tail(n)
}

// Crashes returns the paths of this user's crash reports, the latest first.
func (d *Diagnostics) Crashes() []string { return Crashes(d.folder) }

// Report returns what a user hands on with a question: what the program says of
// itself (as `masklet info` prints it), the system, the latest crash and log
// lines. The user's home folder is written as ~.
func (d *Diagnostics) Report(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nSystem        %s\n", strings.TrimRight(program, "\n"), system())
	if c := d.Crashes(); len(c) > 0 {
		if text, err := os.ReadFile(c[0]); err == nil {
			fmt.Fprintf(&b, "\n%s\n", firstLines(text, ended.FindIndex(text)[0], 60))
		}
	}
	fmt.Fprintf(&b, "\nLog of this run:\n%s", d.Tail(keptLines))
	return withoutHome(b.String())
}

// system names the operating system, the processor's kind and cores, and memory.
func system() string {
	s := fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	if name := field("/etc/os-release", "PRETTY_NAME="); name != "" {
		s = strings.Trim(name, `"`) + ", " + s
	}
	if kernel, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		s += ", Linux " + strings.TrimSpace(string(kernel))
	}
	if memory := field("/proc/meminfo", "MemTotal:"); memory != "" {
		s += ", memory " + memory
	}
	return s
}

// field returns what follows a word at the beginning of a line of a file, or "".
func field(path, word string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), word); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func firstLines(text []byte, from, n int) string {
	lines := strings.SplitN(string(text[from:]), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

func withoutHome(s string) string {
	home, err := os.UserHomeDir()
	if err != nil || len(home) < 2 {
		return s
	}
	return strings.ReplaceAll(s, home, "~")
}
