package opening

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session"
)

// counting is a session on a clip that is read while it is worked on.
type counting struct {
	*session.Session
	t     *testing.T
	loop  *session.Loop
	last  session.Counted
	final bool
	seen  func(session.Event)
}

// openCounting opens a file without reading it. The reading waits for read.
func openCounting(t *testing.T, path string) *counting {
	t.Helper()
	clip, err := OpenWithin(context.Background(), OpenRequest{Path: path}, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &counting{t: t, loop: session.NewLoop(), final: clip.Counter == nil}
	if clip.Counter != nil {
		clip.Counter.Hold(true)
	}
	c.Session = session.New(clip, session.Config{
		Post: c.loop.Post, Settings: inference.DefaultSettings(),
		Slot: session.NewSlot(func(context.Context, string, inference.Settings) (inference.Engine, error) { return classic.New(), nil }),
		Notify: func(e session.Event) {
			if c.seen != nil {
				c.seen(e)
			}
			switch e := e.(type) {
			case session.Counted:
				c.last, c.final = e, !c.Count().On
			case session.Failed:
				t.Errorf("%s: %v", e.What, e.Err)
			}
		},
	})
	return c
}

// until runs the loop until something is so.
func (c *counting) until(what string, done func() bool) {
	c.t.Helper()
	if err := c.loop.Until(c.t.Context(), done); err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
}

// read lets the video be read to its end.
func (c *counting) read() {
	c.t.Helper()
	if c.Counter != nil {
		c.Counter.Hold(false)
	}
	c.until("read to the end", func() bool { return c.final })
}

func (c *counting) shut() {
	c.t.Helper()
	c.Close()
	if err := c.Wait(); err != nil {
		c.t.Fatal(err)
	}
}

// place puts a painted mask on a frame.
func (c *counting) place(frame int) {
	w, h := c.Document().Size()
	mask, object := annotate.FullMask(w, h), annotate.Object{ID: 1, Label: "it"}
	r := annotate.NewResult(mask, 1, annotate.Painted, "user")
	k := annotate.FrameKey{Object: 1, Frame: frame}
	c.Do(annotate.Change{Name: "Paint", Edits: []annotate.Edit{c.Document().SetObject(object), c.Document().SetPrompt(k, &annotate.Prompt{Mask: &mask}), c.Document().SetResult(k, &r)}})
}

// makeVideo makes a clip whose frames are told apart by their brightness.
func makeVideo(t *testing.T, name string, frames int) string {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: clips cannot be made")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	const w, h = 64, 48
	raw := make([]byte, 0, frames*w*h)
	for f := range frames {
		raw = append(raw, bytes.Repeat([]byte{byte(30 + f)}, w*h)...)
	}
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", "64x48", "-r", "25", "-i", "-",
		"-c:v", "libx264", "-qp", "4", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "10", "-x264-params", "scenecut=0", path)
	cmd.Stdin = bytes.NewReader(raw)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// brightness returns how bright a frame is.
func (c *counting) brightness(frame int) int {
	c.t.Helper()
	img, err := c.Video.Frame(c.t.Context(), frame)
	if err != nil {
		c.t.Fatalf("frame %d: %v", frame, err)
	}
	return int(img.Pix[0])
}

// A video whose container lists its pictures has all frames at once; nothing
// moves when it was read, and the project then knows it.
func TestWorkAheadOfTheReading(t *testing.T) {
	path := makeVideo(t, "long.mp4", 150)
	c := openCounting(t, path)
	if c.Document().Frames() != 150 || !c.Count().On {
		t.Fatalf("%d frames, counting %+v", c.Document().Frames(), c.Count())
	}
	c.place(120)
	bright := c.brightness(120)
	c.read()
	if c.Document().Frames() != 150 || c.last.Moved != nil || c.last.Notice != "" || c.brightness(120) != bright {
		t.Errorf("%d frames, %+v", c.Document().Frames(), c.last)
	}
	if name, ok := c.CanUndo(); !ok || name != "Paint" {
		t.Errorf("undo %q", name)
	}
	c.shut()
	p, err := project.Open(t.Context(), path+project.Extension)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if s, ok := p.Media().Time(149); !ok || s < 5.9 || !p.Counted() || !slices.Equal(p.Document().Keyframes(1), []int{120}) {
		t.Errorf("time %g, keyframes %v", s, p.Document().Keyframes(1))
	}
}

// A session that ends before its video is read leaves a project that opens again,
// in the window and for commands.
func TestProjectOfAVideoThatWasNotRead(t *testing.T) {
	for name, frame := range map[string]int{"listed.mp4": 140, "stream.ts": 60} {
		t.Run(name, func(t *testing.T) {
			path := makeVideo(t, name, 150)
			c := openCounting(t, path)
			if name == "stream.ts" {
				c.Counter.Hold(false)
				c.until("so many frames", func() bool { return c.Document().Frames() > frame })
			}
			if n := c.Document().Frames(); n <= frame {
				t.Fatalf("%d frames", n)
			}
			c.place(frame)
			bright := c.brightness(frame)
			c.shut()

			c = openCounting(t, path+project.Extension)
			if !slices.Equal(c.Document().Keyframes(1), []int{frame}) || c.brightness(frame) != bright {
				t.Errorf("opened again: keyframes %v", c.Document().Keyframes(1))
			}
			c.shut()
			clip, err := OpenProject(t.Context(), path+project.Extension, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if n := clip.Store.Document().Frames(); n != 150 || !slices.Equal(clip.Store.Document().Keyframes(1), []int{frame}) {
				t.Errorf("for a command: %d frames", n)
			}
			if err := clip.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A stream without a list grows while it is read.
func TestFramesGrowWithTheReading(t *testing.T) {
	c := openCounting(t, makeVideo(t, "stream.ts", 150))
	defer c.shut()
	if n := c.Document().Frames(); n > 10 {
		t.Fatalf("%d frames before anything was read", n)
	}
	c.read()
	if c.Document().Frames() != 150 {
		t.Errorf("%d frames", c.Document().Frames())
	}
	// An engine that knows all frames answers on the last.
	c.until("an engine", func() bool { ready, _ := c.EngineReady(); return ready })
	answered := false
	c.seen = func(e session.Event) {
		if a, ok := e.(session.Answered); ok {
			answered = true
			if a.Err != nil {
				t.Errorf("a click on the last frame: %v", a.Err)
			}
		}
	}
	k := annotate.FrameKey{Object: 1, Frame: 149}
	if err := c.SetPrompt("Click", k, annotate.Prompt{Points: []annotate.Point{{X: 30, Y: 20, Positive: true}}}, c.Document().SetObject(annotate.Object{ID: 1})); err != nil {
		t.Fatal(err)
	}
	c.until("an answer", func() bool { return answered })
}

// Where the container lists a picture that cannot be decoded, what lies behind it
// stays on its picture and gets its number, with a notice.
func TestWorkStaysOnItsPicture(t *testing.T) {
	path := makeVideo(t, "hole.mp4", 150)
	spoil(t, path, 45)
	c := openCounting(t, path)
	c.place(20)
	c.place(120)
	bright := c.brightness(120)
	c.read()
	gone := 150 - c.Document().Frames()
	if gone < 1 || !strings.Contains(c.last.Notice, "not 150") || !slices.Equal(c.Document().Keyframes(1), []int{20, 120 - gone}) {
		t.Fatalf("%d frames, keyframes %v, notice %q", c.Document().Frames(), c.Document().Keyframes(1), c.last.Notice)
	}
	if got := c.brightness(120 - gone); got != bright {
		t.Errorf("brightness %d, was %d", got, bright)
	}
	if _, ok := c.CanUndo(); ok {
		t.Error("an undo would go back to the wrong numbers")
	}
	frames := c.Document().Frames()
	c.shut()
	c = openCounting(t, path)
	defer c.shut()
	if !c.final || c.Document().Frames() != frames || !slices.Equal(c.Document().Keyframes(1), []int{20, 120 - gone}) {
		t.Errorf("opened again: %d frames, keyframes %v", c.Document().Frames(), c.Document().Keyframes(1))
	}
}

// spoil makes a sample of an mp4 file undecodable.
func spoil(t *testing.T, path string, sample int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	box := func(kind string) []byte { return data[bytes.Index(data, []byte(kind))+4:] }
	u32 := func(b []byte, i int) int { return int(binary.BigEndian.Uint32(b[i:])) }
	stsz, at := box("stsz"), u32(box("stco"), 8)
	for i := range sample {
		at += u32(stsz, 12+4*i)
	}
	for i := range u32(stsz, 12+4*sample) {
		data[at+i] = 0xff
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
