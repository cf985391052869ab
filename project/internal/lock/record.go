package lock

import (
	"fmt"
	"os"
	"path/filepath"
)

// Record says which file a lock's holder worked on, so that the log that it
// leaves when it is killed is never read into another file of that name. It
// stands in the lock file.
type Record struct {
	Self    uint64 // inode of the lock file: a copy of it says nothing
	File    uint64 // inode of the file
	Size    int64
	Time    int64 // of the last change, in nanoseconds
	Folding bool  // the log was being moved into the file: Size and Time say nothing
}

const recordForm = "\nself %d file %d size %d time %d folding %t\n"

// recordBytes is the length of a lock file that holds a record: one write
// replaces it whole.
const recordBytes = 512

// recordOf describes the file at path as it is now.
func recordOf(path string) (Record, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Record{}, err
	}
	_, inode, err := identity(path)
	return Record{File: inode, Size: info.Size(), Time: info.ModTime().UnixNano()}, err
}

// Bind notes that the holder works on the file at path as it is now. folding
// says that it is about to change by the log being moved into it.
func (l *Lock) Bind(path string, folding bool) error {
	r, err := recordOf(path)
	if err != nil {
		return err
	}
	if _, r.Self, err = identity(l.f.Path()); err != nil {
		return err
	}
	r.Folding = folding
	l.left = &r
	return l.sign()
}

// Left returns what the last holder noted that did not let go of the lock by
// itself; ok is false if there is none.
func (l *Lock) Left() (r Record, ok bool) {
	if l.left == nil {
		return Record{}, false
	}
	return *l.left, true
}

// Matches reports whether the file at path is the one of the record, unchanged
// since. live says that its holder is at work, which may change it.
func (r Record) Matches(path string, live bool) bool {
	now, err := recordOf(path)
	if err != nil {
		return true // what opens the file says so better
	}
	return now.File == r.File && (live || r.Folding || now.Size == r.Size && now.Time == r.Time)
}

// ReadRecord reads the record of the lock of the file at path, which another
// program may hold; ok is false if there is none.
func ReadRecord(path string) (r Record, ok bool) {
	r, err := parseRecord(path + "-lock")
	return r, err == nil
}

func parseRecord(name string) (r Record, err error) {
	_, line, err := read(name)
	if err != nil {
		return r, err
	}
	if _, err := fmt.Sscanf(line, recordForm[1:], &r.Self, &r.File, &r.Size, &r.Time, &r.Folding); err != nil {
		return r, err
	}
	_, self, err := identity(name)
	if err == nil && self != r.Self {
		err = fmt.Errorf("%s is a copy", name)
	}
	return r, err
}

// pointer returns the name of a file, in the user's cache folder, that says
// under which name the file at path is in use: a second hard link to it is the
// same project, and its log lies beside the first. It is "" where there is no
// such folder.
func pointer(path string) string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	device, inode, err := identity(path)
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "masklet", "open", fmt.Sprintf("%d-%d", device, inode))
}

// NameInUse returns the name under which the file at path is in use, or was
// left by a killed program: path itself, or another hard link to it.
func NameInUse(path string) string {
	name := pointer(path)
	if name == "" {
		return path
	}
	other, err := os.ReadFile(name)
	if err != nil || !filepath.IsAbs(string(other)) {
		return path
	}
	a, err := os.Stat(path)
	if err != nil {
		return path
	}
	if b, err := os.Stat(string(other)); err != nil || !os.SameFile(a, b) {
		os.Remove(name)
		return path
	}
	return string(other)
}

// point notes under which name the file is in use. Without a place for that,
// only a second hard link goes unnoticed.
func (l *Lock) point(path string) {
	if l.pointer = pointer(path); l.pointer == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(l.pointer), 0o700); err == nil {
		_ = os.WriteFile(l.pointer, []byte(path), 0o600)
	}
}
