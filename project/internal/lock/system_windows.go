package lock

import (
	"os"

	"golang.org/x/sys/windows"
)

const onWindows = true

// identity returns what makes a file that file, whatever its names.
func identity(path string) (device, inode uint64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(f.Fd()), &info); err != nil {
		return 0, 0, err
	}
	return uint64(info.VolumeSerialNumber), uint64(info.FileIndexHigh)<<32 | uint64(info.FileIndexLow), nil
}

// RemoveIndex removes the index that a reader made of a log. Windows refuses
// while another program has it open.
func (l *Lock) RemoveIndex(name string) { os.Remove(name) }
