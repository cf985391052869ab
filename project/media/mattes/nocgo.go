//go:build !cgo

package mattes

import (
	"fmt"
	"image"
)

// Writer writes one matte. It belongs to one goroutine.
type Writer struct{}

// Check returns ErrCodec where a kind cannot be written.
func (k Kind) Check() error {
	return fmt.Errorf("%s %w: this build was made without FFmpeg", k, ErrCodec)
}

// Create creates the file of a matte of w by h pixels with a frame at each of
// the times, in seconds.
func Create(_ string, k Kind, _, _ int, times []float64) (*Writer, error) {
	if _, _, err := ticks(times); err != nil {
		return nil, err
	}
	return nil, k.Check()
}

// Write adds the next frame.
func (*Writer) Write(*image.RGBA, []uint8) error { return ErrCodec }

// Close ends the file.
func (*Writer) Close() error { return ErrCodec }

// Discard frees what Close would.
func (*Writer) Discard() {}

// Reader reads the alpha of a matte. It belongs to one goroutine.
type Reader struct{ W, H int }

// Open opens a video that holds alpha, or grey pictures.
func Open(path string) (*Reader, error) {
	return nil, fmt.Errorf("%s %w: this build was made without FFmpeg", path, ErrVideo)
}

// OpenAny is Open for any video: of one without alpha the lightness is read.
func OpenAny(path string) (*Reader, error) { return Open(path) }

// Next decodes the next frame into alpha.
func (*Reader) Next([]uint8) (seconds float64, ok bool, err error) { return 0, false, ErrVideo }

// Close frees the decoder.
func (*Reader) Close() {}
