package project

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
)

// killed makes a project, closes it, keeps a copy of the file, has more work
// done by another process on it and kills that one. It returns the project's
// path, the copy's, and what each holds.
func killed(t *testing.T) (path, backup string, before, after annotate.Contents) {
	t.Helper()
	p := create(t)
	work(p, 1, 40)
	before = plainContents(t, p.Document().Contents())
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	path, backup = p.Path(), filepath.Join(t.TempDir(), "backup")
	copyFile(t, path, backup)
	cmd := child(t, "crash", path, "7")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for range 3 {
		readNumber(t, lines)
	}
	cmd.Process.Kill()
	cmd.Wait()
	view, err := OpenReadOnly(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	return path, backup, before, plainContents(t, view.Document().Contents())
}

// TestLogOfAnotherFile: a file that is put in the place of one that a killed
// Masklet worked on is opened as it is, whoever opens it; the other work is set
// aside, complete where that is possible.
func TestLogOfAnotherFile(t *testing.T) {
	overwrite := func(t *testing.T, path string, data []byte) {
		// The clock of a file system may be coarse.
		time.Sleep(20 * time.Millisecond)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(t *testing.T, path string) []byte {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for name, c := range map[string]struct {
		replace func(t *testing.T, path, backup string)
		joined  bool // the other work makes a project
	}{
		"copied over":     {func(t *testing.T, path, backup string) { overwrite(t, path, read(t, backup)) }, true},
		"moved over":      {func(t *testing.T, path, backup string) { os.Rename(backup, path) }, true},
		"without lock":    {func(t *testing.T, path, backup string) { os.Rename(sampleFile(t), path); os.Remove(path + "-lock") }, false},
		"another project": {func(t *testing.T, path, backup string) { overwrite(t, path, sample(t)) }, false},
		"removed and made anew": {func(t *testing.T, path, backup string) {
			os.Remove(path)
			p, err := Create(context.Background(), path+".new", testMedia())
			if err != nil {
				t.Fatal(err)
			}
			p.Close()
			os.Rename(path+".new", path)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			path, backup, _, after := killed(t)
			c.replace(t, path, backup)
			now := read(t, path)
			alone := filepath.Join(t.TempDir(), "alone.masklet")
			overwrite(t, alone, now)
			want := plainContents(t, reopenPath(t, alone).Document().Contents())

			view, err := OpenReadOnly(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			sameContents(t, "looked at", view.Document().Contents(), want)
			if a := view.Aside(); a == nil || *a != (Aside{}) || view.Notice() == "" {
				t.Errorf("who looks is told %+v", a)
			}
			view.Close()
			if string(read(t, path)) != string(now) {
				t.Error("looking changed the file")
			}

			p := reopenPath(t, path)
			sameContents(t, "opened", p.Document().Contents(), want)
			a := p.Aside()
			if a == nil {
				t.Fatal("nothing was set aside")
			}
			if c.joined {
				if a.Project == "" || a.Log != "" || !strings.Contains(p.Notice(), filepath.Base(a.Project)) {
					t.Fatalf("aside: %+v", a)
				}
				sameContents(t, "the killed one's work", reopenPath(t, a.Project).Document().Contents(), after)
			} else if info, err := os.Stat(a.Log); err != nil || info.Size() == 0 || !strings.Contains(p.Notice(), filepath.Base(a.Log)) {
				t.Fatalf("aside: %+v, %v", a, err)
			}
			p = reopen(t, p)
			if p.Aside() != nil || p.Notice() != "" {
				t.Errorf("set aside again: %+v", p.Aside())
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
				t.Errorf("%v are left", left)
			}
		})
	}
}

// sampleFile writes a project that has nothing to do with any other.
func sampleFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.masklet")
	if err := os.WriteFile(path, sample(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOwnLogIsRead: what a killed Masklet left of the file that is still there
// is read, also after a look at it, and also in a copy of the whole folder.
func TestOwnLogIsRead(t *testing.T) {
	for range 4 {
		path, _, _, after := killed(t)
		copied := filepath.Join(t.TempDir(), filepath.Base(path))
		for _, suffix := range []string{"", "-wal", "-lock"} {
			copyFile(t, path+suffix, copied+suffix)
		}
		for _, path := range []string{path, copied} {
			p := reopenPath(t, path)
			sameContents(t, path, p.Document().Contents(), after)
			if p.Aside() != nil {
				t.Errorf("set aside: %+v", p.Aside())
			}
			p.Close()
		}
	}
}

// TestReplacedFileGetsNoLog: a project notices that another file took its
// place and takes its log away from it; a kill then does that file no harm.
func TestReplacedFileGetsNoLog(t *testing.T) {
	p := create(t)
	work(p, 1, 10)
	flush(t, p)
	if _, err := os.Stat(p.Path() + "-wal"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(sampleFile(t), p.Path()); err != nil {
		t.Fatal(err)
	}
	if s := awaitFailing(t, p); !errors.Is(s.Err, ErrRemoved) {
		t.Errorf("the reason is %v", s.Err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(p.Path() + suffix); err == nil {
			t.Errorf("%s is left beside the other file", suffix)
		}
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := p.SaveCopy(context.Background(), copied, "", nil); err != nil {
		t.Fatal(err)
	}
	sameContents(t, "the copy", reopenPath(t, filepath.Join(copied, "clip.mp4.masklet")).Document().Contents(), p.Document().Contents())
}

// TestHardLinksAreOneProject: under whichever name, a project is open once, and
// what a killed Masklet left is found.
func TestHardLinksAreOneProject(t *testing.T) {
	path, _, _, after := killed(t)
	link := filepath.Join(t.TempDir(), "other.masklet")
	if err := os.Link(path, link); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	p := reopenPath(t, link)
	sameContents(t, "through a link", p.Document().Contents(), after)
	for _, name := range []string{path, link} {
		if _, err := Open(context.Background(), name); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.Close()
	q := reopenPath(t, link)
	if q.Path() != link {
		t.Errorf("a link that nobody uses is opened as %s", q.Path())
	}
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrLocked) {
		t.Errorf("the first name: %v", err)
	}
}
