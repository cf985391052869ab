//go:build !windows && !darwin

package filedialog

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestPathOfURI(t *testing.T) {
	for uri, want := range map[string]string{
		"file:///v/a.mp4": "/v/a.mp4", "file:///v/a%20b%20%C3%BC.mp4": "/v/a b ü.mp4", "file:///v/50%25.mp4": "/v/50%.mp4",
		"sftp://host/a.mp4": "", "%": "",
	} {
		got, err := pathOf(uri)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", uri, got, err)
		}
	}
}

// A file is offered whatever the case of its extension.
func TestPatternsHoldForAnyCase(t *testing.T) {
	p := Request{Extensions: []string{".mp4"}}.patterns()
	for name, want := range map[string]bool{"a.mp4": true, "A.MP4": true, "a.Mp4": true, "a.mp3": false, "mp4": false} {
		if ok, err := filepath.Match(p[0], name); ok != want || err != nil {
			t.Errorf("%s %s: %v, %v", p[0], name, ok, err)
		}
	}
}

// Without a bus there is no dialog, and nobody waits for one.
func TestNoBusNoDialog(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	if _, err := Ask(Request{}); !errors.Is(err, ErrNone) {
		t.Errorf("asked without a bus: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	if _, err := Ask(Request{}); !errors.Is(err, ErrNone) {
		t.Errorf("asked at a bus that is not there: %v", err)
	}
}
