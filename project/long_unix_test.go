//go:build unix

package project

import (
	"os"
	"syscall"
	"testing"
	"time"
)

// TestLongVideoOpensInTwoSeconds is the promise for 20,000 frames with five
// objects, history of the whole propagation included. The file must grow by little more than the
// masks. What counts is the processor time of all threads together, since other
// programs may be at work on the machine.
func TestLongVideoOpensInTwoSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes several seconds to make the project")
	}
	p, rle := makeLong(t, longFrames)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	best, busy := time.Hour, time.Hour
	for range 3 {
		start, used := time.Now(), processorTime(t)
		openLong(t, p.Path())
		best, busy = min(best, time.Since(start)), min(busy, processorTime(t)-used)
	}
	perMask := float64(info.Size()-rle) / (longFrames * longObjects)
	t.Logf("opened in %.2f s (%.2f s of processor time); %.1f MB of masks in a file of %.1f MB: %.0f bytes a mask beside its run lengths",
		best.Seconds(), busy.Seconds(), float64(rle)/1e6, float64(info.Size())/1e6, perMask)
	if min(best, busy) > 2*time.Second {
		t.Errorf("opened in %v, with %v of processor time", best, busy)
	}
	if perMask > 150 {
		t.Errorf("a mask takes %.0f bytes beside its run lengths", perMask)
	}
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
