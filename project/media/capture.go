package media

import (
	"fmt"
	"hash/crc32"
	"image"

	"github.com/masklet/masklet/annotate"
	"gocv.io/x/gocv"
)

// Properties of cv::VideoCapture that gocv 0.31 has no names for.
// Source: OpenCV 4.6 modules/videoio/include/opencv2/videoio.hpp.
const (
	propOrientation     gocv.VideoCaptureProperties = 48
	propOrientationAuto gocv.VideoCaptureProperties = 49
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
	upright gocv.Mat
	rgba    gocv.Mat
	turn    int // degrees clockwise from bgr to upright
}

// openCapture opens a local file with OpenCV's FFmpeg backend. path is what to
// call it.
func openCapture(s source, path string) (*capture, error) {
	quiet()
	vc, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be opened; it is damaged, cut off, or of an unknown codec", ErrNotVideo, path)
	}
	c := &capture{vc: vc, bgr: gocv.NewMat(), upright: gocv.NewMat(), rgba: gocv.NewMat()}
	// OpenCV 4.6 turns 90 and 270 degrees the wrong way round (it takes the
	// counter-clockwise angle of the display matrix for a clockwise one), so
	// its own turning is switched off and done here.
	vc.Set(propOrientationAuto, 0)
	c.turn = ((360-int(vc.Get(propOrientation)))%360 + 360) % 360
	if w, h := c.size(); w < 0 || h < 0 || w > annotate.MaxSide || h > annotate.MaxSide || w*h > maxPixels {
		c.close()
		return nil, fmt.Errorf("%w: %s claims %dx%d pixels", ErrSize, path, w, h)
	}
	return c, nil
}

func (c *capture) close() {
	c.vc.Close()
	c.bgr.Close()
	c.upright.Close()
	c.rgba.Close()
}

// size returns what the header says, before turning.
func (c *capture) size() (w, h int) {
	return int(c.vc.Get(gocv.VideoCaptureFrameWidth)), int(c.vc.Get(gocv.VideoCaptureFrameHeight))
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
	flag, turned := turns[c.turn]
	if !turned {
		return toRGBA(c.bgr, &c.rgba)
	}
	gocv.Rotate(c.bgr, &c.upright, flag)
	return toRGBA(c.upright, &c.rgba)
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
