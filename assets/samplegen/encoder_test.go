package samplegen

import (
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
)

// encoder pipes frames to ffmpeg.
type encoder struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// startEncoder encodes to H.264 with B-frames and few keyframes, as cameras
// and phones do.
func startEncoder(path string) (*encoder, error) {
	cmd := exec.Command("ffmpeg", "-v", "error", "-y", "-nostdin",
		"-f", "rawvideo", "-pix_fmt", "rgba", "-s", fmt.Sprintf("%dx%d", width, height), "-r", fmt.Sprint(fps), "-i", "-",
		"-c:v", "libx264", "-preset", "slow", "-crf", "25", "-g", "48", "-pix_fmt", "yuv420p",
		"-threads", "1", "-bitexact", "-movflags", "+faststart", path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start ffmpeg, which encodes the clip: %w", err)
	}
	return &encoder{cmd, in}, nil
}

func (e *encoder) write(img *image.RGBA) error {
	_, err := e.in.Write(img.Pix)
	return err
}

func (e *encoder) close() error {
	if err := e.in.Close(); err != nil {
		return err
	}
	return e.cmd.Wait()
}
