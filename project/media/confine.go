package media

import (
	"sync"

	"github.com/masklet/masklet/project/media/container"
	"gocv.io/x/gocv"
)

// opening guards the environment, through which OpenCV takes the options of
// FFmpeg, while a capture is opened.
var opening sync.Mutex

// openSource opens a source in OpenCV. Whatever OPENCV_FFMPEG_CAPTURE_OPTIONS was,
// it names the demuxer and the protocols now.
func openSource(s container.Source) (*gocv.VideoCapture, error) {
	opening.Lock()
	defer opening.Unlock()
	captureOptions("input_format;" + s.Demuxer + "|format_whitelist;" + s.Demuxer + "|protocol_whitelist;" + s.Protocols)
	return gocv.VideoCaptureFileWithAPI(s.View, gocv.VideoCaptureFFmpeg)
}
