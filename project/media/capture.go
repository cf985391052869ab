package media

import (
	"fmt"
	"hash/crc32"
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/media/container"
	"gocv.io/x/gocv"
)

// Properties of cv::VideoCapture that gocv 0.31 has no names for.
// Source: OpenCV 4.6 modules/videoio/include/opencv2/videoio.hpp.
const (
	propOrientation     gocv.VideoCaptureProperties = 48
	propOrientationAuto gocv.VideoCaptureProperties = 49
	propSampleWidth     gocv.VideoCaptureProperties = 40
	propSampleHeight    gocv.VideoCaptureProperties = 41
)

const (
	// retries is how many reads in a row may fail before the end of the video
	// is believed: a damaged packet fails one read, those after it may be good.
	retries = 64
	// maxPixels bounds the size of one frame (16K by 8K).
	maxPixels = 1 << 27
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// capture is one open video. It belongs to one goroutine at a time.
type capture struct {
	vc      *gocv.VideoCapture
	bgr     gocv.Mat // as decoded
	turned  gocv.Mat
	rgba    gocv.Mat
	flipped gocv.Mat
	upright container.Upright // how bgr is brought into display orientation
	tilted  bool              // the file asks for a turn that is no multiple of 90 degrees
}

// openCapture opens a local file with OpenCV's FFmpeg backend. path is what to
// call it.
func openCapture(s container.Source, path string) (*capture, error) {
	quiet()
	vc, err := openSource(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be opened; it is damaged, cut off, or of an unknown codec", ErrNotVideo, path)
	}
	c := &capture{vc: vc, bgr: gocv.NewMat(), turned: gocv.NewMat(), flipped: gocv.NewMat(), rgba: gocv.NewMat()}
	// OpenCV 4.6 turns 90 and 270 degrees the wrong way round (it takes the
	// counter-clockwise angle of the display matrix for a clockwise one), so
	// its own turning is switched off and done here.
	vc.Set(propOrientationAuto, 0)
	c.orient(path)
	if w, h := c.size(); w < 0 || h < 0 || w > annotate.MaxSide || h > annotate.MaxSide || w*h > maxPixels {
		c.close()
		return nil, fmt.Errorf("%w: %s claims %dx%d pixels", ErrSize, path, w, h)
	}
	return c, nil
}

func (c *capture) close() {
	c.vc.Close()
	c.bgr.Close()
	c.turned.Close()
	c.flipped.Close()
	c.rgba.Close()
}

// orient finds out how pictures are to be shown. Of mp4 and mov files the display
// matrix is read here: OpenCV takes a mirrored one for a turn. A turn by another
// angle than a multiple of 90 degrees is not made.
func (c *capture) orient(path string) {
	if track, ok := container.ReadTracks(path).Shown(); ok {
		u, square := track.Upright()
		c.upright, c.tilted = u, !square
		return
	}
	turn := ((360-int(c.vc.Get(propOrientation)))%360 + 360) % 360
	if c.tilted = turn%90 != 0; !c.tilted {
		c.upright.Turn = turn
	}
}

// size returns what the header says, before turning.
func (c *capture) size() (w, h int) {
	return int(c.vc.Get(gocv.VideoCaptureFrameWidth)), int(c.vc.Get(gocv.VideoCaptureFrameHeight))
}

// aspect returns width by height of one pixel in display orientation, 1 if it
// is not known.
func (c *capture) aspect() float64 {
	w, h := c.vc.Get(propSampleWidth), c.vc.Get(propSampleHeight)
	if !(w > 0 && h > 0 && w/h > 0.1 && w/h < 10) {
		return 1
	}
	if c.upright.Turn%180 != 0 {
		return h / w
	}
	return w / h
}

func (c *capture) fps() float64    { return c.vc.Get(gocv.VideoCaptureFPS) }
func (c *capture) count() int      { return int(c.vc.Get(gocv.VideoCaptureFrameCount)) }
func (c *capture) msec() float64   { return c.vc.Get(gocv.VideoCapturePosMsec) }
func (c *capture) passed() float64 { return c.vc.Get(gocv.VideoCapturePosFrames) }

// seek moves to about frame n of a video of constant rate; where it really
// landed shows only after the next read.
func (c *capture) seek(n int) { c.vc.Set(gocv.VideoCapturePosFrames, float64(n)) }

// read decodes the next frame into c.bgr.
func (c *capture) read() bool {
	for range retries {
		if c.vc.Read(&c.bgr) && !c.bgr.Empty() {
			return c.bgr.Type() == gocv.MatTypeCV8UC3 && c.bgr.IsContinuous()
		}
	}
	return false
}

// skip decodes the next frame without converting it to a picture.
func (c *capture) skip() bool {
	for range retries {
		before := c.passed()
		c.vc.Grab(1)
		if c.passed() > before {
			return true
		}
	}
	return false
}

// sum returns the checksum of the frame that was read last.
func (c *capture) sum() (uint32, error) {
	pix, err := c.bgr.DataPtrUint8()
	if err != nil {
		return 0, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	return crc32.Checksum(pix, castagnoli), nil
}

// bounds returns the size of the frame that was read last.
func (c *capture) bounds() (w, h int) { return c.bgr.Cols(), c.bgr.Rows() }

// picture copies the frame that was read last.
func (c *capture) picture() (*image.RGBA, error) {
	turns := map[int]gocv.RotateFlag{90: gocv.Rotate90Clockwise, 180: gocv.Rotate180Clockwise, 270: gocv.Rotate90CounterClockwise}
	from := &c.bgr
	if c.upright.Mirror {
		gocv.Flip(*from, &c.flipped, 1)
		from = &c.flipped
	}
	if flag, turned := turns[c.upright.Turn]; turned {
		gocv.Rotate(*from, &c.turned, flag)
		from = &c.turned
	}
	return toRGBA(*from, &c.rgba)
}

// toRGBA converts an 8-bit BGR Mat; tmp is scratch space.
func toRGBA(bgr gocv.Mat, tmp *gocv.Mat) (*image.RGBA, error) {
	if bgr.Empty() || bgr.Type() != gocv.MatTypeCV8UC3 {
		return nil, fmt.Errorf("%w: the decoder gave no 8-bit colour picture", ErrFrame)
	}
	gocv.CvtColor(bgr, tmp, gocv.ColorBGRToRGBA)
	pix, err := tmp.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrFrame, err)
	}
	img := image.NewRGBA(image.Rect(0, 0, bgr.Cols(), bgr.Rows()))
	if len(pix) != len(img.Pix) {
		return nil, fmt.Errorf("%w: %d bytes for %v", ErrFrame, len(pix), img.Rect.Size())
	}
	copy(img.Pix, pix)
	return img, nil
}
