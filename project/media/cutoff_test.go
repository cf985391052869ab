package media

import (
	"os"
	"path/filepath"
	"testing"
)

// Only a file that ends before its container says so is cut off: one whose
// header counts frames that were edited out, or whose sound is longer, is not.
func TestCutOff(t *testing.T) {
	dir := t.TempDir()
	base := x264("base.mp4", 60, "-bf", "2", "-g", "20", "-movflags", "+faststart").make(t)
	sound := []string{"-f", "lavfi", "-i", "sine=duration=4"}
	for name, args := range map[string][]string{
		"plain.mp4":    {"-i", base, "-c", "copy", "-movflags", "+faststart"},
		"fragment.mp4": {"-i", base, "-c", "copy", "-movflags", "frag_keyframe+empty_moov"},
		"edited.mov":   {"-ss", "0.8", "-i", base, "-c", "copy", "-movflags", "+faststart"},
		"sound.mkv":    append([]string{"-i", base}, append(sound, "-c:v", "copy", "-c:a", "aac")...),
		"late.mkv":     {"-i", base, "-c", "copy", "-output_ts_offset", "60"},
		"plain.avi":    {"-i", base, "-c:v", "mpeg4"},
	} {
		path := filepath.Join(dir, name)
		ffmpeg(t, append(args, path)...)
		v := indexed(t, path, Options{})
		if promised, cut := v.Promised(); cut {
			t.Errorf("%s: %d of %d frames, and taken for cut off", name, v.Len(), promised)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data[:len(data)*3/4], 0o644); err != nil {
			t.Fatal(err)
		}
		v = indexed(t, path, Options{})
		if promised, cut := v.Promised(); !cut {
			t.Errorf("%s: that it is cut off was not noticed (%d of %d frames)", name, v.Len(), promised)
		}
	}
}
