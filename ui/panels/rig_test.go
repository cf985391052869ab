package panels

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

// The parts below are the least that a controller needs to have a document
// open: a clip of grey frames, a project in memory, and no engine that works.

type clip struct{ frames int }

func (c clip) Len() int              { return c.frames }
func (clip) Size() (w, h int)        { return 64, 48 }
func (clip) Timestamp(i int) float64 { return float64(i) / 25 }
func (c clip) Nearest(i int) (*image.RGBA, int, bool) {
	return image.NewRGBA(image.Rect(0, 0, 64, 48)), i, true
}
func (clip) Hash() string { return "" }
func (clip) Playhead(int) {}
func (clip) Close() error { return nil }
func (clip) Frame(context.Context, int) (*image.RGBA, error) {
	return image.NewRGBA(image.Rect(0, 0, 64, 48)), nil
}

type engineList []string

func (e engineList) Names() []string { return e }
func (e engineList) Kind(name string) inference.Kind {
	if name == e[0] {
		return inference.Classic
	}
	return inference.SAM2
}
func (engineList) Open(context.Context, string, inference.Settings) (inference.Engine, error) {
	return nil, errors.New("no engine in this test")
}

type prefs map[string]string

func (p prefs) Get(k string) string { return p[k] }
func (p prefs) Set(k, v string)     { p[k] = v }

// desk is the window's side: it notes what panels pass on.
type desk struct {
	keys []fyne.KeyName
	hint string
}

func (d *desk) TypedKey(e *fyne.KeyEvent) { d.keys = append(d.keys, e.Name) }
func (d *desk) TypedRune(rune)            {}
func (d *desk) Hint(s string)             { d.hint = s }

// rig is a controller whose posted functions run on the test's goroutine.
type rig struct {
	*controller.Controller
	t     *testing.T
	desk  desk
	queue chan func()
	hist  *annotate.History
}

func newRig(t *testing.T) *rig {
	t.Helper()
	test.NewTempApp(t)
	store := session.NewMemory(clip{100})
	r := &rig{t: t, queue: make(chan func(), 1<<12), hist: store.History()}
	r.Controller = controller.New(controller.Deps{
		Post: func(f func()) { r.queue <- f },
		Open: func(context.Context, opening.OpenRequest, func(done, total int)) (*session.Clip, error) {
			return &session.Clip{Path: "clip.mp4", Video: clip{100}, Store: store}, nil
		},
		Engines: engineList{"classic", "sam2.1-tiny-1024"},
		Prefs:   prefs{},
	}, nil)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func (r *rig) open() {
	r.t.Helper()
	r.OpenFile("clip.mp4")
	r.until("the clip is open", r.IsOpen)
}

func (r *rig) until(what string, done func() bool) {
	r.t.Helper()
	for end := time.After(30 * time.Second); !done(); {
		select {
		case f := <-r.queue:
			f()
		case <-end:
			r.t.Fatalf("timed out waiting until %s", what)
		}
	}
}

// tracked gives an object a keyframe on frame 0 and masks on n frames.
func (r *rig) tracked(id annotate.ObjectID, n int) {
	d := r.Document()
	b := annotate.NewBitmap(64, 48)
	b.Set(10, 10, true)
	m := annotate.MaskFromBitmap(b)
	edits := []annotate.Edit{d.SetPrompt(annotate.FrameKey{Object: id}, &annotate.Prompt{Points: []annotate.Point{{X: 10, Y: 10, Positive: true}}})}
	for f := range n {
		res := annotate.NewResult(m, 0.9, annotate.Tracked, "classic")
		edits = append(edits, d.SetResult(annotate.FrameKey{Object: id, Frame: f}, &res))
	}
	r.hist.Do(annotate.Change{Name: "Track", Edits: edits})
}

// inSide puts a panel into a window of the side panel's width and returns the
// visible objects in it.
func inSide(t *testing.T, content fyne.CanvasObject) func() []fyne.CanvasObject {
	w := test.NewTempWindow(t, content)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 700))
	return func() []fyne.CanvasObject { return test.LaidOutObjects(content) }
}

func labels(objects []fyne.CanvasObject) []string {
	var out []string
	for _, o := range objects {
		if l, ok := o.(*widget.Label); ok && l.Visible() && l.Text != "" {
			out = append(out, l.Text)
		}
	}
	return out
}

// hinted returns the button whose hint begins with a text, of several the nth.
func hinted(t *testing.T, objects []fyne.CanvasObject, hint string, n int) *controls.Button {
	t.Helper()
	for _, o := range objects {
		if b, ok := o.(*controls.Button); ok && strings.HasPrefix(b.Hint, hint) {
			if n--; n < 0 {
				return b
			}
		}
	}
	t.Fatalf("no button %q", hint)
	return nil
}
