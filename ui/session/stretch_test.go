package session

import (
	"context"
	"image"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
)

// scenesVideo is the bar in one scene and, from frame sceneCut on, in another
// light.
type scenesVideo struct{ barVideo }

const (
	sceneCut    = barFrames
	scenesCount = 2 * barFrames
)

func (scenesVideo) Len() int { return scenesCount }

func (v scenesVideo) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img, err := v.barVideo.Frame(ctx, i%barFrames)
	if err == nil && i >= sceneCut {
		for at := 0; at < len(img.Pix); at += 4 {
			img.Pix[at], img.Pix[at+1], img.Pix[at+2] = 255-img.Pix[at+2], 255-img.Pix[at], 255-img.Pix[at+1]
		}
	}
	return img, err
}

// newScenes returns a session on two scenes whose rule takes every jump of the
// colours for a cut.
func newScenes(t *testing.T, store Store) *bench {
	isCut := func(_ context.Context, before, after *image.RGBA) (bool, error) {
		return before.Pix[0] != after.Pix[0], nil
	}
	return newBenchOn(t, scenesVideo{}, store, isCut)
}

// edit does edits as the window does.
func (b *bench) edit(edits ...annotate.Edit) {
	b.DoAndTell(annotate.Change{Name: "Edit", Edits: edits})
}

func (b *bench) hasMasks(what string, want ...annotate.Range) {
	b.t.Helper()
	var frames []int
	for _, r := range want {
		for f := r.First; f <= r.Last; f++ {
			frames = append(frames, f)
		}
	}
	if got := b.doc.ResultFrames(1); !slices.Equal(got, frames) {
		b.t.Errorf("%s: masks on %v, want %v", what, got, frames)
	}
}

func key(obj annotate.ObjectID, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: obj, Frame: frame}
}

func through(n annotate.Notes, frame int) annotate.Notes { return n.WithThrough(frame, true) }

// A cut stops the track, found or set by hand, until the user says otherwise; the
// next scene is tracked from its own prompt.
func TestCutStopsTheTrack(t *testing.T) {
	b := newScenes(t, NewMemory(scenesVideo{}))
	b.click(0, 30, 30, true)
	b.track()
	b.hasMasks("a found cut", annotate.Range{First: 0, Last: sceneCut - 1})
	if want := []Stop{{FrameKey: key(1, sceneCut)}}; !slices.Equal(b.stops, want) || !slices.Equal(b.doc.AllCuts(), []int{sceneCut}) {
		t.Errorf("stops %v, cuts %v", b.stops, b.doc.AllCuts())
	}
	b.click(sceneCut+2, 34, 30, true)
	b.track()
	b.hasMasks("a prompt in either scene", annotate.Range{First: 0, Last: scenesCount - 1})
	if len(b.stops) > 0 {
		t.Errorf("stops %v", b.stops)
	}
}

func TestCutsByHand(t *testing.T) {
	yes, no := true, false
	all := annotate.Range{First: 0, Last: scenesCount - 1}
	for name, c := range map[string]struct {
		edits func(d *annotate.Document) []annotate.Edit
		want  annotate.Range
	}{
		"set":     {func(d *annotate.Document) []annotate.Edit { return []annotate.Edit{d.SetCut(3, &yes)} }, annotate.Range{First: 0, Last: 2}},
		"removed": {func(d *annotate.Document) []annotate.Edit { return []annotate.Edit{d.SetCut(sceneCut, &no)} }, all},
		"goes on": {func(d *annotate.Document) []annotate.Edit {
			return []annotate.Edit{d.SetNotes(1, through(d.Notes(1), sceneCut))}
		}, all},
	} {
		b := newScenes(t, NewMemory(scenesVideo{}))
		b.click(0, 30, 30, true)
		b.edit(c.edits(b.doc)...)
		b.track()
		b.hasMasks(name, c.want)
		for {
			if _, ok := b.CanUndo(); !ok {
				break
			}
			b.Undo()
		}
		if len(b.doc.Cuts()) > 0 || !b.doc.Notes(1).Empty() {
			t.Errorf("%s: after undo %v, %v", name, b.doc.Cuts(), b.doc.Notes(1))
		}
	}
}

func TestSettingTracksThroughCuts(t *testing.T) {
	b := newScenes(t, NewMemory(scenesVideo{}))
	s := inference.DefaultSettings()
	s.ThroughCuts = true
	b.UseEngine("", s)
	b.until(func() bool { ready, _ := b.EngineReady(); return ready })
	b.click(0, 30, 30, true)
	b.track()
	b.hasMasks("through", annotate.Range{First: 0, Last: scenesCount - 1})
}

// No mask stands where the object is absent, and tracking makes none; the object is
// seen again from its next prompt, which is tracked both ways up to there.
func TestAbsence(t *testing.T) {
	b := newBench(t)
	b.click(0, 30, 30, true)
	b.track()
	before := b.doc.Contents()
	b.edit(b.doc.AbsentFrom(key(1, 2))...)
	b.hasMasks("absent", annotate.Range{First: 0, Last: 1})
	b.track()
	b.hasMasks("tracked", annotate.Range{First: 0, Last: 1})
	b.click(4, 38, 30, true)
	if got := b.doc.Notes(1).Absent; !slices.Equal(got, annotate.Ranges{{First: 2, Last: 3}}) {
		t.Errorf("absent on %v", got)
	}
	b.track()
	b.hasMasks("seen again", annotate.Range{First: 0, Last: 1}, annotate.Range{First: 4, Last: 5})
	b.edit(b.doc.SeenFrom(key(1, 3))...)
	b.track()
	b.hasMasks("seen a frame sooner", annotate.Range{First: 0, Last: 1}, annotate.Range{First: 3, Last: 5})
	for len(b.doc.Notes(1).Absent) > 0 {
		b.Undo()
	}
	if got := b.doc.ResultFrames(1); len(got) != len(before.Results[1]) {
		t.Errorf("after undo masks on %v", got)
	}
	b.track()
	b.hasMasks("never absent", annotate.Range{First: 0, Last: barFrames - 1})
}

// Who says in the middle of a run that an object is absent gets no more masks of
// it there.
func TestAbsenceDuringARun(t *testing.T) {
	b := newBench(t)
	b.click(0, 30, 30, true)
	n := b.ended
	if err := b.Track(Target{Direction: inference.Both}); err != nil {
		t.Fatal(err)
	}
	b.until(func() bool { _, ok := b.doc.Result(key(1, 1)); return ok })
	b.edit(b.doc.AbsentFrom(key(1, 3))...)
	b.until(func() bool { return b.ended > n })
	b.hasMasks("absent", annotate.Range{First: 0, Last: 2})
}

// A run that was cut short goes on in another session within the same cuts and
// absences, and makes the masks that it would have made in one go.
func TestResumeHeedsCutsAndAbsence(t *testing.T) {
	whole := newScenes(t, NewMemory(scenesVideo{}))
	part := newScenes(t, newStore(t))
	path := part.Store.Path()
	for _, b := range []*bench{whole, part} {
		b.click(1, 32, 30, true)
		b.click(sceneCut+3, 36, 30, true)
		n := b.doc.Notes(1)
		n.Absent = n.Absent.With(annotate.Range{First: 4, Last: 5})
		b.edit(b.doc.SetNotes(1, n))
	}
	whole.track()
	if err := part.Track(Target{Direction: inference.Both}); err != nil {
		t.Fatal(err)
	}
	part.until(func() bool { _, ok := part.doc.Result(key(1, 2)); return ok })
	part.stopAndWait()
	if err := part.Wait(); err != nil {
		t.Fatal(err)
	}

	p, err := project.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	b := newScenes(t, p)
	r, ok := b.Resumable()
	if !ok {
		t.Fatal("nothing is to be continued")
	}
	n := b.ended
	if err := b.Continue(r, func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	b.until(func() bool { return b.ended > n })
	b.hasMasks("resumed", annotate.Range{First: 0, Last: 3}, annotate.Range{First: sceneCut, Last: scenesCount - 1})
	for _, f := range b.doc.ResultFrames(1) {
		if !b.mask(f).Equal(whole.mask(f)) {
			t.Errorf("frame %d differs from that of one run", f)
		}
	}
}

// newStore returns a new project file for the scenes.
func newStore(t *testing.T) Store {
	t.Helper()
	v := scenesVideo{}
	w, h := v.Size()
	p, err := project.Create(t.Context(), filepath.Join(t.TempDir(), "scenes.masklet"), project.Media{
		AbsPath: "/scenes", QuickHash: "00", Frames: v.Len(), W: w, H: h, Timestamps: make([]float64, v.Len()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// stopAndWait stops the run and closes the session.
func (b *bench) stopAndWait() {
	b.t.Helper()
	b.stopping = true
	b.Stop()
	b.until(func() bool { return !b.Tracking() })
	b.Close()
}
