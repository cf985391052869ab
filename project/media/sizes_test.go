package media

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A recording whose pictures change their size on the way, as those of a
// browser or a turned phone do, is refused: OpenCV would read beyond the
// smaller pictures, which ends the process.
func TestSizeThatChanges(t *testing.T) {
	dir := t.TempDir()
	part := func(name, size, codec string) []byte {
		path := filepath.Join(dir, name)
		ffmpeg(t, "-f", "lavfi", "-i", "testsrc2=size="+size+":rate=30:duration=1", "-c:v", codec, "-pix_fmt", "yuv420p", path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, codec := range []string{"libx264", "mpeg2video"} {
		large, small := part("large.ts", "256x144", codec), part("small.ts", "128x96", codec)
		for _, parts := range [][2][]byte{{large, small}, {small, large}} {
			path := filepath.Join(dir, "joined.ts")
			if err := os.WriteFile(path, append(append([]byte{}, parts[0]...), parts[1]...), 0o644); err != nil {
				t.Fatal(err)
			}
			v := open(t, path, Options{})
			if img, err := v.Frame(context.Background(), 0); err != nil || img.Rect.Empty() {
				t.Fatalf("%s: the first frame: %v", codec, err)
			}
			err := v.Index(context.Background(), nil)
			if !errors.Is(err, ErrSize) || !strings.Contains(err.Error(), "joined.ts") || !strings.Contains(err.Error(), "128x96") {
				t.Fatalf("%s: error %v", codec, err)
			}
		}
	}
}
