package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// ffprobeTimes returns the presentation times of all frames as ffprobe decodes
// them, in seconds from the start of the stream.
func ffprobeTimes(t *testing.T, path string) []float64 {
	t.Helper()
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed")
	}
	out, err := exec.Command("ffprobe", "-v", "quiet", "-select_streams", "v:0",
		"-show_entries", "stream=start_time:frame=best_effort_timestamp_time", "-of", "default=nw=1", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var times []float64
	start := 0.0
	for _, line := range strings.Fields(string(out)) {
		key, value, _ := strings.Cut(line, "=")
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatalf("ffprobe says %q", line)
		}
		if key == "start_time" {
			start = v
		} else {
			times = append(times, v)
		}
	}
	for i := range times {
		times[i] -= start
	}
	return times
}

// The times are those of an independent reader, also where frames are not
// evenly spaced.
func TestTimestamps(t *testing.T) {
	for _, name := range []string{"vfr.mp4", "vfr.mkv", "bframes.mp4", "cut-in.mp4", "vp9.webm"} {
		i := slicesIndex(clips, func(c clip) bool { return c.name == name })
		path := clips[i].make(t)
		v := indexed(t, path, Options{})
		want := ffprobeTimes(t, path)
		got := v.Timestamps()
		if len(got) != len(want) {
			t.Fatalf("%s: %d frames, ffprobe finds %d", name, len(got), len(want))
		}
		for f := range got {
			if math.Abs(got[f]-want[f]) > 0.0011 { // Matroska counts in milliseconds
				t.Fatalf("%s: frame %d is at %g s, ffprobe says %g", name, f, got[f], want[f])
			}
		}
		if v.Timestamp(5) != got[5] || v.Timestamp(-1) != 0 || v.Timestamp(1e6) != 0 {
			t.Errorf("%s: Timestamp disagrees with Timestamps", name)
		}
	}
}

// AVI has no presentation times. The first frame is at 0 all the same, also
// where the decoder holds frames back to reorder them.
func TestTimestampsOfAVI(t *testing.T) {
	for _, args := range [][]string{
		{"-c:v", "mpeg4", "-bf", "2", "-g", "40"},
		{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "3"},
	} {
		v := indexed(t, encode(t, "b.avi", 60, args...), Options{})
		if v.Len() != 60 {
			t.Fatalf("%v: %d frames", args, v.Len())
		}
		for i, s := range v.Timestamps() {
			if math.Abs(s-float64(i)/30) > 1e-6 {
				t.Fatalf("%v: frame %d is at %g s", args, i, s)
			}
		}
	}
}

func slicesIndex[T any](list []T, is func(T) bool) int {
	for i, v := range list {
		if is(v) {
			return i
		}
	}
	panic("not there")
}

// setRotation writes a display matrix for the angle into the track header of
// an mp4 file: what a phone that is held upright does.
func setRotation(t *testing.T, path string, degrees int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("tkhd"))
	// Version 0: the matrix starts 40 bytes into the box's data.
	matrix := data[at+4+40:]
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	for i, v := range []float64{cos, sin, 0, -sin, cos, 0, 0, 0, 1} {
		scale := 65536.0
		if i%3 == 2 {
			scale = 1 << 30
		}
		binary.BigEndian.PutUint32(matrix[4*i:], uint32(int32(math.Round(v*scale))))
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Frames come upright, as ffmpeg and every player show them.
func TestRotation(t *testing.T) {
	for _, degrees := range []int{0, 90, 180, 270} {
		path := x264("r.mp4", 20, "-bf", "0", "-crf", "10").make(t)
		setRotation(t, path, degrees)
		v := indexed(t, path, Options{})
		w, h := clipW, clipH
		if degrees%180 == 90 {
			w, h = h, w
		}
		if gw, gh := v.Size(); gw != w || gh != h || v.Rotation() != degrees {
			t.Fatalf("%d degrees: size %dx%d, rotation %d", degrees, gw, gh, v.Rotation())
		}
		raw := filepath.Join(t.TempDir(), "upright.rgba")
		ffmpeg(t, "-i", path, "-vf", "select=eq(n\\,13)", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgba", raw)
		want, err := os.ReadFile(raw)
		if err != nil {
			t.Fatal(err)
		}
		img, err := v.Frame(context.Background(), 13)
		if err != nil {
			t.Fatal(err)
		}
		if d := meanDifference(img.Pix, want); d > 3 {
			t.Errorf("%d degrees: differs from ffmpeg's upright frame by %.1f levels", degrees, d)
		}
	}
}

// meanDifference tells the same picture through two colour converters (about
// one level) from another picture.
func meanDifference(a, b []byte) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	sum := 0
	for i := range a {
		sum += distance(int(a[i]), int(b[i]))
	}
	return float64(sum) / float64(len(a))
}

// An AVI header may claim more frames than there are, or fewer; the decoder
// would stop at the fewer.
func TestHeaderThatLies(t *testing.T) {
	for _, claim := range []uint32{40, 300, 0} {
		t.Run(fmt.Sprint(claim), func(t *testing.T) {
			path := encode(t, "lie.avi", 120, "-c:v", "mpeg4", "-q:v", "3", "-g", "30")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			length := bytes.Index(data, []byte("strh")) + 8 + 32 // dwLength of the only stream
			binary.LittleEndian.PutUint32(data[length:], claim)
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			v := indexed(t, path, Options{CacheBytes: 4 * clipW * clipH * 4})
			if v.Len() != 120 {
				t.Fatalf("%d frames, want 120", v.Len())
			}
			for _, i := range []int{119, 60, 118, 41, 40, 0} {
				img, err := v.Frame(context.Background(), i)
				if err != nil {
					t.Fatal(err)
				}
				if got := frameNumber(img); got != i {
					t.Errorf("frame %d shows %d", i, got)
				}
			}
			if promised, truncated := v.Promised(); promised != int(claim) || truncated {
				t.Errorf("promised %d, truncated %v", promised, truncated)
			}
		})
	}
}

// A recording that was cut off works up to the cut, also if a packet is half
// there.
func TestTruncated(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
	}{
		{"cut.mp4", []string{"-bf", "2", "-g", "30", "-movflags", "+faststart"}},
		{"cut.mkv", []string{"-bf", "2", "-g", "30"}},
	} {
		whole := x264(c.name, 150, c.args...).make(t)
		data, err := os.ReadFile(whole)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, data[:len(data)*2/3], 0o644); err != nil {
			t.Fatal(err)
		}
		v := indexed(t, path, Options{CacheBytes: 4 * clipW * clipH * 4})
		n := v.Len()
		if n < 60 || n > 130 {
			t.Fatalf("%s: %d of 150 frames", c.name, n)
		}
		if probe := len(ffprobeTimes(t, path)); distance(probe, n) > 2 {
			t.Errorf("%s: %d frames, ffprobe finds %d", c.name, n, probe)
		}
		if _, truncated := v.Promised(); !truncated && c.name == "cut.mp4" {
			t.Errorf("%s: not noticed", c.name)
		}
		for _, i := range []int{n - 5, 3, n - 10, n - 1} {
			img, err := v.Frame(context.Background(), i)
			if err != nil {
				t.Fatalf("%s: frame %d: %v", c.name, i, err)
			}
			if got := frameNumber(img); i < n-4 && got != i {
				t.Errorf("%s: frame %d shows %d", c.name, i, got)
			}
		}
		if _, err := v.Frame(context.Background(), n); !errors.Is(err, ErrRange) {
			t.Errorf("%s: beyond the end: %v", c.name, err)
		}
	}
}

func TestOddAndTinyVideos(t *testing.T) {
	for _, size := range []string{"1x1", "3x2", "65x33"} {
		path := filepath.Join(t.TempDir(), "odd.avi")
		ffmpeg(t, "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=1", "-vf", "scale="+strings.Replace(size, "x", ":", 1), "-c:v", "rawvideo", "-pix_fmt", "bgr24", path)
		v := indexed(t, path, Options{})
		w, h := v.Size()
		if got := fmt.Sprintf("%dx%d", w, h); got != size || v.Len() != 10 {
			t.Errorf("%s: %s, %d frames", size, got, v.Len())
		}
		img, err := v.Frame(context.Background(), 9)
		if err != nil || img.Rect != image.Rect(0, 0, w, h) || img.Stride != 4*w {
			t.Errorf("%s: %v", size, err)
		}
	}
}

// Frames of 8K take 133 MB each: more than one does not fit the cache, and
// they must come all the same.
func TestHugeFrames(t *testing.T) {
	if testing.Short() {
		t.Skip("encodes and decodes 8K frames")
	}
	path := filepath.Join(t.TempDir(), "8k.mp4")
	ffmpeg(t, "-f", "lavfi", "-i", "color=c=0x804020:size=7680x4320:rate=10:duration=0.3",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path)
	v := indexed(t, path, Options{CacheBytes: 64 << 20})
	if w, h := v.Size(); w != 7680 || h != 4320 || v.Len() != 3 {
		t.Fatalf("%dx%d, %d frames", w, h, v.Len())
	}
	for _, i := range []int{2, 0, 1} {
		img, err := v.Frame(context.Background(), i)
		if err != nil || distance(int(img.Pix[0]), 0x80) > 3 || len(img.Pix) != 7680*4320*4 {
			t.Fatalf("frame %d: %v", i, err)
		}
	}
}

// A name is no reason to fail, whatever it contains.
func TestAwkwardNames(t *testing.T) {
	data, err := os.ReadFile(encode(t, "a.avi", 20, "-c:v", "mpeg4"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"my clip.avi", "clip%03d.avi", "http:clip.avi", "a|b.avi", "Über 短い.avi", "-v.avi", "noextension"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		v := indexed(t, path, Options{})
		if v.Len() != 20 {
			t.Errorf("%q: %d frames", name, v.Len())
		}
	}
}

// Damage in the middle must not shift the frames after it, nor make random
// access disagree with reading from the start.
func TestDamagedInTheMiddle(t *testing.T) {
	path := x264("damaged.mkv", 150, "-bf", "2", "-g", "25").make(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		data[len(data)*2/5+i*97] ^= 0x5a
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	v := indexed(t, path, Options{CacheBytes: 2 * clipFrame})
	if n, probe := v.Len(), len(ffprobeTimes(t, path)); distance(n, probe) > 3 {
		t.Fatalf("%d frames, ffprobe finds %d", n, probe)
	}
	times := v.Timestamps()
	for _, i := range []int{v.Len() - 1, 10, v.Len() - 20, 40, v.Len() / 2} {
		img, err := v.Frame(context.Background(), i)
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		// Away from the damage the picture must be the one of that time.
		want := int(math.Round(times[i] * 30))
		if got := frameNumber(img); (i < 40 || i > v.Len()-30) && got != want {
			t.Errorf("frame %d at %g s shows %d", i, times[i], got)
		}
	}
}

func TestVideoWithoutFrames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.avi")
	ffmpeg(t, "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", "-frames:v", "0", "-c:v", "mpeg4", path)
	v, err := Open(context.Background(), path, Options{NoIndexFiles: true})
	if err == nil {
		v.Close()
	}
	if !errors.Is(err, ErrNoFrames) || !strings.Contains(err.Error(), "none.avi") {
		t.Fatalf("error %v", err)
	}
}
