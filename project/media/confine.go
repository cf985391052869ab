package media

import (
	"sync"

	"gocv.io/x/gocv"
)

// source is what a decoder opens, and all that it may use for it.
type source struct {
	view      string // a file, or what aviView makes of one
	demuxer   string // FFmpeg's name of the only demuxer
	protocols string // FFmpeg's names of the only protocols
}

// fileSource is a file that is read as it is.
func fileSource(path, demuxer string) source { return source{path, demuxer, "file"} }

// opening guards the environment, through which OpenCV takes the options of
// FFmpeg, while a capture is opened.
var opening sync.Mutex

// open opens the source in OpenCV. Whatever OPENCV_FFMPEG_CAPTURE_OPTIONS was,
// it names the demuxer and the protocols now.
func (s source) open() (*gocv.VideoCapture, error) {
	opening.Lock()
	defer opening.Unlock()
	captureOptions("input_format;" + s.demuxer + "|format_whitelist;" + s.demuxer + "|protocol_whitelist;" + s.protocols)
	return gocv.VideoCaptureFileWithAPI(s.view, gocv.VideoCaptureFFmpeg)
}
