package media

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/media/container"
)

// A play list in disguise names another file. It must not be opened, whatever
// the first bytes claim and whatever the environment asks FFmpeg for.
func TestDisguisedPlayListIsRefused(t *testing.T) {
	private := encode(t, "private.mp4", 30, "-c:v", "libx264", "-pix_fmt", "yuv420p")
	lists := map[string]string{
		"dash": `<MPD type="static" mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">` +
			`<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000" width="64" height="48">` +
			`<BaseURL>file://` + private + `</BaseURL></Representation></AdaptationSet></Period></MPD>`,
		"concat": "ffconcat version 1.0\nfile '" + private + "'\n",
		"hls":    "#EXTM3U\n#EXTINF:1,\n" + private + "\n#EXT-X-ENDLIST\n",
	}
	t.Setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "protocol_whitelist;file,http,tcp,crypto,data,concat,subfile|format_whitelist;ALL|safe;0|allowed_extensions;ALL")
	for name, list := range lists {
		for _, c := range container.Formats {
			head := strings.Repeat(" ", c.Offset) + c.Magic
			path := filepath.Join(t.TempDir(), "clip.mp4")
			for _, text := range []string{head + "\n" + list, list[:min(c.Offset, len(list))] + c.Magic + list} {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				v, err := Open(context.Background(), path, Options{NoIndexFiles: true})
				if err == nil {
					t.Errorf("%s behind %q was opened: %d frames", name, c.Magic, v.Len())
					v.Close()
				} else if !errors.Is(err, ErrNotVideo) && !errors.Is(err, ErrNoFrames) && !errors.Is(err, ErrSize) {
					t.Errorf("%s behind %q: %v", name, c.Magic, err)
				}
			}
		}
	}
}

// The example that was found: it also made the demuxer wait for minutes.
func TestDisguisedDASHExample(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "cases", "safety", "disguised_dash", "clip.mp4")
	if _, err := os.Stat(path); err != nil {
		t.Skip("no shared cases here")
	}
	if _, err := Open(context.Background(), path, Options{NoIndexFiles: true}); !errors.Is(err, ErrNotVideo) {
		t.Errorf("got %v", err)
	}
}

// stuck is a scanner that does not return until it is let go.
type stuck struct {
	scanner
	in, let chan struct{}
}

func (s stuck) next(ctx context.Context, keep keeper) (bool, error) {
	s.in <- struct{}{}
	<-s.let
	return s.scanner.next(ctx, keep)
}

// Whoever waits for a decoder that does not return goes away when the context
// ends, and the video can be closed.
func TestCancelWhileTheDecoderIsStuck(t *testing.T) {
	v, err := Open(context.Background(), clips[0].make(t), Options{NoIndexFiles: true})
	if err != nil {
		t.Fatal(err)
	}
	s := stuck{v.scan, make(chan struct{}), make(chan struct{})}
	v.scan = s
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- v.Index(ctx, nil) }()
	<-s.in
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Index: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	close(s.let)
}
