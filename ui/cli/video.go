package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"masklet/project/media"
)

// openVideo opens a video or frame folder and reads its index, printing the
// progress about once a second.
func openVideo(ctx context.Context, path string, out io.Writer) (*media.Video, error) {
	v, err := media.Open(ctx, path, media.Options{})
	if err != nil {
		return nil, err
	}
	start, last := time.Now(), time.Time{}
	err = v.Index(ctx, func(done, estimate int) {
		now := time.Now()
		if out == nil || now.Sub(last) < lineInterval {
			return
		}
		last = now
		fmt.Fprintf(out, "Reading the video: %d of about %d frames (%.0f fps)\n", done, max(done, estimate),
			float64(done)/max(0.001, now.Sub(start).Seconds()))
	})
	if err != nil {
		_ = v.Close()
		return nil, err
	}
	if promised, truncated := v.Promised(); truncated && out != nil {
		fmt.Fprintf(out, "Note: %s ends early: %d of %d frames can be read\n", path, v.Len(), promised)
	}
	return v, nil
}
