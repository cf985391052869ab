package inference

import (
	"fmt"
	"strconv"
	"strings"
)

// WithEnv returns s with the defaults that deployments of other SAM 2 programs
// set in the environment: SAM2_MEMORY_BANK_SIZE and SAM2_MAX_MEM_FRAMES (memory
// frames; the smaller counts), SAM2_DISABLE_POSTPROC (no hole filling),
// SAM2_QUANTIZE (cached features at half precision: the weights stay as they
// are) and MAX_VIDEO_FRAMES. Values out of range are errors that wrap ErrUsage
// and name the variable.
func (s Settings) WithEnv(getenv func(string) string) (Settings, error) {
	number := func(name string, low, high int, set func(int)) error {
		v := strings.TrimSpace(getenv(name))
		if v == "" {
			return nil
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > high {
			return fmt.Errorf("%w: %s=%q is not a number from %d to %d", ErrUsage, name, v, low, high)
		}
		set(n)
		return nil
	}
	flag := func(name string, set func(bool)) error {
		v := strings.TrimSpace(getenv(name))
		if v == "" {
			return nil
		}
		on, err := strconv.ParseBool(strings.ToLower(v))
		if err != nil {
			return fmt.Errorf("%w: %s=%q is neither 0 nor 1", ErrUsage, name, v)
		}
		set(on)
		return nil
	}
	for _, err := range []error{
		number("SAM2_MEMORY_BANK_SIZE", 1, 7, func(n int) { s.MemoryFrames = n }),
		number("SAM2_MAX_MEM_FRAMES", 1, 7, func(n int) { s.MemoryFrames = min(s.MemoryFrames, n) }),
		number("MAX_VIDEO_FRAMES", 1, 1<<30, func(n int) { s.MaxFrames = n }),
		flag("SAM2_DISABLE_POSTPROC", func(on bool) { s.FillHoles = s.FillHoles && !on }),
		flag("SAM2_QUANTIZE", func(on bool) { s.HalfCache = on }),
	} {
		if err != nil {
			return Settings{}, err
		}
	}
	return s, nil
}

// ModelFromEnv returns the model that SAM2_MODEL_SIZE asks for as the start of
// an engine name ("sam2.1-tiny"), or "" where it is not set.
func ModelFromEnv(getenv func(string) string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(getenv("SAM2_MODEL_SIZE")))
	switch v {
	case "":
		return "", nil
	case "tiny", "small", "large":
		return "sam2.1-" + v, nil
	case "base", "base_plus", "base-plus", "base+", "b+":
		return "sam2.1-base-plus", nil
	}
	return "", fmt.Errorf("%w: SAM2_MODEL_SIZE=%q is none of tiny, small, base_plus, large", ErrUsage, v)
}

// Validate reports the first setting that is out of its range; the error wraps
// ErrUsage.
func (s Settings) Validate() error {
	for _, c := range []struct {
		name          string
		value, lo, hi int
	}{
		{"memory frames", s.MemoryFrames, 1, 7},
		{"pointers", s.Pointers, 0, 16},
		{"threads", s.Threads, 1, 1024},
		{"frames at most", s.MaxFrames, 0, 1 << 30},
		{"stride", s.Stride, 0, MaxStride},
	} {
		if c.value < c.lo || c.value > c.hi {
			return fmt.Errorf("%w: %s: %d is not from %d to %d", ErrUsage, c.name, c.value, c.lo, c.hi)
		}
	}
	if s.StrictParity && s.Stride > 1 {
		return fmt.Errorf("%w: stride %d with strict parity: the reference tracks every frame", ErrUsage, s.Stride)
	}
	return nil
}
