package measure

import (
	"bytes"
	"os"
	"strconv"
)

// maxRSSUnit is what Getrusage counts resident memory in, in bytes.
const maxRSSUnit = 1 << 10

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
