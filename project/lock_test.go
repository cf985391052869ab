package project

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// childMode names what a re-executed test binary shall do; see TestMain.
const childMode = "MASKLET_TEST_CHILD"

// TestMain lets tests start this binary again as another process.
func TestMain(m *testing.M) {
	if f, ok := children[os.Getenv(childMode)]; ok {
		f(os.Args[1:])
		return
	}
	cache, err := os.MkdirTemp("", "masklet-cache")
	if err != nil {
		panic(err)
	}
	os.Setenv("XDG_CACHE_HOME", cache)
	code := m.Run()
	os.RemoveAll(cache)
	os.Exit(code)
}

var children = map[string]func(args []string){
	"hold":  holdProject,
	"crash": crashChild,
	"limit": limitedChild,
}

// child starts this binary again to run children[mode].
func child(t *testing.T, mode string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stderr = os.Stderr
	return cmd
}

// holdProject opens a project, says so, and waits to be killed.
func holdProject(args []string) {
	if _, err := Open(context.Background(), args[0]); err != nil {
		os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	os.Stdout.WriteString("open\n")
	select {}
}

// TestLockDiesWithItsProcess: while another process has the project open it
// can be looked at but not opened; when that process is killed it can.
func TestLockDiesWithItsProcess(t *testing.T) {
	p := create(t)
	newActor(1, p.Document(), p.History()).addObject()
	p.Close()
	cmd := child(t, "hold", p.Path())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	said := make([]byte, 5)
	if _, err := out.Read(said); err != nil || string(said) != "open\n" {
		t.Fatalf("the other process says %q (%v)", said, err)
	}

	_, err = Open(context.Background(), p.Path())
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "clip.mp4.masklet is open in another Masklet (process ") {
		t.Errorf("opened twice: %v", err)
	}
	view, err := OpenReadOnly(context.Background(), p.Path())
	if err != nil {
		t.Fatalf("look at a project in use: %v", err)
	}
	if len(view.Document().Objects()) != 1 {
		t.Error("the object is missing")
	}
	view.Close()

	cmd.Process.Kill()
	cmd.Wait()
	reopenPath(t, p.Path())
}

// TestLockInOneProcess: two windows of one program do not share a project
// either, nor through a link.
func TestLockInOneProcess(t *testing.T) {
	p := create(t)
	link := p.Path() + "-link.masklet"
	if err := os.Symlink(p.Path(), link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if _, err := Open(context.Background(), link); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v", err)
	}
	p.Close()
	reopenPath(t, link)
}

// TestReadersShare: projects that are only looked at do not lock each other
// out, and their changes go nowhere.
func TestReadersShare(t *testing.T) {
	p := create(t)
	newActor(1, p.Document(), p.History()).addObject()
	p.Close()
	before := folderState(t, strings.TrimSuffix(p.Path(), "/clip.mp4.masklet"))
	var views []*Project
	for range 3 {
		v, err := OpenReadOnly(context.Background(), p.Path())
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, v)
	}
	newActor(2, views[0].Document(), views[0].History()).addObject()
	if err := views[0].Flush(context.Background()); !errors.Is(err, ErrReadOnly) {
		t.Errorf("saving in a view: %v", err)
	}
	for _, v := range views {
		v.Close()
	}
	if after := folderState(t, strings.TrimSuffix(p.Path(), "/clip.mp4.masklet")); !mapsEqual(before, after) {
		t.Error("looking at a project changed its folder")
	}
}

// TestViewWhileWriting: a project can be looked at at any moment while another
// one writes to it, and what is seen is whole.
func TestViewWhileWriting(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	a.addObject()
	flush(t, p)
	for range 30 {
		a.propagate(10)
		view, err := OpenReadOnly(context.Background(), p.Path())
		if err != nil {
			t.Fatal(err)
		}
		one, two := view.Document().ResultFrames(1), view.Document().ResultFrames(2)
		if !slices.Equal(one, two) {
			t.Errorf("a frame is half there: %v and %v", one, two)
		}
		plainContents(t, view.Document().Contents())
		view.Close()
	}
}

// TestSavedWithinTwoSeconds: nobody has to ask for anything to be saved.
func TestSavedWithinTwoSeconds(t *testing.T) {
	p := create(t)
	newActor(1, p.Document(), p.History()).addObject()
	deadline := time.Now().Add(2 * time.Second)
	for p.Status().Committed < 1 {
		if time.Now().After(deadline) {
			t.Fatal("it was not saved")
		}
		time.Sleep(time.Millisecond)
	}
	view, err := OpenReadOnly(context.Background(), p.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	if len(view.Document().Objects()) != 1 {
		t.Error("it is said to be saved, but it is not in the file")
	}
}
