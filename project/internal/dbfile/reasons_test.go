package dbfile

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	sqlite3 "github.com/mattn/go-sqlite3"
)

func TestReasons(t *testing.T) {
	sql := func(code sqlite3.ErrNo, errno syscall.Errno) error {
		return fmt.Errorf("while saving: %w", sqlite3.Error{Code: code, SystemErrno: errno})
	}
	for _, c := range []struct {
		err, want error
	}{
		{sql(sqlite3.ErrFull, 0), ErrDiskFull},
		{sql(sqlite3.ErrIoErr, syscall.ENOSPC), ErrDiskFull},
		{sql(sqlite3.ErrReadonly, 0), ErrReadOnly},
		{sql(sqlite3.ErrCantOpen, syscall.EACCES), ErrReadOnly},
		{sql(sqlite3.ErrIoErr, syscall.EROFS), ErrReadOnly},
		{sql(sqlite3.ErrCorrupt, 0), ErrDamaged},
		{sql(sqlite3.ErrNotADB, 0), ErrDamaged},
		{&os.PathError{Op: "open", Path: "x", Err: syscall.ENOSPC}, ErrDiskFull},
		{&os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}, ErrReadOnly},
		{&os.PathError{Op: "open", Path: "x", Err: syscall.EROFS}, ErrReadOnly},
		{fmt.Errorf("%w: x", ErrRemoved), ErrRemoved},
	} {
		got := Reason(c.err)
		if !errors.Is(got, c.want) || !errors.Is(got, c.err) {
			t.Errorf("%v gives %v, want %v", c.err, got, c.want)
		}
	}
	other := sql(sqlite3.ErrBusy, 0)
	if got := Reason(other); got != other {
		t.Errorf("a busy file became %v", got)
	}
}
