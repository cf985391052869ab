package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
	"github.com/masklet/masklet/inference/modelpack"
)

// mustFetch fetches and compares every byte.
func mustFetch(t *testing.T, f *Fetcher, s *server, o modelpack.Official, dir string) {
	t.Helper()
	path, err := f.Fetch(t.Context(), o, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, s.data) {
		t.Fatalf("%s differs from what was served (%v)", path, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("besides the file there is more in the folder: %v", entries)
	}
}

func TestFetch(t *testing.T) {
	s, dir := newServer(t, random(1<<20)), t.TempDir()
	var stages []string
	var last int64
	path, err := quick().Fetch(t.Context(), s.official(), dir, func(stage string, done, total int64) {
		if len(stages) == 0 || stages[len(stages)-1] != stage {
			stages, last = append(stages, stage), 0
		}
		if done < last || total != 1<<20 {
			t.Errorf("%s: %d of %d after %d", stage, done, total, last)
		}
		last = done
	})
	if err != nil || filepath.Dir(path) != dir {
		t.Fatal(path, err)
	}
	if got := strings.Join(stages, ", "); got != "Connecting, Downloading, Checking the download" || last != 1<<20 {
		t.Errorf("stages %s, ended at %d", got, last)
	}
	mustFetch(t, quick(), s, s.official(), dir)
	if s.count() != 1 {
		t.Errorf("%d requests, want 1: the file was there", s.count())
	}
}

// TestInterrupted: a connection that breaks again and again still brings the
// file, each byte once.
func TestInterrupted(t *testing.T) {
	s := newServer(t, random(1<<20))
	s.cut = 300 << 10
	mustFetch(t, quick(), s, s.official(), t.TempDir())
	got := s.ranges()
	if len(got) != 4 || got[0] != "" || !strings.HasPrefix(got[3], "bytes=9") {
		t.Errorf("asked for %q", got)
	}
}

// TestResume: a download that was cancelled goes on in the next call.
func TestResume(t *testing.T) {
	s, dir := newServer(t, random(1<<20)), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := quick().Fetch(ctx, s.official(), dir, func(_ string, done, _ int64) {
		if done >= 400<<10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	mustFetch(t, quick(), s, s.official(), dir)
	got := s.ranges()
	from, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(got[len(got)-1], "bytes="), "-"))
	if len(got) != 2 || err != nil || from < 400<<10 || s.requests[1].Header.Get("If-Range") != s.etag {
		t.Errorf("asked for %q", got)
	}
}

// TestNoResume: a part is thrown away when the server cannot continue it or
// offers another version.
func TestNoResume(t *testing.T) {
	for name, change := range map[string]func(s *server){
		"no Range support": func(s *server) { s.noRange = true },
		"new version":      func(s *server) { s.etag = `"v2"` },
		"range refused": func(s *server) {
			s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
				if r.Header.Get("Range") != "" {
					w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				}
				return r.Header.Get("Range") != ""
			}
		},
		"other part": func(s *server) {
			s.custom = func(w http.ResponseWriter, r *http.Request, n int) bool {
				if n != 1 {
					return false
				}
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 7-99/%d", len(s.data)))
				w.WriteHeader(http.StatusPartialContent)
				return true
			}
		},
	} {
		s, dir := newServer(t, random(1<<20)), t.TempDir()
		s.cut = 300 << 10
		f := quick()
		f.Retries = 0
		if _, err := f.Fetch(t.Context(), s.official(), dir, nil); !errors.Is(err, ErrBroken) {
			t.Fatalf("%s: %v", name, err)
		}
		s.cut = 0
		change(s)
		if name == "other part" {
			if _, err := f.Fetch(t.Context(), s.official(), dir, nil); !errors.Is(err, ErrServer) {
				t.Errorf("%s: %v", name, err)
			}
		}
		f.Retries = 1
		mustFetch(t, f, s, s.official(), dir)
	}
}

// TestWeakETag: a weak validator does not promise the same bytes, so the
// download begins anew.
func TestWeakETag(t *testing.T) {
	s := newServer(t, random(1<<20))
	s.etag, s.cut = `W/"v1"`, 300<<10
	f := quick()
	if _, err := f.Fetch(t.Context(), s.official(), t.TempDir(), nil); !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
	for _, r := range s.ranges() {
		if r != "" {
			t.Errorf("asked for %q", r)
		}
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	o := modelpack.Official{Name: "toy", URL: "http://" + address + "/toy.pt", Size: 10, SHA256: strings.Repeat("0", 64)}
	if _, err := New().Fetch(t.Context(), o, t.TempDir(), nil); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "masklet model import") {
		t.Errorf("%v", err)
	}
}

// TestProxy: the proxy of the environment is used. The environment is read
// once in a process, so a child process does the download.
func TestProxy(t *testing.T) {
	const folder = "DOWNLOAD_TEST_FOLDER"
	data := random(1000)
	proxy := newServer(t, data)
	o := proxy.official()
	o.URL = "http://models.invalid/toy.pt"
	if dir := os.Getenv(folder); dir != "" {
		mustFetch(t, quick(), proxy, o, dir)
		return
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestProxy$")
	child.Env = append(os.Environ(), folder+"="+t.TempDir(), "HTTP_PROXY="+proxy.URL, "http_proxy=", "NO_PROXY=", "no_proxy=")
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(proxy.requests) != 1 || proxy.requests[0].Host != "models.invalid" {
		t.Errorf("the proxy got %d requests", len(proxy.requests))
	}
}

// TestRedirect: redirects are followed, but not out of encryption.
func TestRedirect(t *testing.T) {
	s := newServer(t, random(1000))
	from := httptest.NewServer(http.RedirectHandler(s.URL+"/real.pt", http.StatusFound))
	defer from.Close()
	o := s.official()
	o.URL = from.URL + "/toy.pt"
	mustFetch(t, quick(), s, o, t.TempDir())

	safe := httptest.NewTLSServer(http.RedirectHandler(s.URL+"/real.pt", http.StatusFound))
	defer safe.Close()
	o.URL = safe.URL + "/toy.pt"
	f := quick()
	f.Client.Transport = safe.Client().Transport
	if _, err := f.Fetch(t.Context(), o, t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "without encryption") {
		t.Errorf("%v", err)
	}
}

// TestTwoDownloads: the second of two at the same time is told so.
func TestTwoDownloads(t *testing.T) {
	s, dir := newServer(t, random(1<<20)), t.TempDir()
	var second error
	once := false
	_, err := quick().Fetch(t.Context(), s.official(), dir, func(string, int64, int64) {
		if !once {
			once = true
			_, second = quick().Fetch(t.Context(), s.official(), dir, nil)
		}
	})
	if err != nil || !errors.Is(second, ErrRunning) {
		t.Errorf("first %v, second %v", err, second)
	}
}

// TestGet goes the whole way from a server to an installed pack.
func TestGet(t *testing.T) {
	var buf bytes.Buffer
	if err := ckpttest.WriteTorch(&buf, ckpttest.Nano()); err != nil {
		t.Fatal(err)
	}
	s, root := newServer(t, buf.Bytes()), t.TempDir()
	s.cut = 1 << 20
	for _, keep := range []bool{true, false} {
		p, err := quick().Get(t.Context(), s.official(), Options{Size: 64, Root: root, Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name() != "toy-64" || p.Manifest.CheckpointSHA256 != s.official().SHA256 || p.Verify(t.Context(), nil) != nil {
			t.Errorf("installed %s of checkpoint %s", p.Name(), p.Manifest.CheckpointSHA256)
		}
		if _, err := os.Stat(filepath.Join(root, Folder)); (err == nil) != keep {
			t.Errorf("keep %v: downloads folder: %v", keep, err)
		}
	}
	if n := s.count(); n > 4 {
		t.Errorf("%d requests: the kept checkpoint was fetched again", n)
	}
}
