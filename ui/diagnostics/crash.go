package diagnostics

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	keptLines   = 200 // log lines that a crash report has at least, if there were so many
	keptReports = 10
	// leftover is the age after which a report without a crash is removed: its
	// process was killed, for a living one would have to be that old.
	leftover = 30 * 24 * time.Hour
)

const crashPattern = "crash-*.txt"

// crashFile is the report that waits for a crash of this process. It holds the
// latest log lines.
type crashFile struct {
	mu    sync.Mutex
	file  *os.File
	head  string
	lines [][]byte
}

// openCrashFile opens a report in folder and gives it to the Go runtime.
func openCrashFile(folder, version string) (*crashFile, error) {
	tidyReports(folder)
	now := time.Now()
	name := fmt.Sprintf("crash-%s-%d.txt", now.Format("20060102-150405"), os.Getpid())
	f, err := os.OpenFile(filepath.Join(folder, name), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	c := &crashFile{file: f, head: fmt.Sprintf("Masklet %s, started %s\nThe latest log lines, and below them why it ended:\n\n",
		version, now.Format(time.DateTime))}
	_, err = f.WriteString(c.head)
	if err == nil {
		// The runtime writes to a duplicate, which shares the place in the file.
		err = debug.SetCrashOutput(f, debug.CrashOptions{})
	}
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", err, c.discard())
	}
	return c, nil
}

// Write keeps a log line.
func (c *crashFile) Write(line []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, bytes.Clone(line))
	if len(c.lines) <= 2*keptLines {
		return c.file.Write(line)
	}
	c.lines = slices.Clone(c.lines[len(c.lines)-keptLines:])
	if err := c.file.Truncate(0); err != nil {
		return 0, err
	}
	if _, err := c.file.Seek(0, 0); err != nil {
		return 0, err
	}
	if _, err := c.file.WriteString(c.head); err != nil {
		return 0, err
	}
	if _, err := c.file.Write(bytes.Join(c.lines, nil)); err != nil {
		return 0, err
	}
	return len(line), nil
}

// tail returns the latest log lines, at most n.
func (c *crashFile) tail(n int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(bytes.Join(c.lines[max(0, len(c.lines)-n):], nil))
}

// discard removes the report: there was no crash.
func (c *crashFile) discard() error {
	err := debug.SetCrashOutput(nil, debug.CrashOptions{})
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.file.Close()
	if rmErr := os.Remove(c.file.Name()); err == nil {
		err = rmErr
	}
	return err
}

// ended matches the line with which the Go runtime begins to tell of a crash.
// The line "fatal error: ..." of some goes to standard error alone.
var ended = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: |runtime stack:|goroutine \d+ .*\[)`)

// Crashes returns the paths of the crash reports in folder, the latest first.
func Crashes(folder string) []string {
	var out []string
	for _, p := range reports(folder) {
		if text, err := os.ReadFile(p); err == nil && ended.Match(text) {
			out = append(out, p)
		}
	}
	return out
}

// reports returns all reports, those of living processes included, the latest
// first.
func reports(folder string) []string {
	paths, _ := filepath.Glob(filepath.Join(folder, crashPattern))
	slices.SortFunc(paths, func(a, b string) int { return strings.Compare(b, a) })
	return paths
}

// tidyReports bounds what lies in the folder.
func tidyReports(folder string) {
	crashes := Crashes(folder)
	for i, p := range crashes {
		if i >= keptReports {
			os.Remove(p)
		}
	}
	for _, p := range reports(folder) {
		if info, err := os.Stat(p); err == nil && time.Since(info.ModTime()) > leftover && !slices.Contains(crashes, p) {
			os.Remove(p)
		}
	}
}
