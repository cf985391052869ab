package project

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/masklet/masklet/annotate"
)

// mountSmall mounts an empty file system in memory for the test.
func mountSmall(t *testing.T, options string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("cannot mount a small file system (needs root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

func remount(t *testing.T, dir string, readOnly bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if readOnly {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, ""); err != nil {
		t.Fatalf("remount %s: %v", dir, err)
	}
}

// immutableFlag is FS_IMMUTABLE_FL of linux/fs.h.
const immutableFlag = 0x10

// setImmutable sets or lifts a file's immutable flag (chattr +i).
func setImmutable(t *testing.T, path string, on bool) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil && !on {
		return // it is gone with the project
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		t.Skipf("the file system has no immutable files: %v", err)
	}
	flags &^= immutableFlag
	if on {
		flags |= immutableFlag
		t.Cleanup(func() { setImmutable(t, path, false) })
	}
	if err := unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags); err != nil {
		t.Skipf("cannot make a file immutable (needs root): %v", err)
	}
}

// limitedChild works until the limit on file sizes stops it, lifts the limit,
// and saves what waited.
func limitedChild(args []string) {
	fail := func(what string, err error) {
		fmt.Println(what, err)
		os.Exit(1)
	}
	p, err := Open(context.Background(), args[0])
	if err != nil {
		fail("open", err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		fail("getrlimit", err)
	}
	info, err := os.Stat(args[0])
	if err != nil {
		fail("stat", err)
	}
	low := syscall.Rlimit{Cur: uint64(info.Size()), Max: old.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &low); err != nil {
		fail("setrlimit", err)
	}
	a := newActor(1, p.Document(), p.History())
	a.do("Add object", p.Document().SetObject(annotate.Object{ID: 1}))
	for i := 0; p.Status().State != Failing; i++ {
		a.do("Paint", p.Document().SetResult(frameOf(1, i%testFrames), a.result(annotate.Painted)))
		time.Sleep(time.Millisecond)
	}
	if err := p.Retry(context.Background()); err == nil {
		fail("retry under the limit", nil)
	}
	for f := range testFrames {
		a.do("Paint", p.Document().SetResult(frameOf(1, f), a.result(annotate.Painted)))
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		fail("setrlimit", err)
	}
	if err := p.Retry(context.Background()); err != nil {
		fail("retry", err)
	}
	if err := p.Close(); err != nil {
		fail("close", err)
	}
	fmt.Println("recovered")
}
