//go:build unix

package measure

import "golang.org/x/sys/unix"

// cpuSeconds returns the CPU time that the process used, user and system.
func cpuSeconds() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// peakRSS returns the largest resident size of the process so far in MB.
func peakRSS() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return round3(float64(u.Maxrss) * maxRSSUnit / (1 << 20))
}
