package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"":                      "",
		"Straße 北京 ☃\tx\n":      "Straße 北京 ☃\tx\n",
		"a\x1b[2Jb\x07":         `a\x1b[2Jb\x07`,
		"over\rwritten":         `over\x0dwritten`,
		"\x9b31m and \u009b31m": `\x9b31m and \x9b31m`,
		"\x7f\x00":              `\x7f\x00`,
	} {
		if got := string(printable([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestNamesDoNotSteerTheTerminal: what a command says about a file of a hostile
// name holds no control character.
func TestNamesDoNotSteerTheTerminal(t *testing.T) {
	var out, errs bytes.Buffer
	Run(context.Background(), Env{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }},
		[]string{"export", "-project", t.TempDir() + "/a\x1b]0;x\x07\r.masklet", "-out", t.TempDir() + "/o"})
	if text := errs.String() + out.String(); !strings.Contains(text, `\x1b]0;x\x07`) || strings.ContainsAny(text, "\x1b\x07\r") {
		t.Errorf("it prints %q", text)
	}
}
