package download

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestWrongContent: a file that is not the published one is never handed out
// and not kept.
func TestWrongContent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *server)
		says   string
	}{
		"another file": {func(s *server) { s.data[77] ^= 1 }, "sha256"},
		"shorter":      {func(s *server) { s.data = s.data[:1000] }, "has 1000 bytes"},
		"longer":       {func(s *server) { s.data = append(s.data, 0) }, "bytes, not"},
		"longer, length unknown": {func(s *server) {
			s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
				w.(http.Flusher).Flush()
				io.Copy(w, io.LimitReader(neverEnding{}, 100<<20))
				return true
			}
		}, "larger"},
		"shorter, length unknown": {func(s *server) {
			s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
				w.(http.Flusher).Flush()
				w.Write(s.data[:1000])
				return true
			}
		}, "ended after 1000"},
	} {
		s, dir := newServer(t, random(1<<20)), t.TempDir()
		o := s.official()
		s.data = bytes.Clone(s.data)
		c.change(s)
		_, err := quick().Fetch(t.Context(), o, dir, nil)
		if !errors.Is(err, ErrContent) && !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), s.URL) {
			t.Errorf("%s: %v, want %q and the address", name, err, c.says)
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if !strings.Contains(e.Name(), ".part") {
				t.Errorf("%s: %s was kept", name, e.Name())
			}
			if info, _ := e.Info(); info.Size() > o.Size {
				t.Errorf("%s: %s has %d bytes", name, e.Name(), info.Size())
			}
		}
	}
}

type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return len(p), nil }

func TestRefusals(t *testing.T) {
	for status, want := range map[int]error{404: ErrServer, 403: ErrServer, 410: ErrServer, 500: ErrBroken, 503: ErrBroken, 429: ErrBroken} {
		s := newServer(t, random(1000))
		s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool { w.WriteHeader(status); return true }
		_, err := quick().Fetch(t.Context(), s.official(), t.TempDir(), nil)
		if !errors.Is(err, want) || !strings.Contains(fmt.Sprint(err), strconv.Itoa(status)) {
			t.Errorf("status %d: %v, want %v", status, err, want)
		}
		if tries := s.count(); (tries > 1) != (want == ErrBroken) {
			t.Errorf("status %d was tried %d times", status, tries)
		}
	}
	s := newServer(t, random(1000))
	s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
		if n < 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return n < 2
	}
	mustFetch(t, quick(), s, s.official(), t.TempDir())
}

// TestSlow: bytes that trickle in are waited for; a connection that falls
// silent is not.
func TestSlow(t *testing.T) {
	s := newServer(t, random(4000))
	release := make(chan struct{})
	defer close(release)
	var silent atomic.Bool
	s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
		w.Header().Set("Content-Length", "4000")
		for i := range 8 {
			w.Write(s.data[500*i : 500*(i+1)])
			w.(http.Flusher).Flush()
			if silent.Load() && i == 3 {
				select {
				case <-release:
				case <-r.Context().Done():
				}
				return true
			}
			time.Sleep(20 * time.Millisecond)
		}
		return true
	}
	f := quick()
	f.Idle = 2 * time.Second
	mustFetch(t, f, s, s.official(), t.TempDir())
	silent.Store(true)
	f.Idle, f.Retries = 50*time.Millisecond, 1
	if _, err := f.Fetch(t.Context(), s.official(), t.TempDir(), nil); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "nothing arrived") {
		t.Errorf("silent server: %v", err)
	}
}
