//go:build !linux

package media

import "github.com/masklet/masklet/project/media/container"

// packetTimes is for systems whose OpenCV comes without FFmpeg's headers.
func packetTimes(container.Source, float64) []float64 { return nil }
