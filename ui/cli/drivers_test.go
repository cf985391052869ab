package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/engines"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
	"github.com/masklet/masklet/ui/transfer"
)

// gate holds Phase 2 after so many steps, until its context ends.
type gate struct {
	mu    sync.Mutex
	left  int
	reach func() // nil: it is open
}

func (g *gate) arm(steps int, reach func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left, g.reach = steps, reach
}

func (g *gate) pass(ctx context.Context) error {
	g.mu.Lock()
	reach := g.reach
	if g.left--; reach == nil || g.left >= 0 {
		g.mu.Unlock()
		return nil
	}
	g.reach = nil
	g.mu.Unlock()
	reach()
	<-ctx.Done()
	return ctx.Err()
}

// gatedEngines is the registry with a gate in every engine.
type gatedEngines struct {
	*engines.Registry
	gate *gate
	only string
}

func (e gatedEngines) Names() []string { return []string{e.only} }

func (e gatedEngines) Open(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
	engine, err := e.Registry.Open(ctx, name, s)
	return gatedEngine{engine, e.gate}, err
}

type gatedEngine struct {
	inference.Engine
	gate *gate
}

func (e gatedEngine) Open(ctx context.Context, v inference.Frames, c *inference.FeatureCache, s inference.Settings) (inference.Session, error) {
	is, err := e.Engine.Open(ctx, v, c, s)
	return gatedSession{is, e.gate}, err
}

type gatedSession struct {
	inference.Session
	gate *gate
}

func (s gatedSession) Restore(ctx context.Context, k annotate.FrameKey, p annotate.Prompt, r annotate.Result) error {
	return inference.Restore(ctx, s.Session, k, p, r)
}

// Keep implements inference.Keeper as the session does.
func (s gatedSession) Keep(objects []annotate.ObjectID, anew bool) []inference.Kept {
	if k, ok := s.Session.(inference.Keeper); ok {
		return k.Keep(objects, anew)
	}
	return nil
}

// Recall implements inference.Keeper as the session does.
func (s gatedSession) Recall(kept []inference.Kept) error {
	if k, ok := s.Session.(inference.Keeper); ok {
		return k.Recall(kept)
	}
	return nil
}

func (s gatedSession) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	p, err := s.Session.Propagate(req)
	return gatedPropagation{p, s.gate}, err
}

type gatedPropagation struct {
	inference.Propagation
	gate *gate
}

func (p gatedPropagation) Next(ctx context.Context) (inference.FrameResults, error) {
	if err := p.gate.pass(ctx); err != nil {
		return inference.FrameResults{}, err
	}
	return p.Propagation.Next(ctx)
}

// labeler is a driver of the session, as far as the scenario needs it.
type labeler interface {
	click(object annotate.ObjectID, frame int, x, y float64)
	box(object annotate.ObjectID, frame int, b annotate.Box)
	track()                            // what corrections affect, or everything
	everything()                       // in both directions
	stopAfter(steps int)               // in the next run
	copyAfter(steps int) func() string // in the next run, which then is stopped: what a kill would leave
	close()
}

// Whoever works, the window or the command line, and whoever goes on after a
// kill: the project holds the same, and so does what is exported.
func TestWindowAndCommandLineDoTheSame(t *testing.T) {
	t.Run("classic", func(t *testing.T) { sameScenario(t, classic.Name) })
	t.Run("nano SAM 2", func(t *testing.T) {
		orttest.Library(t)
		root := t.TempDir()
		if code, _, errs := modelRun(t, root, "import", nanoFile(t), "-size", "64", "-name", "nano"); code != ExitDone {
			t.Fatalf("import: exit %d, %s", code, errs)
		}
		t.Setenv(modelpack.EnvModels, root)
		sameScenario(t, "nano-64")
	})
}

func sameScenario(t *testing.T, engine string) {
	want, wantFiles := "", map[string]string{}
	if engine != classic.Name { // which is told masks, and knows no more than they say
		want, wantFiles = uninterrupted(t, engine)
	}
	for _, name := range []string{"window", "command line"} {
		frames, _, _ := makeClip(t)
		g := &gate{}
		registry := gatedEngines{engines.New(), g, engine}
		var l labeler
		if name == "window" {
			l = openWindow(t, registry, frames)
		} else {
			l = openCommandLine(t, registry, frames)
		}
		killed := scenario(l, true)
		for _, resumed := range []string{"window", "command line"} {
			t.Run(name+" then "+resumed, func(t *testing.T) {
				file := copyFolder(t, killed)
				if resumed == "window" {
					w := openWindow(t, registry, file)
					w.wait("the offer to continue", func() bool { return w.c.Banner().Action == "Continue" })
					w.c.Banner().Do()
					w.wait("it runs", w.c.Tracking)
					w.idle()
					w.export(filepath.Join(filepath.Dir(file), "out"))
					w.close()
				} else {
					resumeByCommand(t, registry, file)
				}
				got, gotFiles := meaning(t, file), filesUnder(t, filepath.Join(filepath.Dir(file), "out", "png"))
				if want == "" {
					want, wantFiles = got, gotFiles
				}
				if got != want {
					t.Errorf("the project holds\n%s\nwant\n%s", got, want)
				}
				if len(gotFiles) != 2*clipFrames || fmt.Sprint(gotFiles) != fmt.Sprint(wantFiles) {
					t.Errorf("%d exported masks differ from the %d wanted", len(gotFiles), len(wantFiles))
				}
			})
		}
	}
}

// uninterrupted returns what the scenario leads to without a kill.
func uninterrupted(t *testing.T, engine string) (string, map[string]string) {
	frames, _, _ := makeClip(t)
	g := &gate{}
	scenario(openCommandLine(t, gatedEngines{engines.New(), g, engine}, frames), false)
	file, dir := frames+project.Extension, t.TempDir()
	if code, _, errs := runCommand(t, t.Context(), "export", "-project", file, "-format", "png", "-out", dir); code != ExitDone {
		t.Fatalf("export: exit %d, %s", code, errs)
	}
	return meaning(t, file), filesUnder(t, filepath.Join(dir, "png"))
}

// scenario works as a labeler does, and is killed in its last run if asked to.
func scenario(l labeler, kill bool) (killed string) {
	x, y := discAt(4)
	l.click(1, 4, float64(x), float64(y))
	l.box(2, 2, annotate.Box{X0: 100, Y0: 10, X1: 150, Y1: 50})
	l.stopAfter(9)
	l.everything()
	x, y = discAt(7)
	l.click(1, 7, float64(x), float64(y))
	l.track()
	l.everything()
	x, y = discAt(12)
	l.click(1, 12, float64(x), float64(y))
	if !kill {
		l.everything()
		l.close()
		return ""
	}
	copied := l.copyAfter(5)
	l.everything()
	l.close()
	return copied()
}

// windowDriver drives the session as the window does.
type windowDriver struct {
	t    *testing.T
	loop *session.Loop
	c    *controller.Controller
	gate *gate
}

func openWindow(t *testing.T, e gatedEngines, path string) *windowDriver {
	w := &windowDriver{t: t, loop: session.NewLoop(), gate: e.gate}
	w.c = controller.New(controller.Deps{
		Post: w.loop.Post, Open: opening.Open, Engines: e, Prefs: noPrefs{},
	}, nil)
	w.c.OpenFile(path)
	w.wait("the engine is ready", func() bool { ready, _ := w.c.EngineReady(); return ready })
	return w
}

type noPrefs struct{}

func (noPrefs) Get(string) string  { return "" }
func (noPrefs) Set(string, string) {}

func (w *windowDriver) wait(what string, done func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	if err := w.loop.Until(ctx, done); err != nil {
		w.t.Fatalf("waiting until %s: %v; %+v", what, err, w.c.Message())
	}
}

func (w *windowDriver) idle() {
	w.t.Helper()
	answered := func() bool {
		for _, o := range w.c.Document().Objects() {
			for _, f := range w.c.Document().Keyframes(o.ID) {
				if _, ok := w.c.Document().Result(annotate.FrameKey{Object: o.ID, Frame: f}); !ok {
					return false
				}
			}
		}
		return true
	}
	w.wait("nothing runs", func() bool { return answered() && !w.c.Tracking() && w.c.Message().Text != "Stopping ..." })
}

func (w *windowDriver) at(object annotate.ObjectID, frame int) {
	if _, ok := w.c.Document().Object(object); !ok {
		w.c.AddObject()
	}
	w.c.Select(object)
	w.c.GoTo(frame)
}

func (w *windowDriver) click(object annotate.ObjectID, frame int, x, y float64) {
	w.at(object, frame)
	before := w.c.Document().Revision()
	w.c.Click(x, y, true)
	w.wait("the click is answered", func() bool { return w.c.Document().Revision() == before+2 })
}

func (w *windowDriver) box(object annotate.ObjectID, frame int, b annotate.Box) {
	w.at(object, frame)
	w.c.DrawBox(b)
	w.idle()
}

func (w *windowDriver) track()      { w.c.Track(); w.idle() }
func (w *windowDriver) everything() { w.c.TrackAll(inference.Both); w.idle() }

func (w *windowDriver) stopAfter(steps int) { w.gate.arm(steps, func() { w.loop.Post(w.c.Stop) }) }

func (w *windowDriver) copyAfter(steps int) func() string {
	return copyAfter(w.t, w.gate, w.loop, steps, func(dest string) {
		w.c.SaveCopy(dest, func(_ *controller.Work, ended bool, _ string, err error) {
			if err != nil {
				w.t.Error(err)
			}
			if ended {
				w.c.Stop()
			}
		})
	})
}

func (w *windowDriver) export(dir string) {
	ended := false
	w.c.Export(transfer.Export{Formats: []string{"png"}, Folder: dir}, func(_ *controller.Work, end bool, _ string, err error) {
		if ended = end; err != nil {
			w.t.Error(err)
		}
	})
	w.wait("the export ends", func() bool { return ended })
}

func (w *windowDriver) close() {
	if err := w.c.Close(); err != nil {
		w.t.Error(err)
	}
}

// commandDriver drives the session as commands do.
type commandDriver struct {
	t    *testing.T
	d    *session.Driver
	slot *session.Slot
	gate *gate
}

func openCommandLine(t *testing.T, e gatedEngines, frames string) *commandDriver {
	video, err := opening.OpenVideo(t.Context(), frames, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	clip, err := opening.Create(t.Context(), video, frames+project.Extension)
	if err != nil {
		t.Fatal(err)
	}
	slot := session.NewSlot(e.Open)
	d, err := session.StartDriver(t.Context(), clip, session.Config{Slot: slot, Engine: e.only, Settings: inference.DefaultSettings()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &commandDriver{t, d, slot, e.gate}
}

func (c *commandDriver) prompt(object annotate.ObjectID, frame int, p annotate.Prompt) {
	var edits []annotate.Edit
	if _, ok := c.d.Document().Object(object); !ok {
		edits = append(edits, c.d.Document().SetObject(annotate.Object{ID: object, Color: annotate.PaletteColor(int(object))}))
	}
	if err := c.d.Ask(c.t.Context(), annotate.FrameKey{Object: object, Frame: frame}, p, edits...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *commandDriver) click(object annotate.ObjectID, frame int, x, y float64) {
	c.prompt(object, frame, annotate.Prompt{}.WithPoint(annotate.Point{X: x, Y: y, Positive: true}))
}

func (c *commandDriver) box(object annotate.ObjectID, frame int, b annotate.Box) {
	c.prompt(object, frame, annotate.Prompt{Box: &b})
}

func (c *commandDriver) track() {
	if _, err := c.d.Run(c.t.Context(), func() error { _, err := c.d.TrackFixes(); return err }); err != nil {
		c.t.Error(err)
	}
}

func (c *commandDriver) everything() {
	_, _ = c.d.Run(c.t.Context(), func() error { return c.d.Track(session.Target{Direction: inference.Both}) })
}

func (c *commandDriver) stopAfter(steps int) { c.gate.arm(steps, func() { c.d.Loop.Post(c.d.Stop) }) }

func (c *commandDriver) copyAfter(steps int) func() string {
	return copyAfter(c.t, c.gate, c.d.Loop, steps, func(dest string) {
		if err := c.d.Store.SaveCopy(c.t.Context(), dest, c.d.VideoPath, media.QuickHash); err != nil {
			c.t.Error(err)
		}
		c.d.Stop()
	})
}

func (c *commandDriver) close() {
	if err := c.d.Finish(); err != nil {
		c.t.Error(err)
	}
	_ = c.slot.Close()
}

// copyAfter has the project saved elsewhere after so many steps of the next run,
// which save then stops: the copy is what a kill would leave.
func copyAfter(t *testing.T, g *gate, loop *session.Loop, steps int, save func(dest string)) func() string {
	dest := filepath.Join(t.TempDir(), "killed")
	g.arm(steps, func() {
		loop.Post(func() {
			for loop.Step() { // what was tracked so far
			}
			save(dest)
		})
	})
	return func() string {
		files, err := filepath.Glob(filepath.Join(dest, "*"+project.Extension))
		if err != nil || len(files) != 1 {
			t.Fatalf("copied %v, %v", files, err)
		}
		return files[0]
	}
}

// copyFolder copies the folder of a project and returns the copy's project.
func copyFolder(t *testing.T, file string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Dir(file))); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, filepath.Base(file))
}

func resumeByCommand(t *testing.T, e gatedEngines, file string) {
	t.Helper()
	var out, errs strings.Builder
	env := testEnv(t, &out, &errs)
	env.OpenEngine, env.EngineKind = e.Open, e.Kind
	dir := filepath.Join(filepath.Dir(file), "out")
	if code := Run(t.Context(), env, []string{"track", "-resume", "-project", file}); code != ExitDone {
		t.Fatalf("resume: exit %d, %s", code, errs.String())
	}
	if code := Run(t.Context(), env, []string{"export", "-project", file, "-format", "png", "-out", dir}); code != ExitDone {
		t.Fatalf("export: exit %d, %s", code, errs.String())
	}
}

// meaning returns what a project file holds, in a form that can be compared.
func meaning(t *testing.T, file string) string {
	t.Helper()
	p, err := project.OpenReadOnly(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	c := p.Snapshot().Contents
	var lines []string
	for k, prompt := range c.Prompts {
		lines = append(lines, fmt.Sprintf("prompt %03d/%d %+v %v", k.Frame, k.Object, prompt.Points, prompt.Box != nil))
	}
	for id, results := range c.Results {
		for f, r := range results {
			m, err := r.Mask.Load()
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("mask %03d/%d %s %s %.6f %.6f %s", f, id, r.Source, r.Engine, r.Confidence, r.Score, m.RLEString()))
		}
	}
	slices.Sort(lines)
	if _, pending := p.PendingRun(); pending {
		lines = append(lines, "a run is pending")
	}
	return fmt.Sprintf("%+v\n%v\n", c.Objects, c.Protected) + strings.Join(lines, "\n")
}

// filesUnder returns the content of every file below a folder.
func filesUnder(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
