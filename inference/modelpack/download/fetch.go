package download

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/masklet/masklet/inference/internal/filehash"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/modelpack/internal/filelock"
)

// Errors that callers test for with errors.Is.
var (
	// ErrContent: the file is not the one of the catalogue.
	ErrContent = errors.New("the download is not the published file")
	// ErrServer: the server refused.
	ErrServer = errors.New("the server refused")
	// ErrBroken: the connection broke or stalled too often. What has arrived is
	// kept; asking again goes on from there.
	ErrBroken = errors.New("the connection broke; what has arrived is kept, try again to go on")
	// ErrUnreachable: no connection could be made.
	ErrUnreachable = errors.New("the server cannot be reached (a checkpoint from another machine can be imported with masklet model import)")
	// ErrRunning: another process downloads the same file.
	ErrRunning = errors.New("this model is being downloaded already")
)

// Fetcher downloads files. The zero value is not valid: use New.
type Fetcher struct {
	Client *http.Client
	// Idle is how long no byte may arrive before the connection counts as
	// broken.
	Idle time.Duration
	// Retries is how many times in a row a broken connection that brought
	// nothing new is opened again; Wait is the pause before the first, and
	// doubles.
	Retries int
	Wait    time.Duration
}

// New returns a Fetcher that uses the proxy of the environment (HTTPS_PROXY,
// HTTP_PROXY, NO_PROXY).
func New() *Fetcher {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyFromEnvironment
	return &Fetcher{
		Client:  &http.Client{Transport: transport, CheckRedirect: checkRedirect},
		Idle:    60 * time.Second,
		Retries: 4,
		Wait:    time.Second,
	}
}

// checkRedirect follows a few redirects but never from https to http.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return errors.New("redirected to an address without encryption")
	}
	return nil
}

// Fetch downloads an official checkpoint into dir and returns its path. A file
// that is there and right is not fetched again, and a part of it is completed.
// The result has been checked against the catalogue's size and SHA-256. When
// ctx ends or the connection breaks, the part stays for the next time.
func (f *Fetcher) Fetch(ctx context.Context, o modelpack.Official, dir string, progress modelpack.Progress) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("download %s: %w", o.Name, err)
	}
	final := filepath.Join(dir, o.SHA256[:8]+"-"+path.Base(o.URL))
	lock, err := filelock.Try(final + ".lock")
	if errors.Is(err, filelock.ErrHeld) {
		return "", fmt.Errorf("download %s: %w", o.Name, ErrRunning)
	}
	if err != nil {
		return "", fmt.Errorf("download %s: %w", o.Name, err)
	}
	defer lock.Remove()
	j := &job{Fetcher: f, official: o, final: final, part: final + ".part", progress: progress}
	if err := j.run(ctx); err != nil {
		return "", fmt.Errorf("download %s from %s: %w", o.Name, o.URL, err)
	}
	return final, nil
}

// job is one download.
type job struct {
	*Fetcher
	official    modelpack.Official
	final, part string
	progress    modelpack.Progress
}

func (j *job) run(ctx context.Context) error {
	if info, err := os.Stat(j.final); err == nil && info.Size() == j.official.Size {
		if err := j.verify(ctx, j.final); err == nil || ctx.Err() != nil {
			return err
		}
	}
	if err := j.receiveAll(ctx); err != nil {
		return err
	}
	if err := j.verify(ctx, j.part); err != nil {
		if errors.Is(err, ErrContent) {
			j.drop()
		}
		return err
	}
	if err := os.Rename(j.part, j.final); err != nil {
		return err
	}
	os.Remove(j.part + ".json")
	return nil
}

// receiveAll opens connections until the part is complete. Only connections
// that bring nothing new count as failed tries, and a server that could not be
// reached in the first place is not tried again.
func (j *job) receiveAll(ctx context.Context) error {
	wait, failed := j.Wait, 0
	for first := true; ; first = false {
		before := j.have()
		if before == j.official.Size {
			return nil
		}
		err := j.receive(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrUnreachable) && first:
			return err
		case !errors.Is(err, ErrBroken) && !errors.Is(err, ErrUnreachable):
			return err
		}
		if j.have() > before {
			wait, failed = j.Wait, 0
		}
		if failed++; failed > j.Retries {
			return err
		}
		j.report(fmt.Sprintf("Connection lost, trying again (%d of %d)", failed, j.Retries), j.have())
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait *= 2
	}
}

// verify compares a file with the catalogue.
func (j *job) verify(ctx context.Context, path string) error {
	sum, err := filehash.SHA256(ctx, path, func(done, _ int64) { j.report("Checking the download", done) })
	if err != nil {
		return err
	}
	if sum != j.official.SHA256 {
		return fmt.Errorf("%w: its sha256 is %s, not %s", ErrContent, sum, j.official.SHA256)
	}
	return nil
}

// have returns how many bytes of the file have arrived.
func (j *job) have() int64 {
	info, err := os.Stat(j.part)
	if err != nil {
		return 0
	}
	return info.Size()
}

// drop forgets what has arrived.
func (j *job) drop() {
	os.Remove(j.part)
	os.Remove(j.part + ".json")
}

func (j *job) report(stage string, done int64) {
	if j.progress != nil {
		j.progress(stage, done, j.official.Size)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
