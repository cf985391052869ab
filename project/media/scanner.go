package media

import (
	"github.com/masklet/masklet/project/media/frameindex"

	"context"
	"fmt"
)

// scanner reads a video once from its start and fills the index.
type scanner interface {
	// next reads one more frame into the index; it reports false at the end.
	// Passed frames are offered to keep.
	next(ctx context.Context, keep keeper) (bool, error)
	// estimate returns the expected number of frames.
	estimate() int
	// shown returns the presentation times of all frames from those that next
	// found, in milliseconds.
	shown(raw []float64) []float64
	close()
}

// How far the watch on sizes reads ahead of the decoder: a frame is made of up
// to two packets, of which a decoder may drop some and hold others back.
const (
	watchStart = 256 // packets
	watchStep  = 4   // packets per frame
)

// fileScanner scans a video file.
type fileScanner struct {
	file  videoFile
	index *frameindex.Index
	cap   *capture
	w, h  int
	sizes sizeWatch

	waypoints *waypoints
}

func (s *fileScanner) estimate() int { return s.file.count }

func (s *fileScanner) shown(raw []float64) []float64 {
	out := frameindex.Shown(raw, func(after float64) []float64 { return packetTimes(s.file.source, after) })
	if s.file.decodeTimes {
		first := out[0]
		for i := range out {
			out[i] -= first
		}
	}
	return out
}

func (s *fileScanner) close() {
	if s.cap != nil {
		s.cap.close()
		s.cap = nil
	}
	s.sizes.close()
}

// watch reports pictures of another size that the decoder is about to meet. It
// begins after the first frame, which is shown before anything else is done.
func (s *fileScanner) watch(n int) error {
	packets := watchStep
	switch n {
	case 0:
		return nil
	case 1:
		s.sizes = watchSizes(s.file.source)
		packets = watchStart
	}
	if from, to, changed := s.sizes.ahead(packets); changed {
		return fmt.Errorf("%w: the pictures change from %dx%d to %dx%d pixels on the way; convert the video to one size first",
			ErrSize, from.X, from.Y, to.X, to.Y)
	}
	return nil
}

// next implements scanner.
func (s *fileScanner) next(_ context.Context, keep keeper) (bool, error) {
	n := s.index.Len()
	if err := s.watch(n); err != nil {
		return false, err
	}
	if s.cap == nil || !s.cap.read() {
		return false, nil
	}
	if w, h := s.cap.bounds(); n == 0 {
		s.w, s.h = w, h
	} else if w != s.w || h != s.h {
		return false, fmt.Errorf("%w: frame %d of %s is %dx%d, the frames before it are %dx%d",
			ErrSize, n, s.file.path, w, h, s.w, s.h)
	}
	msec := s.cap.msec()
	sum, err := s.cap.sum()
	if err != nil {
		return false, err
	}
	kept, marked := keep.wants(n), s.waypoints.wants(n)
	if kept || marked {
		img, err := s.cap.picture()
		if err != nil {
			return false, err
		}
		if kept {
			keep.put(n, img)
		}
		if marked {
			s.waypoints.add(n, img)
		}
	}
	s.index.Add(msec, sum)
	return true, nil
}

// folderScanner decodes every picture of a folder once, so that a broken one
// is found before hours of work and not after.
type folderScanner struct {
	folder *folder
	index  *frameindex.Index
	dec    *folderDecoder

	waypoints *waypoints
}

func (s *folderScanner) estimate() int { return len(s.folder.files) }

func (s *folderScanner) shown(raw []float64) []float64 { return raw }

func (s *folderScanner) close() { s.dec.close() }

// next implements scanner.
func (s *folderScanner) next(ctx context.Context, keep keeper) (bool, error) {
	n := s.index.Len()
	if n == len(s.folder.files) {
		return false, nil
	}
	img, err := s.dec.read(ctx, n, n, keep)
	if err != nil {
		return false, err
	}
	if keep.wants(n) {
		keep.put(n, img)
	}
	if s.waypoints.wants(n) {
		s.waypoints.add(n, img)
	}
	s.index.Add(1000*float64(n)/s.folder.fps, 0)
	return true, nil
}
