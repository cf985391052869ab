package measure

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

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
	return round3(float64(u.Maxrss) / 1024)
}

// residentMB returns the resident size of the process now in MB.
func residentMB() float64 {
	data, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(data)
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return 0
	}
	return round3(float64(pages*os.Getpagesize()) / (1 << 20))
}
