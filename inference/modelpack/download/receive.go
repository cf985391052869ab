package download

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// validator is what the server said about the version of the file of which a
// part is here. Without one, a part is not continued: the file might be
// another by now.
type validator struct {
	URL          string `json:"url"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// condition returns the value of If-Range, "" if there is none. A weak ETag
// does not promise the same bytes (RFC 9110, section 13.1.5).
func (v validator) condition() string {
	if v.ETag != "" && !strings.HasPrefix(v.ETag, "W/") {
		return v.ETag
	}
	return v.LastModified
}

// receive opens one connection and adds what arrives to the part.
func (j *job) receive(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(j.Idle, func() {
		cancel(fmt.Errorf("%w (nothing arrived for %v)", ErrBroken, j.Idle))
	})
	defer idle.Stop()

	offset, condition := j.resumePoint()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, j.official.URL, nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "Masklet")
	// A compressed answer would have neither the length nor the ranges of the file.
	req.Header.Set("Accept-Encoding", "identity")
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		req.Header.Set("If-Range", condition)
	}
	j.report("Connecting", offset)
	resp, err := j.Client.Do(req)
	if err != nil {
		return connectionError(ctx, err)
	}
	defer resp.Body.Close()
	offset, err = j.accept(resp, offset)
	if err != nil {
		return err
	}
	return j.append(ctx, resp.Body, offset, func() { idle.Reset(j.Idle) })
}

// resumePoint returns how many bytes can be kept and under which condition.
func (j *job) resumePoint() (int64, string) {
	have := j.have()
	var v validator
	data, err := os.ReadFile(j.part + ".json")
	if err != nil || json.Unmarshal(data, &v) != nil || v.URL != j.official.URL || v.condition() == "" || have > j.official.Size {
		return 0, ""
	}
	return have, v.condition()
}

// accept checks the answer's head and returns the offset of its first byte.
func (j *job) accept(resp *http.Response, offset int64) (int64, error) {
	switch {
	case resp.StatusCode == http.StatusPartialContent:
		var from, to, total int64
		if _, err := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d/%d", &from, &to, &total); err != nil || from != offset {
			j.drop()
			return 0, fmt.Errorf("%w: it answered with the wrong part (%q)", ErrServer, resp.Header.Get("Content-Range"))
		}
		if total != j.official.Size {
			j.drop()
			return 0, fmt.Errorf("%w: the server's has %d bytes, not %d", ErrContent, total, j.official.Size)
		}
	case resp.StatusCode == http.StatusOK:
		if resp.ContentLength >= 0 && resp.ContentLength != j.official.Size {
			return 0, fmt.Errorf("%w: the server's has %d bytes, not %d", ErrContent, resp.ContentLength, j.official.Size)
		}
		offset = 0
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		j.drop()
		return 0, fmt.Errorf("%w (it refused to go on from byte %d)", ErrBroken, offset)
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout:
		return 0, fmt.Errorf("%w (the server answered %s)", ErrBroken, resp.Status)
	default:
		return 0, fmt.Errorf("%w: it answered %s", ErrServer, resp.Status)
	}
	if offset == 0 {
		return 0, j.startOver(validator{j.official.URL, resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")})
	}
	return offset, nil
}

// startOver empties the part and notes which version of the file it will hold.
func (j *job) startOver(v validator) error {
	j.drop()
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(j.part+".json", data, 0o644)
}

// append writes what arrives behind the first offset bytes of the part. alive
// is called for every piece.
func (j *job) append(ctx context.Context, body io.Reader, offset int64, alive func()) error {
	f, err := os.OpenFile(j.part, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	buf := make([]byte, 256<<10)
	for {
		n, rerr := body.Read(buf)
		if n > 0 {
			alive()
			if offset+int64(n) > j.official.Size {
				f.Close()
				j.drop()
				return fmt.Errorf("%w: it is larger than %d bytes", ErrContent, j.official.Size)
			}
			if _, err := f.Write(buf[:n]); err != nil {
				return err
			}
			offset += int64(n)
			j.report("Downloading", offset)
		}
		if rerr == io.EOF {
			break
		}
		if rerr == nil {
			// What is buffered could otherwise be read long after the end of ctx.
			rerr = ctx.Err()
		}
		if rerr != nil {
			return connectionError(ctx, rerr)
		}
	}
	if offset != j.official.Size {
		return fmt.Errorf("%w (it ended after %d of %d bytes)", ErrBroken, offset, j.official.Size)
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// connectionError tells a connection that broke from one that could not be
// made and from answers that another try will not change, such as a wrong
// certificate.
func connectionError(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &op) {
		return fmt.Errorf("%w (%w)", ErrBroken, err)
	}
	return err
}
