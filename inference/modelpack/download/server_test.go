package download

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
	"github.com/masklet/masklet/inference/modelpack"
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
