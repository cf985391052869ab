package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"masklet/inference/checkpoint/ckpttest"
	"masklet/inference/modelpack"
)

// server serves one file and can misbehave in the ways that servers and
// networks do. It records what it was asked.
type server struct {
	*httptest.Server
	data []byte
	etag string

	mu       sync.Mutex
	requests []*http.Request
	noRange  bool                                                            // ignores Range
	cut      int                                                             // cuts answers after so many bytes, if not 0
	custom   func(w http.ResponseWriter, r *http.Request, n int) (done bool) // n counts requests from 0
}

func newServer(t *testing.T, data []byte) *server {
	s := &server{data: data, etag: `"v1"`}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	n, data, etag, noRange, cut, custom := len(s.requests)-1, s.data, s.etag, s.noRange, s.cut, s.custom
	s.mu.Unlock()
	if custom != nil && custom(w, r, n) {
		return
	}
	if etag != "" {
		w.Header().Set("ETag", etag)
	}
	if noRange {
		r.Header.Del("Range")
	}
	if cut > 0 {
		w = &cutter{w, cut}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// cutter breaks the connection after some bytes.
type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(p []byte) (int, error) {
	if len(p) > c.left {
		c.ResponseWriter.Write(p[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(p)
	return c.ResponseWriter.Write(p)
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (s *server) ranges() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, r := range s.requests {
		out = append(out, r.Header.Get("Range"))
	}
	return out
}

func (s *server) official() modelpack.Official {
	sum := sha256.Sum256(s.data)
	return modelpack.Official{Name: "toy", URL: s.URL + "/models/toy.pt", Size: int64(len(s.data)), SHA256: hex.EncodeToString(sum[:])}
}

// quick returns a Fetcher that waits for nothing.
func quick() *Fetcher {
	f := New()
	f.Wait, f.Retries = time.Millisecond, 3
	return f
}

func random(n int) []byte {
	t := ckpttest.Tensor{Name: "random", Shape: []int{n / 4}, DType: "F32", Rule: ckpttest.Rule{Kind: "u", B: 1}}
	return t.Bytes()
}

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

// TestProxy: the proxy of the environment is used.
func TestProxy(t *testing.T) {
	data := random(1000)
	proxy := newServer(t, data)
	o := proxy.official()
	o.URL = "http://models.invalid/toy.pt"
	f := quick()
	f.Client.Transport.(*http.Transport).Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	mustFetch(t, f, proxy, o, t.TempDir())
	if got := proxy.requests[0].Host; got != "models.invalid" {
		t.Errorf("the proxy was asked for %q", got)
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
