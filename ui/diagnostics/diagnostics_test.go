package diagnostics

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func start(t *testing.T, c Config) (*Diagnostics, *bytes.Buffer) {
	t.Helper()
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if c.Folder == "" {
		c.Folder = t.TempDir()
	}
	d, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, &stderr
}

func TestLevels(t *testing.T) {
	for name, c := range map[string]struct {
		level        string
		verbose      bool
		file, stderr string
	}{
		"default": {"", false, "info warn error", "warn error"},
		"verbose": {"", true, "info warn error", "info warn error"},
		"debug":   {"debug", true, "debug info warn error", "debug info warn error"},
		"error":   {"error", false, "error", "error"},
		"both":    {"ERROR", true, "error", "info warn error"},
	} {
		t.Run(name, func(t *testing.T) {
			d, stderr := start(t, Config{Level: c.level})
			if c.verbose {
				d.Verbose()
			}
			d.Log().Debug("debug")
			d.Log().Info("info")
			d.Log().Warn("warn")
			d.Log().Error("error")
			file, err := os.ReadFile(d.LogFile())
			if err != nil {
				t.Fatal(err)
			}
			if got := messages(string(file)); got != c.file {
				t.Errorf("the file has %q, want %q", got, c.file)
			}
			if got := messages(stderr.String()); got != c.stderr {
				t.Errorf("standard error has %q, want %q", got, c.stderr)
			}
			if got := messages(d.Tail(1)); got != "error" {
				t.Errorf("the last line is %q", got)
			}
		})
	}
}

// messages returns the msg of each line.
func messages(log string) string {
	var out []string
	for line := range strings.Lines(log) {
		_, rest, _ := strings.Cut(line, "msg=")
		out = append(out, strings.Fields(rest)[0])
	}
	return strings.Join(out, " ")
}

func TestLogsWhereItCan(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		config Config
		want   string
	}{
		"folder": {Config{Folder: filepath.Join(file, "state")}, "not kept"},
		"level":  {Config{Folder: t.TempDir(), Level: "loud"}, `MASKLET_LOG="loud"`},
	} {
		t.Run(name, func(t *testing.T) {
			var stderr bytes.Buffer
			c.config.Stderr = &stderr
			d, err := Start(c.config)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q in it", err, c.want)
			}
			d.Log().Warn("hello")
			if !strings.Contains(stderr.String(), "hello") {
				t.Errorf("standard error has %q", stderr.String())
			}
			d.Report("Masklet")
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReportNamesNoHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	d, _ := start(t, Config{Folder: filepath.Join(home, "state")})
	d.Log().Info("opened", "video", filepath.Join(home, "clip.mp4"))
	r := d.Report("Masklet 1\nCache " + home + "/cache\n")
	for _, want := range []string{"Masklet 1", "~/cache", "System ", "Log of this run", "~" + string(filepath.Separator) + "clip.mp4"} {
		if !strings.Contains(r, want) {
			t.Errorf("the report has no %q:\n%s", want, r)
		}
	}
	if strings.Contains(r, home) {
		t.Errorf("the report names the home folder:\n%s", r)
	}
}
