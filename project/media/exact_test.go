package media

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
)

// clip is a kind of video that readers often get wrong.
type clip struct {
	name string
	n    int
	make func(t testing.TB) string
}

func x264(name string, n int, more ...string) clip {
	return clip{name, n, func(t testing.TB) string {
		return encode(t, name, n, append([]string{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"}, more...)...)
	}}
}

// vfr keeps the first third of the frames dense, spreads the next and packs
// the last.
const vfr = "setpts='if(lt(N,60),N,if(lt(N,120),60+(N-60)*7,480+(N-120)*2))/30/TB'"

var clips = []clip{
	x264("plain.mp4", 90, "-bf", "0"),
	x264("bframes.mp4", 150, "-bf", "3", "-g", "30"),
	x264("opengop.mp4", 200, "-bf", "3", "-g", "24", "-x264-params", "open-gop=1:scenecut=0"),
	x264("vfr.mp4", 180, "-vf", vfr, "-fps_mode", "vfr", "-bf", "3", "-g", "30"),
	x264("vfr.mkv", 180, "-vf", vfr, "-fps_mode", "vfr", "-bf", "2", "-g", "40"),
	x264("intrarefresh.mp4", 180, "-x264-params", "intra-refresh=1:keyint=30"),
	x264("long-gop.mov", 180, "-g", "500"),
	x264("closed.mkv", 120, "-bf", "2", "-g", "25"),
	x264("fragmented.mp4", 120, "-bf", "2", "-g", "25", "-movflags", "frag_keyframe+empty_moov"),
	x264("camcorder.m2ts", 120, "-bf", "2", "-g", "25", "-f", "mpegts", "-mpegts_m2ts_mode", "1"),
	x264("cut-in.mp4", 120, "-bf", "2", "-g", "50", "-output_ts_offset", "3.7"),
	{"hevc.mp4", 120, func(t testing.TB) string {
		return encode(t, "hevc.mp4", 120, "-c:v", "libx265", "-x265-params", "open-gop=1:keyint=30:log-level=none", "-pix_fmt", "yuv420p")
	}},
	{"mpeg4.avi", 120, func(t testing.TB) string {
		return encode(t, "mpeg4.avi", 120, "-c:v", "mpeg4", "-q:v", "3", "-bf", "2", "-g", "40")
	}},
	{"mjpeg.avi", 90, func(t testing.TB) string {
		return encode(t, "mjpeg.avi", 90, "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p")
	}},
	{"vp9.webm", 120, func(t testing.TB) string {
		return encode(t, "vp9.webm", 120, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "40", "-pix_fmt", "yuv420p")
	}},
	{"vp8.webm", 90, func(t testing.TB) string {
		return encode(t, "vp8.webm", 90, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "40", "-b:v", "2M", "-auto-alt-ref", "0")
	}},
	x264("raw.h264", 90, "-bf", "2", "-g", "30"),
	{"raw.h265", 60, func(t testing.TB) string {
		return encode(t, "raw.h265", 60, "-c:v", "libx265", "-x265-params", "keyint=30:log-level=none", "-pix_fmt", "yuv420p", "-f", "hevc")
	}},
	{"broadcast.mxf", 90, func(t testing.TB) string {
		return encode(t, "broadcast.mxf", 90, "-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-g", "15", "-pix_fmt", "yuv422p")
	}},
	{"prores.mov", 60, func(t testing.TB) string {
		return encode(t, "prores.mov", 60, "-c:v", "prores_ks", "-profile:v", "0")
	}},
}

// Every frame must be the frame of that number, and the same bit for bit in
// whatever order frames are asked for.
func TestRandomAccessEqualsSequential(t *testing.T) {
	for _, c := range clips {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := c.make(t)
			// A budget of a few frames, so that nearly everything is decoded anew.
			v := indexed(t, path, Options{CacheBytes: 6 * clipW * clipH * 4})
			if v.Len() != c.n {
				t.Fatalf("%d frames, want %d", v.Len(), c.n)
			}
			sequential := make([][]byte, c.n)
			for i := range c.n {
				img, err := v.Frame(context.Background(), i)
				if err != nil {
					t.Fatal(err)
				}
				if got := frameNumber(img); got != i {
					t.Fatalf("frame %d shows %d", i, got)
				}
				sequential[i] = img.Pix
			}
			order := rand.New(rand.NewPCG(1, 2)).Perm(c.n)[:min(c.n, 60)]
			order = append(order, 0, c.n-1, c.n-2, c.n-3, 1)
			for _, i := range order {
				img, err := v.Frame(context.Background(), i)
				if err != nil {
					t.Fatalf("frame %d: %v", i, err)
				}
				if !bytes.Equal(img.Pix, sequential[i]) {
					t.Fatalf("frame %d differs: it shows %d", i, frameNumber(img))
				}
			}
		})
	}
}
