package controller

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/controller/lanes"
)

func key(obj annotate.ObjectID, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: obj, Frame: frame}
}

// mask returns the mask of an object on a frame.
func (r *rig) mask(obj annotate.ObjectID, frame int) annotate.Mask {
	r.t.Helper()
	res, ok := r.Document().Result(key(obj, frame))
	if !ok {
		r.t.Fatalf("object %d has no mask on frame %d", obj, frame)
	}
	m, err := res.Mask.Load()
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func TestClickMakesAnObjectAndItsMask(t *testing.T) {
	r := opened(t, 20, nil)
	r.Click(3, 4, true)
	if got := r.Document().Objects(); len(got) != 1 || got[0].Color != annotate.PaletteColor(1) {
		t.Fatalf("objects %+v", got)
	}
	if len(r.Scene().Markers) != 1 {
		t.Error("the click is not shown before the engine answers")
	}
	r.idle()
	res, ok := r.Document().Result(key(1, 0))
	if !ok || res.Area != 1 || res.Source != annotate.Prompted {
		t.Fatalf("result %+v, %v", res, ok)
	}
	if l := r.Lane(1); l.Cells[0] != lanes.Visible|lanes.Key {
		t.Errorf("lane cell %b", l.Cells[0])
	}
	r.Undo()
	if len(r.Document().Objects()) != 0 {
		t.Error("one undo does not take click, object and mask back")
	}
	r.Redo()
	if _, ok := r.Document().Result(key(1, 0)); !ok || r.Selected() != 1 {
		t.Error("redo does not bring them back")
	}
}

func TestClickOutsideThePictureChangesNothing(t *testing.T) {
	r := opened(t, 20, nil)
	r.Click(fakeW+5, 2, true)
	if r.Selected() != 0 || len(r.Document().Objects()) != 0 || r.Message().Kind != Failure {
		t.Errorf("selected %d, message %+v", r.Selected(), r.Message())
	}
}

// However slowly the engine answers, the mask that stays is that of the last
// prompt, and an answer to an older one never replaces it.
func TestStaleAnswersAreDropped(t *testing.T) {
	r := opened(t, 20, jitter(1, 3*time.Millisecond))
	for i := range 12 {
		r.Click(float64(i), 3, true)
		for range i % 3 {
			r.loop.one()
			time.Sleep(time.Millisecond)
		}
	}
	r.idle()
	if res, _ := r.Document().Result(key(1, 0)); res.Area != 12 {
		t.Errorf("the mask is that of %d points, want 12", res.Area)
	}
	r.Click(1, 1, true)
	r.Undo()
	r.settled()
	r.wait("late answers are handled", func() bool { return !r.loop.one() })
	if res, _ := r.Document().Result(key(1, 0)); res.Area != 12 {
		t.Errorf("an undone click left a mask of %d points", res.Area)
	}
}

func TestTrackFillsTheVideoAndIsOneUndoStep(t *testing.T) {
	r := opened(t, 50, nil)
	r.GoTo(10)
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	if !r.Tracking() {
		t.Fatalf("not tracking: %+v", r.Message())
	}
	r.idle()
	if n := len(r.Document().ResultFrames(1)); n != 50 {
		t.Fatalf("%d frames have a mask", n)
	}
	if res, _ := r.Document().Result(key(1, 10)); res.Source != annotate.Prompted {
		t.Error("tracking overwrote the mask of a prompt")
	}
	if !slices.Equal(r.project.ended, []bool{true}) || r.project.run.Range != (annotate.Range{First: 0, Last: 49}) {
		t.Errorf("the project was told of run %+v, ended %v", r.project.run, r.project.ended)
	}
	if p, ok := r.Progress(); !ok || p.Stage != inference.Completed {
		t.Errorf("progress %+v", p)
	}
	r.Undo()
	if got := r.Document().ResultFrames(1); !slices.Equal(got, []int{10}) {
		t.Errorf("after one undo frames %v have masks", got)
	}
	r.settled()
	if p, ok := r.Progress(); ok {
		t.Errorf("the progress of what was undone is still told: %+v", p)
	}
}

func TestCorrectionTracksOnlyWhatItAffects(t *testing.T) {
	r := opened(t, 100, nil)
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.idle()
	r.GoTo(80)
	r.Accept()
	r.settled()
	r.engine.open.tracked = nil
	r.GoTo(50)
	r.Click(3, 4, true)
	r.idle()
	ranges, n := r.Fixes()
	if !slices.Equal(ranges, []annotate.Range{{First: 1, Last: 79}}) || n != 79 {
		t.Fatalf("to track again: %v, %d frames", ranges, n)
	}
	before := r.mask(1, 85)
	r.Track()
	r.idle()
	for _, k := range r.engine.open.tracked {
		if k.Frame < 1 || k.Frame > 79 {
			t.Fatalf("frame %d was tracked again", k.Frame)
		}
	}
	if !r.mask(1, 85).Equal(before) {
		t.Error("a frame beyond the protected one was changed")
	}
	if ranges, _ := r.Fixes(); len(ranges) != 0 {
		t.Errorf("still to track again: %v", ranges)
	}
	r.Undo()
	if _, ok := r.Document().Prompt(key(1, 50)); !ok {
		t.Error("undo of the second run took the click back too")
	}
}

func TestProtectedFramesAreNeverOverwritten(t *testing.T) {
	r := opened(t, 30, nil)
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.idle()
	r.GoTo(12)
	r.Accept()
	want, next := r.mask(1, 12), r.mask(1, 13)
	r.settled()
	if _, protected := r.engine.open.facts(); !slices.Equal(protected, []annotate.FrameKey{key(1, 12)}) {
		t.Errorf("the engine knows %v as protected", protected)
	}
	r.TrackAll(inference.Both)
	r.idle()
	if !r.mask(1, 12).Equal(want) {
		t.Error("tracking replaced a protected mask")
	}
	if r.mask(1, 13).Equal(next) {
		t.Error("its neighbour was not tracked again")
	}
	r.Accept()
	if r.Document().Protected(key(1, 12)) {
		t.Error("accepting again does not lift the protection")
	}
}

func TestStopKeepsFinishedFramesAndOffersToContinue(t *testing.T) {
	r := opened(t, 400, func() { time.Sleep(200 * time.Microsecond) })
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.wait("some frames are tracked", func() bool { return len(r.Document().ResultFrames(1)) > 5 })
	r.Track() // the same control stops
	r.idle()
	done := len(r.Document().ResultFrames(1))
	if done <= 5 || done >= 400 {
		t.Fatalf("%d frames are finished after a stop", done)
	}
	if r.Banner().Action != "Continue" || !slices.Equal(r.project.ended, []bool{false}) {
		t.Fatalf("banner %+v, ended %v", r.Banner(), r.project.ended)
	}
	r.project.finished = map[annotate.FrameKey]bool{}
	for _, f := range r.Document().ResultFrames(1) {
		r.project.finished[key(1, f)] = true
	}
	r.engine.open.mu.Lock()
	r.engine.open.tracked = nil
	r.engine.open.mu.Unlock()
	r.Banner().Do()
	r.wait("tracking goes on", r.Tracking)
	r.idle()
	if n := len(r.Document().ResultFrames(1)); n != 400 {
		t.Errorf("%d frames after continuing", n)
	}
	if n := len(r.engine.open.tracked); n != 400-done {
		t.Errorf("%d frames were tracked again, want %d", n, 400-done)
	}
	r.Undo()
	if n := len(r.Document().ResultFrames(1)); n != 1 {
		t.Errorf("stopped and continued run is not one undo step: %d masks left", n)
	}
}

func TestDeletingAnObjectWhileItIsTracked(t *testing.T) {
	r := opened(t, 300, jitter(4, 300*time.Microsecond))
	r.Click(3, 4, true)
	r.idle()
	r.AddObject()
	r.Click(8, 8, true)
	r.idle()
	r.Track()
	r.wait("both are tracked", func() bool { return len(r.Document().ResultFrames(2)) > 5 })
	r.DeleteObject(2)
	r.Click(1, 1, true) // the first object is selected again
	r.idle()
	if _, ok := r.Document().Object(2); ok || len(r.Document().ResultFrames(2)) != 0 {
		t.Error("a deleted object got masks")
	}
	if n := len(r.Document().ResultFrames(1)); n != 300 {
		t.Errorf("the other object has %d masks", n)
	}
	r.AddObject()
	if r.Selected() == 2 {
		t.Error("the number of a deleted object was given to another")
	}
}

func TestClickWhileTrackingIsAStepOfItsOwn(t *testing.T) {
	r := opened(t, 400, func() { time.Sleep(100 * time.Microsecond) })
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.wait("some frames are tracked", func() bool { return len(r.Document().ResultFrames(1)) > 20 })
	r.GoTo(2)
	r.Click(5, 5, true)
	r.idle()
	if res, _ := r.Document().Result(key(1, 2)); res.Source != annotate.Prompted {
		t.Errorf("the corrected frame holds a mask that was %s", res.Source)
	}
	r.Undo() // frames after the click
	r.Undo() // the click with its mask
	if _, ok := r.Document().Prompt(key(1, 2)); ok {
		t.Error("two undo steps did not reach the click")
	}
	if res, _ := r.Document().Result(key(1, 2)); res.Source != annotate.Tracked {
		t.Errorf("the tracked mask did not come back: %+v", res)
	}
}

func TestPaintingMakesAMaskPrompt(t *testing.T) {
	r := opened(t, 20, nil)
	r.SetTool(ToolBrush)
	r.SetBrush(2)
	r.BeginStroke(5, 5)
	r.MoveStroke(10, 5)
	if l := r.Scene().Layers; len(l) != 1 || len(l[0].Strokes) != 1 {
		t.Fatalf("the stroke is not shown: %+v", l)
	}
	r.EndStroke()
	r.idle()
	p, _ := r.Document().Prompt(key(1, 0))
	res, _ := r.Document().Result(key(1, 0))
	if p.Mask == nil || !p.Mask.At(7, 5) || res.Source != annotate.Painted || res.Area != p.Mask.Area() {
		t.Fatalf("prompt %+v, result %+v", p, res)
	}
	r.SetTool(ToolEraser)
	r.BeginStroke(7, 5)
	r.EndStroke()
	r.idle()
	if p, _ := r.Document().Prompt(key(1, 0)); p.Mask.At(7, 5) {
		t.Error("the eraser left the pixel on")
	}
	r.BeginStroke(1, 1)
	r.Undo()
	if p, _ := r.Document().Prompt(key(1, 0)); p.Mask.At(7, 5) || len(r.Scene().Layers[0].Strokes) != 0 {
		t.Error("undo during a stroke did not just give the stroke up")
	}
}

func TestEngineSwitchKeepsTheWorkAndTellsTheNewEngine(t *testing.T) {
	r := opened(t, 40, jitter(3, time.Millisecond))
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.wait("tracking began", func() bool { return len(r.Document().ResultFrames(1)) > 3 })
	r.SetEngine("other")
	if r.Tracking() {
		t.Error("tracking goes on with the engine that was left")
	}
	r.Click(9, 9, true) // asked while no engine is ready
	r.settled()
	if res, _ := r.Document().Result(key(1, 0)); res.Engine != "other" || res.Area != 2 {
		t.Errorf("the click was answered by %q with %d points", res.Engine, res.Area)
	}
	prompts, _ := r.other.open.facts()
	if p := prompts[key(1, 0)]; len(p.Points) != 2 {
		t.Errorf("the new engine knows %+v", prompts)
	}
	if r.prefs["engine"] != "other" {
		t.Error("the choice is not kept")
	}
}

func TestEngineThatCannotBeOpened(t *testing.T) {
	r := newRig(t, 10, nil)
	r.engine.fail = errors.New("the library is missing\nand more")
	r.OpenFile("clip.mp4")
	r.wait("the failure is known", func() bool { _, err := r.EngineReady(); return err != nil })
	if m := r.Message(); m.Kind != Failure || strings.Contains(m.Text, "\n") || !strings.Contains(m.Text, "library is missing") {
		t.Errorf("message %+v", m)
	}
	r.Click(1, 1, true)
	r.Track()
	r.wait("nothing runs", func() bool { return !r.Tracking() })
	if r.Message().Kind != Failure {
		t.Errorf("message %+v", r.Message())
	}
	r.SetEngine("other")
	r.wait("the other engine is ready", func() bool { ok, _ := r.EngineReady(); return ok })
}

func TestOpenFailureKeepsWhatIsOpen(t *testing.T) {
	r := opened(t, 10, nil)
	r.Click(1, 1, true)
	r.OpenFile("bad.mp4")
	r.wait("the failure is shown", func() bool { return r.Message().Kind == Failure })
	if !r.IsOpen() || len(r.Document().Objects()) != 1 {
		t.Error("a file that cannot be opened closed the one that was open")
	}
}

func TestContinueIsOfferedAfterAKill(t *testing.T) {
	r := newRig(t, 30, nil)
	d := r.project.doc
	mask := annotate.NewResult(annotate.FullMask(fakeW, fakeH), 0.9, annotate.Tracked, "fake")
	r.project.hist.Do(annotate.Change{Edits: []annotate.Edit{
		d.SetObject(annotate.Object{ID: 1}),
		d.SetPrompt(key(1, 0), &annotate.Prompt{Points: []annotate.Point{{X: 1, Y: 1, Positive: true}}}),
		d.SetResult(key(1, 1), &mask), d.SetResult(key(1, 2), &mask),
	}})
	r.project.pending = true
	r.project.run = project.Run{ID: 7, Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 0, Last: 29}, Direction: "forward", Engine: "fake", Group: 3}
	r.project.finished = map[annotate.FrameKey]bool{key(1, 1): true, key(1, 2): true}
	r.OpenFile("clip.mp4")
	r.wait("the banner is shown", func() bool { return r.IsOpen() && r.Banner().Action == "Continue" })
	r.Banner().Do()
	r.wait("tracking goes on", r.Tracking)
	r.idle()
	if r.engine.open.tracked[0] == key(1, 1) || len(r.engine.open.tracked) != 28 {
		t.Errorf("tracked %v", r.engine.open.tracked)
	}
	if known := r.engine.open.known; len(known) != 2 {
		t.Errorf("the engine was told of %v", known)
	}
}

func TestSavingProblemIsABannerThatGoesAway(t *testing.T) {
	r := opened(t, 10, nil)
	r.project.failing.Store(true)
	b := r.Banner()
	if !strings.Contains(b.Text, "disk is full") || b.Action == "" {
		t.Fatalf("banner %+v", b)
	}
	b.Do()
	r.wait("it is saved", func() bool { return r.Banner().Text == "" })
}

func TestReviewMarksAndRange(t *testing.T) {
	r := opened(t, 60, nil)
	r.Click(3, 3, true)
	r.idle()
	r.GoTo(20)
	r.ToggleMark()
	r.GoTo(0)
	r.NextReview()
	if r.Frame() != 20 {
		t.Errorf("N went to frame %d", r.Frame())
	}
	r.ToggleMark()
	if len(r.Marks()) != 0 {
		t.Error("the mark stayed")
	}
	r.Undo()
	if !slices.Equal(r.Marks(), []int{20}) {
		t.Error("a mark cannot be undone")
	}
	r.GoTo(40)
	r.SetOut()
	r.GoTo(10)
	r.SetIn()
	if got := r.Document().Range(); got != (annotate.Range{First: 10, Last: 40}) {
		t.Errorf("range %v", got)
	}
	r.GoTo(50)
	r.SetIn() // beyond the out mark
	if got := r.Document().Range(); got != (annotate.Range{First: 50, Last: 50}) {
		t.Errorf("range %v", got)
	}
}

func TestKeyboardCursorPlacesPrompts(t *testing.T) {
	r := opened(t, 10, nil)
	r.ToggleCursor()
	r.MoveCursor(-1000, 3)
	r.UseCursor()
	r.ClickCursor(false)
	p, _ := r.Document().Prompt(key(1, 0))
	if len(p.Points) != 2 || p.Points[0].X != 0.5 || p.Points[0].Y != 15 || p.Points[1].Positive {
		t.Fatalf("points %+v", p.Points)
	}
	r.SetTool(ToolBox)
	r.UseCursor()
	r.MoveCursor(10, -10)
	r.UseCursor()
	if p, _ := r.Document().Prompt(key(1, 0)); p.Box == nil || *p.Box != (annotate.Box{X0: 0.5, Y0: 5, X1: 10.5, Y1: 15}) {
		t.Errorf("box %+v", p.Box)
	}
}

func TestPreviewChangesNothing(t *testing.T) {
	r := opened(t, 10, nil)
	r.wait("the frame is ready", func() bool { return r.sess.FrameReady()(0) })
	before := r.Document().Revision()
	r.PreviewAt(3, 3, true)
	r.wait("the preview is shown", func() bool { return len(r.Scene().Layers) == 1 })
	if r.Document().Revision() != before {
		t.Error("a preview changed the document")
	}
	r.EndPreview()
	if len(r.Scene().Layers) != 0 {
		t.Error("the preview stays")
	}
}

func TestPlayingFollowsTheClockAndEnds(t *testing.T) {
	r := opened(t, 12, nil)
	now := time.Now()
	r.deps.Now = func() time.Time { return now }
	r.TogglePlay()
	seen := []int{}
	r.wait("the end is reached", func() bool {
		now = now.Add(40 * time.Millisecond)
		if n := len(seen); n == 0 || seen[n-1] != r.Frame() {
			seen = append(seen, r.Frame())
		}
		return !r.Playing()
	})
	if r.Frame() != 11 || !slices.IsSorted(seen) {
		t.Errorf("played %v", seen)
	}
	if got := r.Time(11); got != 440*time.Millisecond {
		t.Errorf("time of the last frame %v", got)
	}
}

// A window may be closed at the moment at which its engine starts: the session
// that nobody takes over is closed before its engine.
func TestCloseWhileTheEngineStarts(t *testing.T) {
	for i := range 30 {
		r := newRig(t, 10, func() { time.Sleep(time.Duration(i) * 50 * time.Microsecond) })
		r.OpenFile("clip.mp4")
		r.wait("the video is open", r.IsOpen)
		time.Sleep(time.Duration(i) * 40 * time.Microsecond)
		_ = r.Controller.Close()
		if s := r.engine.open; s != nil && !s.closed {
			t.Fatalf("round %d: the session stayed open", i)
		}
	}
}

func TestEngineAndSettingsOfTheEnvironmentAreDefaults(t *testing.T) {
	s := inference.DefaultSettings()
	s.MemoryFrames = 3
	deps := Deps{Engines: fakeEngines{}, Prefs: mapPrefs{}, Settings: s, Engine: "oth"}
	if c := New(deps, nil); c.EngineName() != "other" || c.Settings() != s {
		t.Errorf("engine %q, settings %+v", c.EngineName(), c.Settings())
	}
	deps.Prefs = mapPrefs{"engine": "fake"}
	if c := New(deps, nil); c.EngineName() != "fake" {
		t.Error("the environment overrules what a person chose")
	}
}

func TestOpeningWhatIsOpenChangesNothing(t *testing.T) {
	r := opened(t, 10, nil)
	r.OpenFile("./clip.mp4")
	if _, _, _, busy := r.Opening(); busy || r.project.closed.Load() {
		t.Error("the open file was opened again")
	}
}

func TestCloseEndsEverything(t *testing.T) {
	r := opened(t, 500, jitter(9, 500*time.Microsecond))
	r.Click(3, 4, true)
	r.Track()
	r.wait("tracking runs", func() bool { return len(r.Document().ResultFrames(1)) > 3 })
	_ = r.Controller.Close()
	if !r.project.closed.Load() || !r.video.closed.Load() || !r.engine.open.closed || !r.engine.closed {
		t.Error("something stayed open")
	}
}

// After tracking something is always proposed; Enter accepts the object of the
// row and goes on to the next, and only when all was looked at is that said.
func TestReviewProposesAndEnterGoesOn(t *testing.T) {
	r := opened(t, 60, nil)
	r.NextReview()
	if m := r.Message(); m.Kind == Success || !strings.Contains(m.Text, "Click") {
		t.Errorf("before anything is tracked: %+v", m)
	}
	r.Click(3, 3, true)
	r.AddObject()
	r.Click(9, 9, true)
	r.idle()
	r.Track()
	r.idle()
	r.wait("frames are proposed", func() bool { return len(r.Queue()) > 2 })
	for _, it := range r.Queue() {
		if it.Suspect() || it.Reason == "" {
			t.Errorf("%+v", it)
		}
	}
	r.NextReview()
	for n := len(r.Queue()); n > 0; n-- {
		at := key(r.Selected(), r.Frame())
		other := key(3-at.Object, at.Frame)
		was := r.Document().Protected(other)
		r.Accept()
		if !r.Document().Protected(at) || r.Document().Protected(other) != was {
			t.Fatalf("Enter at %v: accepted %v, the other object %v", at, r.Document().Protected(at), r.Document().Protected(other))
		}
		if next := key(r.Selected(), r.Frame()); n > 1 && next == at || len(r.Queue()) != n-1 {
			t.Fatalf("after Enter at %v the row is %v of %d", at, next, len(r.Queue()))
		}
	}
	done, all := r.Reviewed()
	if m := r.Message(); m.Kind != Success || done != all || done == 0 || !strings.Contains(m.Text, "looked at") {
		t.Errorf("%d of %d: %+v", done, all, m)
	}
	r.GoTo(30)
	r.Click(5, 5, true)
	r.idle()
	r.NextReview()
	if m := r.Message(); m.Kind == Success {
		t.Errorf("while a correction is due: %+v", m)
	}
}
