package measure

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// cpuSeconds returns the CPU time that the process used, user and system.
func cpuSeconds() float64 {
	var created, ended, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &created, &ended, &kernel, &user) != nil {
		return 0
	}
	ticks := func(t windows.Filetime) float64 { return float64(uint64(t.HighDateTime)<<32 | uint64(t.LowDateTime)) }
	return (ticks(kernel) + ticks(user)) / 1e7
}

// memoryCounters is PROCESS_MEMORY_COUNTERS.
type memoryCounters struct {
	size, faults               uint32
	peakWorkingSet, workingSet uintptr
	_                          [6]uintptr
}

var processMemoryInfo = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// memory returns zeros where the system does not answer.
func memory() (c memoryCounters) {
	c.size = uint32(unsafe.Sizeof(c))
	if ok, _, _ := processMemoryInfo.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); ok == 0 {
		return memoryCounters{}
	}
	return c
}

// peakRSS returns the largest resident size of the process so far in MB.
func peakRSS() float64 { return round3(float64(memory().peakWorkingSet) / (1 << 20)) }

// residentMB returns the resident size of the process now in MB.
func residentMB() float64 { return round3(float64(memory().workingSet) / (1 << 20)) }
