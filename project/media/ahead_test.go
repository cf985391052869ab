package media

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"
)

// listedClips are those whose container lists all pictures in a way that the
// decoder confirms; of the others as much can be reached as was read.
var listedClips = map[string]bool{
	"plain.mp4": true, "bframes.mp4": true, "opengop.mp4": true, "vfr.mp4": true, "vfr.mkv": true, "intrarefresh.mp4": true,
	"long-gop.mov": true, "closed.mkv": true, "cut-in.mp4": true, "hevc.mp4": true, "vp9.webm": true, "vp8.webm": true, "prores.mov": true,
}

// aheadKinds are kinds of which a container says too little, too much or what is
// not so.
var aheadKinds = []clip{
	x264("raw.ts", 120, "-bf", "2", "-g", "25"),
	{"trimmed.mp4", 90, func(t testing.TB) string { // an edit list that leaves the first pictures out
		whole := encode(t, "whole.mp4", 120, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "60")
		path := t.TempDir() + "/trimmed.mp4"
		ffmpeg(t, "-ss", "1", "-i", whole, "-c", "copy", path)
		return path
	}},
	{"nocues.mkv", 120, func(t testing.TB) string {
		return withoutMKV(t, encode(t, "nocues.mkv", 120, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "25"), 0x1c53bb6b)
	}},
}

// withoutMKV turns an element of the top level into one that says nothing.
func withoutMKV(t testing.TB, path string, id uint32) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(data, []byte{byte(id >> 24), byte(id >> 16), byte(id >> 8), byte(id)})
	if at < 0 {
		t.Fatal("the file has no such element")
	}
	// The ID of four bytes becomes one of four bytes that no reader knows.
	copy(data[at:], []byte{0x1f, 0xff, 0xff, 0xfe})
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// openAhead opens a clip without reading it.
func openAhead(t *testing.T, path string, opt Options) *Video {
	t.Helper()
	opt.Ahead = true
	return open(t, path, opt)
}

// A frame that is asked for before the video was read has the number and the
// picture that it has afterwards.
func TestFramesAheadAreThoseOfTheIndex(t *testing.T) {
	for _, c := range append(append([]clip{}, clips...), aheadKinds...) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := c.make(t)
			v := openAhead(t, path, Options{CacheBytes: 6 * clipW * clipH * 4})
			reach, final := v.Reach()
			if final {
				t.Fatal("the whole video was read to open it")
			}
			if listed := reach > probeFrames; listed != (listedClips[c.name] || c.name == "nocues.mkv") {
				t.Fatalf("reach %d of %d", reach, c.n)
			}
			if reach > probeFrames && reach != c.n {
				t.Errorf("reach %d of %d", reach, c.n)
			}
			before := map[int][]byte{}
			for _, i := range []int{reach - 1, reach * 3 / 4, reach / 2, reach/2 - 1, 1, 0} {
				img, err := v.Frame(context.Background(), i)
				if err != nil {
					t.Fatalf("frame %d: %v", i, err)
				}
				before[i] = img.Pix
			}
			times := v.Timestamps()
			if err := v.Index(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			if moved := v.Recount(); moved != nil {
				t.Fatalf("numbers moved: %v", moved)
			}
			again := open(t, path, Options{})
			if err := again.Index(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			if n, final := v.Reach(); n != again.Len() || v.Len() != n || !final {
				t.Fatalf("%d frames (%v), want %d", n, final, again.Len())
			}
			for i, pix := range before {
				img, err := again.Frame(context.Background(), i)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(pix, img.Pix) {
					t.Errorf("frame %d was another picture: it showed %d", i, frameNumber(img))
				}
			}
			if reach <= probeFrames {
				return // times of a stream are known at its end
			}
			final0 := v.Timestamp(1) - times[1]
			for i := 1; i < len(times); i++ {
				if d := v.Timestamp(i) - times[i] - final0; d > 1e-6 || d < -1e-6 {
					t.Fatalf("time of frame %d: %g, before %g", i, v.Timestamp(i), times[i])
				}
			}
		})
	}
}

// A picture that the container lists and that cannot be decoded keeps its number
// until the recount, which tells where every number went.
func TestRecountTellsWhereFramesWent(t *testing.T) {
	path := encode(t, "hole.mp4", 150, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "10", "-x264-params", "scenecut=0")
	damage(t, path, 45)
	v := openAhead(t, path, Options{CacheBytes: 6 * clipW * clipH * 4})
	reach, _ := v.Reach()
	if reach != 150 {
		t.Fatalf("reach %d, want 150", reach)
	}
	img, err := v.Frame(context.Background(), 120)
	if err != nil {
		t.Fatal(err)
	}
	if got := frameNumber(img); got != 120 {
		t.Fatalf("frame 120 shows %d", got)
	}
	if err := v.Index(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if n, final := v.Reach(); n != 150 || !final {
		t.Fatalf("reach %d (%v) before the recount", n, final)
	}
	if img, err = v.Frame(context.Background(), 121); err != nil || frameNumber(img) != 121 {
		t.Fatalf("frame 121 before the recount: %v", err)
	}
	moved := v.Recount()
	if len(moved) != 150 || moved[120] != v.Len()-30 || v.Len() >= 150 || moved[10] != 10 {
		t.Fatalf("moved %v of %d", moved, v.Len())
	}
	for _, i := range []int{20, 100, 120, 121, 149} {
		img, err := v.Frame(context.Background(), moved[i])
		if err != nil || frameNumber(img) != i {
			t.Errorf("what was frame %d is %d: %v", i, moved[i], err)
		}
	}
}

// damage makes a sample of an mp4 file undecodable.
func damage(t *testing.T, path string, sample int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at, size := sampleAt(t, data, sample)
	for i := at; i < at+size; i++ {
		data[i] = 0xff
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A folder's frames have their numbers from the start.
func TestFolderAhead(t *testing.T) {
	dir := t.TempDir()
	for i := range 12 {
		if err := os.WriteFile(dir+"/"+string(rune('a'+i))+".png", pngBytes(t, scene(8, 6, i)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v := openAhead(t, dir, Options{})
	if n, final := v.Reach(); n != 12 || final || v.Len() != 12 || v.Name(11) != "l.png" {
		t.Fatalf("%d frames, final %v", n, final)
	}
	want := pngBytes(t, scene(8, 6, 11))
	img, err := v.Frame(context.Background(), 11)
	if err != nil || !bytes.Equal(pngBytes(t, img), want) {
		t.Errorf("the last frame: %v", err)
	}
	if err := v.Index(context.Background(), nil); err != nil || v.Recount() != nil || v.Timestamp(11) != 11.0/25 {
		t.Errorf("index: %v, time %g", err, v.Timestamp(11))
	}
}

// A stream without a list has as many frames as were read, and room for those that
// are expected.
func TestReachGrowsWhereNothingIsListed(t *testing.T) {
	path := aheadKinds[0].make(t)
	v := openAhead(t, path, Options{})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := v.Frame(ctx, 60); err != nil {
		t.Fatal(err)
	}
	if n, final := v.Reach(); n != 61 || final || v.Len() < 120 {
		t.Errorf("reach %d (%v) of %d", n, final, v.Len())
	}
	if err := v.Index(ctx, nil); err != nil || v.Len() != 120 {
		t.Errorf("%d frames: %v", v.Len(), err)
	}
}
