package controller

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller/works"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/cuts"
	"github.com/masklet/masklet/ui/session/opening"
)

// Part names what changed, for a Listener; parts can be joined with |.
type Part uint32

// The parts.
const (
	PartClip     Part = 1 << iota // another video, or none
	PartFrame                     // the current frame
	PartScene                     // what the canvas shows
	PartArea                      // the area that is being drawn
	PartClips                     // the folder of clips
	PartObjects                   // objects, classes, selection
	PartTimeline                  // lanes, keyframes, range, marks
	PartTool                      // tool, brush, view options
	PartHistory                   // what can be undone and redone
	PartTrack                     // job, progress, estimate
	PartReview                    // review queue
	PartMessage                   // status line, banner
	PartEngine                    // engine, settings
	PartPlay                      // playing or not
	PartAll      Part = 1<<iota - 1
)

// Listener is told on the UI goroutine that parts of the state changed.
type Listener func(Part)

// Engines opens engines by name.
type Engines interface {
	// Names returns the engines that can be opened, the embedded one first.
	Names() []string
	// Kind tells which settings an engine has, by its name.
	Kind(name string) inference.Kind
	Open(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)
}

// Prefs keeps small values between sessions of the program.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Deps is what the controller works with. All functions but Post may be
// called from other goroutines than the UI's.
type Deps struct {
	// Post runs f later on the UI goroutine, in order.
	Post func(f func())
	// Open opens a video, frame folder or project, as opening.Open does.
	Open    func(ctx context.Context, r opening.OpenRequest, progress func(done, total int)) (*session.Clip, error)
	Engines Engines
	// Settings are the engine's at first, before the user changed any; the zero
	// value means the defaults. Engine is the one that is then used, the first
	// whose name begins with it; "" means the embedded one.
	Settings inference.Settings
	Engine   string
	Cache    *inference.FeatureCache // may be nil
	Log      *slog.Logger            // may be nil
	IsCut    cuts.Rule               // the engines' rule for scene cuts; nil: none is found
	Prefs    Prefs
	Now      func() time.Time
	// After runs f after a while, on any goroutine; nil: by the system's clock.
	After   func(d time.Duration, f func())
	Version string                    // of the program, for run.json
	Reveal  func(folder string) error // shows a folder in the file manager; may be nil
}

// desk is what all parts share.
type desk struct {
	deps    Deps
	listen  Listener
	ctx     context.Context // ends with the window
	work    sync.WaitGroup  // goroutines that must end before Close returns
	sess    *session.Session
	message Message
	banner  Banner
}

func (d *desk) changed(p Part) {
	if d.listen != nil {
		d.listen(p)
	}
}

func (d *desk) doc() *annotate.Document { return d.sess.Document() }

// IsOpen reports whether a video is open.
func (d *desk) IsOpen() bool { return d.sess.IsOpen() }

// Kind says how a message is shown.
type Kind int

// The kinds of message.
const (
	Info Kind = iota
	Success
	Warning
	Failure
)

// Message is the one plain line of the status bar.
type Message struct {
	Kind Kind
	Text string
	stay bool // also when the user moves on
}

// Banner is a line above the canvas that stays until it is dealt with; what was
// done (Success) or went wrong (Failure) only until something is begun anew.
type Banner struct {
	Kind   Kind
	Text   string // "": no banner
	Action string // label of its button, "" for none
	Do     func()
}

func (d *desk) say(k Kind, text string) {
	d.message = Message{Kind: k, Text: text}
	d.changed(PartMessage)
}

// hint shows what could be done next. It is said by itself, not in answer to the
// user, so it does not take a failure away that they may not have read.
func (d *desk) hint(text string) {
	if d.message.Kind != Failure {
		d.say(Info, text)
	}
}

// movedOn puts what can be done next in the place of a line about the frame or
// object that the user leaves.
func (d *desk) movedOn(next string) {
	if m := d.message; m.Text != "" && m.Text != next && !m.stay && (m.Kind == Info || m.Kind == Warning) {
		d.say(Info, next)
	}
}

// readOn takes away a failure that the user has gone on from.
func (d *desk) readOn() {
	if d.message.Kind == Failure {
		d.say(Info, "")
	}
}

// fail shows an error as one plain line. What the user cancelled is no error.
func (d *desk) fail(what string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	d.say(Failure, what+": "+PlainLine(err))
}

// alert shows an error as fail does, and over the picture too, where it stays until
// the user takes it away or begins anew.
func (d *desk) alert(what string, err error) {
	d.fail(what, err)
	if err != nil && !errors.Is(err, context.Canceled) {
		d.banner = Banner{Kind: Failure, Text: d.message.Text}
		d.changed(PartMessage)
	}
}

// outdate takes away what the banner tells of something that is over.
func (d *desk) outdate() {
	if k := d.banner.Kind; k == Failure || k == Success {
		d.banner = Banner{}
		d.changed(PartMessage)
	}
}

// PlainLine returns an error's text as one line.
func PlainLine(err error) string {
	return plain.Line(err)
}

// Work is something that runs in the background at the user's request.
type Work = works.Work

// worksDesk is what works get to see.
func (d *desk) worksDesk() works.Desk {
	return works.Desk{
		Session: func() *session.Session { return d.sess }, Post: d.deps.Post, Now: d.deps.Now, Go: d.work.Go,
		Version: d.deps.Version, Reveal: func(folder string) error {
			if d.deps.Reveal == nil {
				return nil
			}
			return d.deps.Reveal(folder)
		},
		Begun: d.outdate, Failed: d.alert,
		Done: func(text, action string, do func()) {
			d.say(Success, text)
			if action != "" {
				d.banner = Banner{Kind: Success, Text: text, Action: action, Do: do}
			}
		},
	}
}
