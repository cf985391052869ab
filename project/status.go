package project

// State says whether the work is safe.
type State string

// The states.
const (
	Saved   State = "saved"   // everything is committed
	Saving  State = "saving"  // something waits for the writer, which is at it
	Failing State = "failing" // the last attempt failed; work is kept in memory
)

// Status is what a window shows about saving.
type Status struct {
	State     State
	Err       error // while failing: wraps ErrDiskFull, ErrReadOnly, ErrRemoved, ... where that is the reason
	Committed int64 // changes committed since the project was made
	Unsaved   int   // changes that wait in memory
	// UnsavedBytes is roughly what the waiting changes take in memory. Nothing
	// is ever dropped: when it grows beyond what the machine can hold, it is
	// for the caller to pause a propagation.
	UnsavedBytes int64
}

// Reason returns the plain line for a banner, "" unless saving fails.
func (s Status) Reason() string {
	if s.State != Failing || s.Err == nil {
		return ""
	}
	return s.Err.Error()
}
