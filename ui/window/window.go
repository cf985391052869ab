package window

import (
	"context"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/canvasview"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/filedialog"
	"github.com/masklet/masklet/ui/panels"
	"github.com/masklet/masklet/ui/timeline"
)

// Config is what a window needs.
type Config struct {
	App     fyne.App
	Version string
	Deps    controller.Deps // Post may be nil: then the toolkit's queue is used
	// Sample returns the path of the bundled sample, which it unpacks if needed.
	Sample func() (string, error)
	Models Models // may be nil
	// Diagnostics may be nil: then nothing is logged.
	Diagnostics Diagnostics
	// FileDialog asks with the desktop's own file dialog and answers on the UI
	// goroutine; nil: the window asks itself.
	FileDialog func(r filedialog.Request, answer func(path string, err error))
}

// Window is the main window.
type Window struct {
	win  fyne.Window
	conf Config
	c    *controller.Controller

	canvas    *canvasview.Canvas
	timeline  *timeline.Timeline
	tools     *toolbar
	objects   *panels.Objects
	review    *panels.Review
	clips     *panels.Clips
	clipsSide fyne.CanvasObject
	classes   *panels.Classes
	track     *panels.Track
	settings  *panels.Settings
	transport *panels.Transport
	status    *panels.Status
	welcome   *welcome
	offer     *panels.Offer
	banner    *banner
	busy      *busySign
	reviewTab *container.TabItem
	tabs      *container.AppTabs
	work      *fyne.Container // everything but the welcome screen
	menu      *menus
	acts      map[string]binding // by action

	keys    keyState
	altHeld *fyne.Animation // looks whether Alt is still held after a click with it
	host    *dialogs.Host
	asked   any             // the question that is or was on the screen
	dirty   controller.Part // parts to be shown by the refresh that is queued
	queued  bool
	closed  bool
	lost    error           // why work could not be saved when the window was closed
	ctx     context.Context // ends when the window closes
	quit    context.CancelFunc
	jobs    sync.WaitGroup // what start runs
}

// New builds the window. Show it with ShowAndRun of Window().
func New(conf Config) *Window {
	w := &Window{conf: conf}
	w.ctx, w.quit = context.WithCancel(context.Background())
	if conf.Deps.Post == nil {
		conf.Deps.Post = fyne.Do
	}
	if conf.Deps.Prefs == nil {
		conf.Deps.Prefs = prefs{conf.App.Preferences()}
	}
	if conf.Deps.Reveal == nil {
		conf.Deps.Reveal = func(folder string) error {
			return conf.App.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(folder)})
		}
	}
	conf.Deps.Version = conf.Version
	w.conf = conf
	w.c = controller.New(conf.Deps, w.changed)
	conf.App.Settings().SetTheme(look{light: w.c.View().Light})
	w.win = conf.App.NewWindow("Masklet")
	w.win.SetPadded(false)
	w.host = dialogs.NewHost(w.win)
	w.host.Desktop = conf.FileDialog
	w.build()
	w.win.Resize(keptSize(conf.Deps.Prefs))
	w.win.SetOnDropped(w.dropped)
	w.win.SetCloseIntercept(w.Quit)
	w.bindKeys()
	w.refresh(controller.PartAll)
	return w
}

// Window returns the toolkit's window.
func (w *Window) Window() fyne.Window { return w.win }

// Controller returns what the window drives.
func (w *Window) Controller() *controller.Controller { return w.c }

// Open opens a video, a frame folder or a project.
func (w *Window) Open(path string) { w.c.OpenFile(path) }

// Quit closes the window, unless work would be lost: the user is asked then.
func (w *Window) Quit() { w.c.Leave(func() { _ = w.Close() }, func() {}) }

// Close ends everything that runs, saves and closes the window. The error says
// that work could not be saved.
func (w *Window) Close() error {
	if !w.closed {
		_ = w.End() // told below
		w.win.Close()
	}
	return w.lost
}

// End does what Close does, but for the toolkit's window, which may be gone.
func (w *Window) End() error {
	if !w.closed {
		w.closed = true
		w.quit()
		w.jobs.Wait()
		w.keepSize()
		w.lost = w.c.Close()
		w.canvas.Close()
	}
	return w.lost
}

// start runs f on a goroutine that Close ends and waits for.
func (w *Window) start(f func(context.Context)) context.CancelFunc {
	ctx, cancel := context.WithCancel(w.ctx)
	w.jobs.Go(func() {
		defer cancel()
		f(ctx)
	})
	return cancel
}

func (w *Window) build() {
	post := w.conf.Deps.Post
	w.canvas = canvasview.New(post, modifiers)
	w.canvas.Actions = w.canvasActions()
	w.timeline = timeline.New()
	w.timeline.OnSeek = w.c.GoTo
	w.timeline.OnSelect = w.c.Select
	w.timeline.OnCut = w.c.ToggleCut
	w.tools = newToolbar(w)
	w.objects = panels.NewObjects(w.c, w)
	w.objects.PickColor = w.pickColor
	w.objects.Done = w.focusCanvas
	w.review = panels.NewReview(w.c, w.c.Thumbs, w)
	w.classes = panels.NewClasses(w.c, w, w.loadClasses, w.saveClasses)
	w.classes.PickColor, w.classes.Done = w.pickColor, w.focusCanvas
	w.track = panels.NewTrack(w.c, w)
	w.settings = panels.NewSettings(w.c, w)
	w.transport = panels.NewTransport(w.c, w, w.timeline.Zoom, w.timeline.Fit)
	w.transport.Done = w.focusCanvas
	w.status = panels.NewStatus(w.c)
	w.banner = newBanner(w, w.c)
	w.busy = newBusySign(w.c)
	w.offer = panels.NewOffer(w.c, w.conf.Models, w.start, w.conf.Deps.Post, w)
	w.welcome = newWelcome(w)

	w.reviewTab = container.NewTabItem("Review", container.NewPadded(w.review.Content))
	w.tabs = container.NewAppTabs(
		container.NewTabItem("Objects", container.NewPadded(w.objects.Content)),
		w.reviewTab,
		container.NewTabItem("Settings", container.NewPadded(container.NewBorder(w.offer.View(), nil, nil, nil, w.settings.Content))),
		container.NewTabItem("Classes", container.NewPadded(w.classes.Content)),
	)
	side := container.NewBorder(nil, container.NewVBox(widget.NewSeparator(), container.NewPadded(w.track.Content)), nil, nil, w.tabs)
	below := container.NewBorder(w.transport.Content, nil, nil, nil, w.timeline)
	middle := container.NewVSplit(container.NewStack(w.canvas, container.NewBorder(w.banner.content, w.busy.content, nil, nil)), below)
	middle.Offset = 0.8
	w.clips = panels.NewClips(w.c.Shelf, w, w.showExportAll)
	w.clipsSide = container.NewBorder(nil, nil, nil, widget.NewSeparator(), widthOf(container.NewPadded(w.clips.Content), 190))
	w.clipsSide.Hide()
	w.work = container.NewBorder(nil, nil, w.clipsSide,
		container.NewBorder(nil, nil, widget.NewSeparator(), nil, widthOf(side, 300)), middle)
	bar := container.NewStack(newBack(theme.ColorNameHeaderBackground), container.NewPadded(w.tools.content))
	w.win.SetContent(container.New(layout.NewBorderLayout(bar, w.status.Content, nil, nil),
		bar, w.status.Content, container.NewStack(w.work, w.welcome.content)))
	w.acts = w.bindings()
	w.menu = newMenus(w)
	w.win.SetMainMenu(w.menu.main)
}

// changed collects what the controller says and shows it in one go, so that a
// handler that changes many things causes one refresh.
func (w *Window) changed(p controller.Part) {
	w.dirty |= p
	if w.queued || w.canvas == nil {
		return
	}
	w.queued = true
	w.conf.Deps.Post(func() {
		w.queued = false
		if !w.closed {
			w.refresh(w.dirty)
		}
	})
}

// refresh shows the parts that changed.
func (w *Window) refresh(p controller.Part) {
	w.dirty &^= p
	has := func(q controller.Part) bool { return p&q != 0 }
	if has(controller.PartClip) {
		w.showClip()
	}
	if has(controller.PartClips | controller.PartClip) {
		w.clips.Update()
		if w.hasClips() != w.clipsSide.Visible() {
			controls.SetVisible(w.clipsSide, w.hasClips())
			w.work.Refresh()
		}
		w.menu.update()
	}
	if has(controller.PartTool) {
		w.showTool()
	}
	if has(controller.PartScene | controller.PartFrame) {
		w.canvas.SetScene(w.c.Scene())
	}
	if has(controller.PartArea | controller.PartScene | controller.PartFrame | controller.PartObjects) {
		w.canvas.SetOutline(w.c.Outline())
	}
	if has(controller.PartFrame) {
		w.timeline.SetFrame(w.c.Frame())
	}
	if has(controller.PartFrame | controller.PartPlay | controller.PartClip | controller.PartTimeline) {
		w.transport.Update()
	}
	if has(controller.PartTimeline | controller.PartObjects | controller.PartClip) {
		w.timeline.SetModel(w.timelineModel())
	}
	if has(controller.PartObjects | controller.PartClip) {
		w.objects.Update()
		w.classes.Update()
	}
	if has(controller.PartReview | controller.PartClip | controller.PartObjects) {
		w.showReview()
	}
	if has(controller.PartEngine | controller.PartClip) {
		w.track.UpdateEngine()
		w.settings.Update()
		w.offer.Update()
	}
	if has(controller.PartTrack | controller.PartEngine | controller.PartClip) {
		w.track.Update()
	}
	if has(controller.PartMessage | controller.PartClip) {
		w.banner.update()
		w.welcome.problem.update()
		w.busy.update()
	}
	if has(controller.PartMessage | controller.PartClip | controller.PartScene | controller.PartFrame | controller.PartObjects) {
		w.status.Update(w.canvas.Zoom())
	}
	if has(controller.PartHistory | controller.PartClip | controller.PartTrack | controller.PartTool) {
		w.tools.update()
		w.menu.update()
	}
}

func (w *Window) showClip() {
	open := w.c.IsOpen()
	controls.SetVisible(w.work, open)
	w.askHowToOpen()
	w.welcome.update()
	title := "Masklet"
	if open {
		title = base(w.c.Path()) + " - Masklet"
	}
	w.win.SetTitle(title)
	if open {
		w.focusCanvas()
	}
}

func (w *Window) showReview() {
	w.review.Update()
	text := "Review"
	if n := w.review.Count(); n > 0 {
		text += " (" + itoa(n) + ")"
	}
	if w.reviewTab.Text != text {
		w.reviewTab.Text = text
		w.tabs.Refresh()
	}
}

func (w *Window) timelineModel() timeline.Model {
	d := w.c.Document()
	m := timeline.Model{Frames: d.Frames(), Range: d.Range(), RangeSet: d.RangeSet(), Cuts: d.AllCuts(), Marks: w.c.Marks()}
	if n := w.c.Reading(); n.On {
		m.Read = max(1, n.Done)
	}
	for _, o := range d.Objects() {
		if l := w.c.Lane(o.ID); l != nil {
			m.Lanes = append(m.Lanes, timeline.Lane{
				ID: o.ID, Name: d.Name(o.ID), Color: o.Color, Hidden: o.Hidden, Selected: o.ID == w.c.Selected(),
				Cells: l.Cells, Confidence: l.Confidence, Through: d.Notes(o.ID).Through,
			})
		}
	}
	return m
}

// WatchSaving looks at a slow pace whether the project can be saved, until the
// window is closed.
func (w *Window) WatchSaving() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			w.conf.Deps.Post(func() {
				if !w.closed {
					w.banner.update()
				}
			})
		case <-w.ctx.Done():
			return
		}
	}
}

// Hint implements controls.Desk.
func (w *Window) Hint(text string) {
	if w.status != nil {
		w.status.Hint(text)
	}
}

// rename lets the user type the label of the selected object.
func (w *Window) rename() {
	w.tabs.SelectIndex(0)
	w.objects.EditLabel(w.win.Canvas())
}

func (w *Window) focusCanvas() { w.win.Canvas().Unfocus() }

func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// newBack is a rectangle in a colour of the theme.
func newBack(name fyne.ThemeColorName) *themedRect {
	r := &themedRect{name: name, rect: canvas.NewRectangle(theme.Color(name))}
	r.ExtendBaseWidget(r)
	return r
}

type themedRect struct {
	widget.BaseWidget
	name fyne.ThemeColorName
	rect *canvas.Rectangle
}

// CreateRenderer implements fyne.Widget.
func (r *themedRect) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.rect) }

// Refresh implements fyne.CanvasObject: the theme may have changed.
func (r *themedRect) Refresh() {
	r.rect.FillColor = theme.Color(r.name)
	r.BaseWidget.Refresh()
}
