package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Interruptible returns the context of the whole program: it ends when the
// program is asked to stop, by the user (Ctrl+C), by the system, or because the
// terminal was closed, so that what is finished can still be written. Under
// nohup a closed terminal changes nothing. A reader of the output that goes
// away (masklet track ... | head) does not end the program either: the results
// are files.
func Interruptible() (context.Context, context.CancelFunc) {
	signal.Ignore(syscall.SIGPIPE)
	stops := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		stops = append(stops, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), stops...)
}
