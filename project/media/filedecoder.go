package media

import (
	"context"
	"fmt"
	"image"
	"math"
	"os"

	"github.com/masklet/masklet/project/media/container"
	"github.com/masklet/masklet/project/media/frameindex"
)

// maxWalk is how many frames a capture decodes forward rather than seek: a
// seek costs the decoding of about as many.
const maxWalk = 48

// keeper is offered frames that a decoder passes on its way; wants says
// whether a frame is worth the conversion to a picture.
type keeper interface {
	get(i int) (*image.RGBA, bool)
	wants(i int) bool
	put(i int, img *image.RGBA)
}

// decoder gives single frames. It belongs to one goroutine.
type decoder interface {
	// read decodes frame i, which the index must know. If it has to seek it
	// does so to first (first <= i). Frames that are passed are offered to keep.
	read(ctx context.Context, first, i int, keep keeper) (*image.RGBA, error)
	close()
}

// fileDecoder reads single frames of a video file with a capture of its own.
type fileDecoder struct {
	file  videoFile
	index *frameindex.Index
	cap   *capture
	pos   int  // the frame that the next read of cap gives
	exact bool // cap was never moved by a seek: pos was counted from the start
}

func (d *fileDecoder) close() {
	if d.cap != nil {
		d.cap.close()
		d.cap = nil
	}
}

// read implements decoder. It tries, from cheap to dear: to decode on from
// where the capture is, to seek ever farther before the frame, and to read
// the video from its start. Only the last cannot be wrong, so what the others
// give must agree with the index in time and checksum.
func (d *fileDecoder) read(ctx context.Context, first, i int, keep keeper) (*image.RGBA, error) {
	first = max(0, first)
	if d.cap != nil && d.pos <= i && i-d.pos <= maxWalk {
		img, err := d.walk(ctx, i, keep)
		if err != errLost {
			return img, err
		}
	}
	for _, back := range []int{0, 16, 64, 256} {
		if i <= maxWalk || first-back <= 0 {
			break // the start is near
		}
		landed, err := d.seek(first - back)
		if err != nil {
			return nil, err
		}
		if !landed || d.pos > first {
			continue
		}
		img, err := d.walk(ctx, i, keep)
		if err != errLost {
			return img, err
		}
	}
	if i > maxWalk && d.index.Listed(i) {
		return nil, errListed
	}
	return d.fromStart(ctx, i, keep)
}

// fromStart reads the video from its first frame.
func (d *fileDecoder) fromStart(ctx context.Context, i int, keep keeper) (*image.RGBA, error) {
	if !d.exact || d.pos > i {
		if err := d.open(); err != nil {
			return nil, err
		}
	}
	img, err := d.walk(ctx, i, keep)
	if err == errLost && d.index.Listed(i) {
		return nil, errListed
	}
	if err == errLost {
		return nil, fmt.Errorf("%w: %s, frame %d is not where it was", ErrChanged, d.file.path, i)
	}
	return img, err
}

// open starts over with a new capture.
func (d *fileDecoder) open() error {
	d.close()
	if err := d.file.check(); err != nil {
		return err
	}
	c, err := openCapture(d.file.source, d.file.path)
	if err != nil {
		return err
	}
	d.cap, d.pos, d.exact = c, 0, true
	return nil
}

// seek moves to about frame i and finds out where it landed by reading one
// frame. It reports false if that frame is not in the index.
func (d *fileDecoder) seek(i int) (bool, error) {
	if d.cap == nil {
		if err := d.open(); err != nil {
			return false, err
		}
	}
	d.exact = false
	msec, _, _ := d.index.Entry(i)
	// The time of the frame before is asked for: the frame that tells the
	// position should not be the wanted one, which walk is to read.
	d.cap.seek(int(math.Floor(msec/1000*d.file.fps+0.5)) - 1)
	if !d.cap.read() {
		return false, nil
	}
	at := d.index.At(d.cap.msec())
	d.pos = at + 1
	return at >= 0, nil
}

// walk decodes forward to frame i, with pos <= i. It returns errLost as soon
// as a frame is not the one that the index has there.
func (d *fileDecoder) walk(ctx context.Context, i int, keep keeper) (*image.RGBA, error) {
	for ; d.pos < i; d.pos++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := d.pass(keep); err != nil {
			return nil, err
		}
	}
	img, err := d.take()
	if err == nil {
		d.pos++
	}
	return img, err
}

// pass goes over frame pos.
func (d *fileDecoder) pass(keep keeper) error {
	if keep.wants(d.pos) {
		img, err := d.take()
		if err == nil {
			keep.put(d.pos, img)
		}
		return err
	}
	if !d.cap.skip() {
		return errLost
	}
	return d.checkTime()
}

// take reads frame pos and checks it.
func (d *fileDecoder) take() (*image.RGBA, error) {
	if !d.cap.read() {
		return nil, errLost
	}
	if err := d.checkTime(); err != nil {
		return nil, err
	}
	_, want, sure := d.index.Entry(d.pos)
	sum, err := d.cap.sum()
	if err != nil {
		return nil, err
	}
	// A damaged frame may look different each time it is decoded; read from
	// the start, it is the right one all the same.
	if sure && sum != want && !d.exact {
		return nil, errLost
	}
	return d.cap.picture()
}

func (d *fileDecoder) checkTime() error {
	want, _, sure := d.index.Entry(d.pos)
	if got := d.cap.msec(); got != want && (sure || got > 0 || d.pos == 0) {
		return errLost
	}
	return nil // the decoder has no time for the last frames, which a list has
}

// videoFile is what must stay the same about an open file.
type videoFile struct {
	path   string
	source container.Source
	info   os.FileInfo
	fps    float64
	count  int // the header's number of frames, which may be wrong
	// decodeTimes: the container (AVI) says when frames are decoded, not when
	// they are shown, which is later by as many frames as the decoder holds back.
	decodeTimes bool
}

// check reports an error if the file was replaced or written to.
func (f videoFile) check() error {
	now, err := os.Stat(f.path)
	if err != nil {
		return openError(f.path, err)
	}
	if now.Size() != f.info.Size() || !now.ModTime().Equal(f.info.ModTime()) {
		return fmt.Errorf("%w: %s", ErrChanged, f.path)
	}
	return nil
}
