package project

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// work makes n random actions.
func work(p *Project, seed uint64, n int) {
	a := newActor(seed, p.Document(), p.History())
	for range n {
		a.step()
	}
}

// awaitFailing waits until the banner would show, and returns what it shows.
func awaitFailing(t *testing.T, p *Project) Status {
	t.Helper()
	for range 1000 {
		if s := p.Status(); s.State == Failing {
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("saving did not fail")
	return Status{}
}

// checkRecovers expects saving to fail with reason want while work goes on;
// then repair is called, and Retry must save everything.
func checkRecovers(t *testing.T, p *Project, want error, repair func()) {
	t.Helper()
	s := awaitFailing(t, p)
	if !errors.Is(s.Err, want) {
		t.Fatalf("the reason is %q, want %q", s.Err, want)
	}
	if r := s.Reason(); !strings.Contains(r, filepath.Base(p.Path())) || !strings.Contains(r, want.Error()) || strings.Contains(r, "\n") {
		t.Errorf("the banner says %q", r)
	}
	if err := p.Flush(context.Background()); !errors.Is(err, want) {
		t.Errorf("Flush while failing: %v", err)
	}
	work(p, 99, 25)
	if s := p.Status(); s.Unsaved == 0 || s.UnsavedBytes == 0 {
		t.Errorf("work while failing is not counted: %+v", s)
	}
	doc := p.Document().Contents()
	repair()
	if err := p.Retry(context.Background()); err != nil {
		t.Fatalf("retry after the repair: %v", err)
	}
	if s := p.Status(); s.State != Saved || s.Unsaved != 0 || s.UnsavedBytes != 0 || s.Reason() != "" {
		t.Errorf("status after the repair: %+v", s)
	}
	sameContents(t, "in memory", p.Document().Contents(), doc)
	p = reopen(t, p)
	sameContents(t, "on disk", p.Document().Contents(), doc)
	undoAll(p)
	if n := len(p.Document().Objects()); n != 0 {
		t.Errorf("%d objects are left after undoing all", n)
	}
}

// TestDiskFull runs on a file system of a few hundred kilobytes.
func TestDiskFull(t *testing.T) {
	dir := mountSmall(t, "size=4m")
	p, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	work(p, 1, 20)
	flush(t, p)
	safe := p.Document().Contents()
	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	for seed := uint64(2); p.Status().State != Failing && seed < 60; seed++ {
		work(p, seed, 20)
		p.Flush(context.Background())
	}
	awaitFailing(t, p)

	// What was safe is still in the file, as another program sees it.
	view, err := OpenReadOnly(context.Background(), p.Path())
	if err != nil {
		t.Fatalf("look at the file while the disk is full: %v", err)
	}
	if len(safe.Objects) > 0 && view.Document().Frames() != testFrames {
		t.Error("the file has lost its content")
	}
	view.Close()
	// A copy elsewhere holds what could not be saved.
	copied := filepath.Join(t.TempDir(), "copy")
	if err := p.SaveCopy(context.Background(), copied, "", nil); err != nil {
		t.Fatalf("save a copy while the disk is full: %v", err)
	}
	sameContents(t, "the copy", reopenPath(t, filepath.Join(copied, "clip.masklet")).Document().Contents(), p.Document().Contents())

	checkRecovers(t, p, ErrDiskFull, func() { os.Remove(filler) })
}

// TestCreateOnFullDisk leaves nothing behind.
func TestCreateOnFullDisk(t *testing.T) {
	dir := mountSmall(t, "size=64k")
	fill(t, filepath.Join(dir, "filler"))
	if _, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia()); !errors.Is(err, ErrDiskFull) {
		t.Errorf("got %v", err)
	}
	if state := folderState(t, dir); len(state) != 1 {
		t.Errorf("%d files are left", len(state))
	}
}

// TestCreateOnAlmostFullDisk goes through every amount of room there can be:
// the tables may fit into the log, and not into the file as well.
func TestCreateOnAlmostFullDisk(t *testing.T) {
	var failed, made int
	for room := 4; room <= 320; room += 12 {
		dir := mountSmall(t, fmt.Sprintf("size=%dk", room))
		p, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia())
		switch {
		case err == nil:
			made++
			if err := p.Close(); err != nil {
				t.Errorf("%d kB: close: %v", room, err)
			}
		case !errors.Is(err, ErrDiskFull):
			t.Errorf("%d kB: got %v", room, err)
		default:
			failed++
			if names, err := filepath.Glob(filepath.Join(dir, ".clip*")); err != nil || len(names) != 0 {
				t.Errorf("%d kB: %v are left (%v)", room, names, err)
			}
		}
	}
	if failed == 0 || made == 0 {
		t.Errorf("%d failed, %d were made: the sizes say nothing", failed, made)
	}
}

// fill writes to path until nothing fits any more.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for piece := make([]byte, 4096); ; {
		if _, err := f.Write(piece); err != nil {
			return
		}
	}
}

func TestFileRemoved(t *testing.T) {
	for name, remove := range map[string]func(path string){
		"the file":   func(path string) { os.Remove(path) },
		"everything": func(path string) { os.RemoveAll(filepath.Dir(path)); os.Mkdir(filepath.Dir(path), 0o755) },
		"its log":    func(path string) { os.Remove(path + "-wal") },
		"renamed":    func(path string) { os.Rename(path, path+".moved") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "folder")
			os.Mkdir(dir, 0o755)
			p, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia())
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			work(p, 1, 30)
			flush(t, p)
			remove(p.Path())
			work(p, 2, 1)
			if name == "its log" {
				// The file is still there: the writer mends this by itself.
				flush(t, p)
				work(p, 3, 10)
				doc := p.Document().Contents()
				p = reopen(t, p)
				sameContents(t, "on disk", p.Document().Contents(), doc)
				return
			}
			checkRecovers(t, p, ErrRemoved, func() {})
		})
	}
}

// TestRemovedFileIsNoticedWithoutWork: the banner comes also when nothing is
// being saved.
func TestRemovedFileIsNoticedWithoutWork(t *testing.T) {
	p := create(t)
	os.Remove(p.Path())
	if s := awaitFailing(t, p); !errors.Is(s.Err, ErrRemoved) {
		t.Errorf("the reason is %v", s.Err)
	}
}

// TestReplacedFileIsNotOverwritten: another file in the project's place, an
// older copy too, is somebody's work.
func TestReplacedFileIsNotOverwritten(t *testing.T) {
	p := create(t)
	work(p, 1, 10)
	flush(t, p)
	other := sample(t)
	os.Remove(p.Path())
	if err := os.WriteFile(p.Path(), other, 0o644); err != nil {
		t.Fatal(err)
	}
	work(p, 2, 5)
	if s := awaitFailing(t, p); !errors.Is(s.Err, ErrRemoved) {
		t.Errorf("the reason is %v", s.Err)
	}
	if err := p.Retry(context.Background()); !errors.Is(err, ErrRemoved) {
		t.Errorf("retry: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := p.SaveCopy(context.Background(), copied, "", nil); err != nil {
		t.Fatal(err)
	}
	view := reopenPath(t, filepath.Join(copied, "clip.mp4.masklet"))
	sameContents(t, "the copy", view.Document().Contents(), p.Document().Contents())
	if err := p.Close(); !errors.Is(err, ErrRemoved) || !strings.Contains(err.Error(), "not saved") {
		t.Errorf("close: %v", err)
	}
	if got, _ := os.ReadFile(p.Path()); string(got) != string(other) {
		t.Error("the other file was changed")
	}
}

// TestReadOnlyFolder opens a project on a file system that is mounted
// read-only, works, and saves when it is writable again.
func TestReadOnlyFolder(t *testing.T) {
	dir := mountSmall(t, "size=4m")
	p, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia())
	if err != nil {
		t.Fatal(err)
	}
	work(p, 1, 30)
	want := plainContents(t, p.Document().Contents())
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, true)
	if _, err := Create(context.Background(), filepath.Join(dir, "new.masklet"), testMedia()); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a new project in a read-only folder: %v", err)
	}
	q := reopenPath(t, p.Path())
	sameContents(t, "opened read-only", q.Document().Contents(), want)
	checkRecovers(t, q, ErrReadOnly, func() { remount(t, dir, false) })
}

// TestKilledThenReadOnly: what a killed program left opens from a place that
// cannot be written, all of it or not at all.
func TestKilledThenReadOnly(t *testing.T) {
	p := create(t)
	work(p, 1, 30)
	flush(t, p)
	dir := mountSmall(t, "size=4m")
	path := filepath.Join(dir, "clip.masklet")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		copyFile(t, p.Path()+suffix, path+suffix)
	}
	remount(t, dir, true)
	q := reopenPath(t, path)
	sameContents(t, "opened read-only", q.Document().Contents(), plainContents(t, p.Document().Contents()))
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	remount(t, dir, false)
	if err := os.Remove(path + "-shm"); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, true)
	for _, open := range []func(context.Context, string) (*Project, error){Open, OpenReadOnly} {
		if _, err := open(context.Background(), path); !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "clip.masklet-wal") {
			t.Errorf("without an index: %v", err)
		}
	}
}

// TestFailingCommit injects an error before each commit: nothing of the
// transaction may remain, and the same changes are saved later.
func TestFailingCommit(t *testing.T) {
	p := create(t)
	work(p, 1, 20)
	flush(t, p)
	broken := errors.New("the device does not answer")
	setFault(t, p, func() error { return broken })
	work(p, 2, 10)
	checkRecovers(t, p, broken, func() { setFault(t, p, nil) })
}

// TestCommitThatSeemedToFail: the transaction reached the file, but the writer
// was told of an error. Nothing may be applied twice or forgotten.
func TestCommitThatSeemedToFail(t *testing.T) {
	p := create(t)
	work(p, 1, 20)
	flush(t, p)
	st := p.w.store
	setFault(t, p, func() error {
		st.fault = nil
		if err := st.s.Exec(context.Background(), "COMMIT"); err != nil {
			t.Error(err)
		}
		return sqlite3.Error{Code: sqlite3.ErrIoErr}
	})
	before := p.Status().Committed
	newActor(2, p.Document(), p.History()).addObject()
	awaitFailing(t, p)
	work(p, 3, 20)
	doc := p.Document().Contents()
	if err := p.Retry(context.Background()); err != nil {
		t.Fatal(err)
	}
	made := p.Status().Committed - before
	p = reopen(t, p)
	sameContents(t, "on disk", p.Document().Contents(), doc)
	if n := p.Status().Committed - before; n != made {
		t.Errorf("the file counts %d changes, the writer %d", n, made)
	}
	undoAll(p)
	if n := len(p.Document().Objects()); n != 0 {
		t.Errorf("%d objects are left after undoing all", n)
	}
}

// TestChangedByAnother: while a project could only be read, another Masklet
// worked on it. Neither work overwrites the other.
func TestChangedByAnother(t *testing.T) {
	dir := mountSmall(t, "size=4m")
	p, err := Create(context.Background(), filepath.Join(dir, "clip.masklet"), testMedia())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, true)
	p = reopenPath(t, p.Path())
	work(p, 1, 20)
	awaitFailing(t, p)
	remount(t, dir, false)
	q := reopenPath(t, p.Path())
	work(q, 2, 30)
	theirs := plainContents(t, q.Document().Contents())
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Retry(context.Background()); !errors.Is(err, ErrRemoved) {
		t.Fatalf("retry: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := p.SaveCopy(context.Background(), copied, "", nil); err != nil {
		t.Fatal(err)
	}
	sameContents(t, "the copy", reopenPath(t, filepath.Join(copied, "clip.masklet")).Document().Contents(), p.Document().Contents())
	p.Close()
	sameContents(t, "the other's work", reopenPath(t, p.Path()).Document().Contents(), theirs)
}

// TestPermissionLost makes the open file immutable, which also stops those who
// have it open already.
func TestPermissionLost(t *testing.T) {
	p := create(t)
	work(p, 1, 20)
	flush(t, p)
	for _, suffix := range []string{"", "-wal"} {
		setImmutable(t, p.Path()+suffix, true)
	}
	work(p, 2, 3)
	checkRecovers(t, p, ErrReadOnly, func() {
		for _, suffix := range []string{"", "-wal"} {
			setImmutable(t, p.Path()+suffix, false)
		}
	})
}

// TestFileSizeLimit runs a child under a limit on the size of files, which
// gives errors of another kind than a full disk.
func TestFileSizeLimit(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the limit is set on Linux only")
	}
	p := create(t)
	work(p, 1, 20)
	p.Close()
	out, err := child(t, "limit", p.Path()).Output()
	if err != nil || string(out) != "recovered\n" {
		t.Fatalf("%v: %s", err, out)
	}
	if n := len(reopenPath(t, p.Path()).Document().ResultFrames(1)); n != testFrames {
		t.Errorf("%d frames are in the file", n)
	}
}

func setFault(t *testing.T, p *Project, f func() error) {
	t.Helper()
	if err := p.w.call(context.Background(), func() error { p.w.store.fault = f; return nil }); err != nil {
		t.Fatal(err)
	}
}

// TestRetriesByItself: a fault that passes needs nobody's click.
func TestRetriesByItself(t *testing.T) {
	p := create(t)
	var mu sync.Mutex
	var seen []State
	p.OnStatus(func(s Status) {
		mu.Lock()
		defer mu.Unlock()
		if n := len(seen); n == 0 || seen[n-1] != s.State {
			seen = append(seen, s.State)
		}
	})
	failures := 1
	setFault(t, p, func() error {
		if failures--; failures >= 0 {
			return errors.New("not now")
		}
		return nil
	})
	newActor(1, p.Document(), p.History()).addObject()
	awaitFailing(t, p)
	for range 500 {
		if p.Status().State == Saved {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 2 || seen[0] != Failing || seen[1] != Saved {
		t.Errorf("the listener saw %v", seen)
	}
}

// TestClosedProject: what comes after Close is told so, and does not hang.
func TestClosedProject(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	a.paint()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	a.addObject()
	if err := p.Flush(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("Flush: %v", err)
	}
	if err := p.Retry(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("Retry: %v", err)
	}
}
