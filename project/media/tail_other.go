//go:build !linux

package media

// packetTimes is for systems whose OpenCV comes without FFmpeg's headers.
func packetTimes(source, float64) []float64 { return nil }
