package atomicfile

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestMain lets a test start this binary again, to be killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("ATOMICFILE_TEST_HOLD"); path != "" {
		s, err := StageFolder(path)
		if err != nil {
			panic(err)
		}
		if err := os.WriteFile(filepath.Join(s.Temp(), "half"), make([]byte, 100), 0o600); err != nil {
			panic(err)
		}
		defer s.Discard() // never reached, but the lock is held for it
		os.Stdout.WriteString("written\n")
		select {}
	}
	os.Exit(m.Run())
}

// TestLeftoversAreRemoved: what a killed program left goes with the next
// writing in the same folder; what a program is at work on stays, and so does
// everything else.
func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ATOMICFILE_TEST_HOLD="+filepath.Join(dir, "png"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	others := []string{".png.1.tmp", ".hidden", "kept" + tempSuffix}
	for _, name := range others {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mine, err := StageFile(filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		found, err := filepath.Glob(filepath.Join(dir, ".*"+tempSuffix))
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	Sweep(dir)
	if n := count(); n != 2 {
		t.Errorf("%d temporary folders while two programs write", n)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if err := WriteBytes(filepath.Join(dir, "other"), nil); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 1 {
		t.Errorf("%d temporary folders after one was killed", n)
	}
	mine.Discard()
	if n := count(); n != 0 {
		t.Errorf("%d temporary folders at the end", n)
	}
	for _, name := range others {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestLeftoversOfAnyMoment: what a kill leaves of a temporary folder is removed
// whatever the moment, but not what may be another program's.
func TestLeftoversOfAnyMoment(t *testing.T) {
	dir := t.TempDir()
	make := func(name string, age time.Duration, files ...string) {
		path := filepath.Join(dir, "."+name+tempSuffix)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(path, f), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	make("made", 0)
	make("locked", 0, lockName)
	make("full", 0, lockName, "new")
	make("unknown", 0, "new")
	make("old", time.Hour, "new")
	Sweep(dir)
	if got := names(t, dir); got != ".unknown"+tempSuffix {
		t.Errorf("left: %s", got)
	}
}

// TestManyWritersOfOneFolder: nobody sweeps what another one is at work on, from
// the moment it is made.
func TestManyWritersOfOneFolder(t *testing.T) {
	dir := t.TempDir()
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			for range 100 {
				temp, remove, err := TempDir(dir)
				if err != nil {
					t.Error(err)
					return
				}
				if err := os.WriteFile(filepath.Join(temp, "new"), nil, 0o600); err != nil {
					t.Error(err)
				}
				Sweep(dir)
				if _, err := os.Stat(filepath.Join(temp, "new")); err != nil {
					t.Error(err)
				}
				remove()
			}
		})
	}
	g.Wait()
	if got := names(t, dir); got != "" {
		t.Errorf("left: %s", got)
	}
}
