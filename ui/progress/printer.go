// Package progress tells the user of a command how far it is: what goes on, how
// much of it is done and how long it will take, as plain lines or as JSON. A
// command that is at work never stays silent for longer than a second.
package progress

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session"
)

// Printer tells what a command is doing: plain lines, or one JSON
// object a line. Nobody who waits is left without a word for longer than a
// second, and what is done sooner than that needs none.
type Printer struct {
	out    io.Writer
	asJSON bool
	pace   time.Duration // the shortest time between two lines of one stage

	mu    sync.Mutex
	stage inference.Stage // of the runner's last event
	any   bool            // there was one
	last  time.Time       // when a line was printed, at first the start
	now   activity        // what goes on outside the runner; the zero value: nothing

	quit chan struct{}
	once sync.Once
	gone sync.WaitGroup
}

// activity is work that is counted in items.
type activity struct {
	stage, what string // for programs and for people: "reading", "Reading the video"
	items       string // what done and total count; empty: they are not known
	done, total int
	began       time.Time
}

// Pace is the usual pace: lines come at least once a second also where
// the machine is busy.
const Pace = 700 * time.Millisecond

// Line is one line of `-progress json`. Times are in seconds.
type Line struct {
	Phase   int     `json:"phase"` // 1 encoding, 2 propagating, 0 before and after
	Stage   string  `json:"stage"`
	Done    int     `json:"done"`
	Total   int     `json:"total"` // 0 while unknown
	FPS     float64 `json:"fps"`
	LeftS   float64 `json:"left_s"` // -1 while unknown
	Elapsed float64 `json:"elapsed_s"`
	Line    string  `json:"line"`
}

var stageNames = map[inference.Stage]string{
	inference.Starting: "starting", inference.Encoding: "encoding", inference.Encoded: "encoded",
	inference.Propagating: "propagating", inference.Completed: "completed",
	inference.Stopped: "stopped", inference.Failed: "failed",
}

// New starts a printer of which no two lines of one stage come within pace; 0
// means Pace. Stop must be called before anything else is written to out.
func New(out io.Writer, asJSON bool, pace time.Duration) *Printer {
	if pace <= 0 {
		pace = Pace
	}
	p := &Printer{out: out, asJSON: asJSON, pace: pace, quit: make(chan struct{})}
	// The program has taken its time to start: the first line comes sooner.
	p.last = time.Now().Add(-p.pace / 2)
	p.gone.Go(p.beat)
	return p
}

// beat prints what goes on while nothing new is told.
func (p *Printer) beat() {
	tick := time.NewTicker(max(p.pace/4, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-tick.C:
			p.mu.Lock()
			p.printActivity()
			p.mu.Unlock()
		}
	}
}

// Stop ends the printing; it may be called more than once.
func (p *Printer) Stop() {
	p.once.Do(func() { close(p.quit) })
	p.gone.Wait()
}

// Doing tells what goes on and how far it is: done of total items, of which
// total may be 0 while it is unknown. Work without a name for its items is not
// counted.
func (p *Printer) Doing(stage, what, items string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	began := p.now.began
	if p.now.stage != stage || p.now.what != what {
		began = time.Now()
	}
	p.now = activity{stage, what, items, done, total, began}
	p.printActivity()
}

// Say prints a line at once.
func (p *Printer) Say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	line := fmt.Sprintf(format, args...)
	p.write(Line{Stage: "note", LeftS: -1, Line: line})
}

func (p *Printer) printActivity() {
	if p.now.stage == "" || time.Since(p.last) < p.pace {
		return
	}
	p.write(p.now.line(time.Since(p.now.began)))
}

func (a activity) line(elapsed time.Duration) Line {
	l := Line{Stage: a.stage, Done: a.done, Total: a.total, LeftS: -1, Elapsed: round3(elapsed.Seconds()), Line: a.what}
	if a.items == "" {
		l.Line += fmt.Sprintf(" (%.0fs)", elapsed.Seconds())
		return l
	}
	l.Line += fmt.Sprintf(": %d", a.done)
	if a.total > 0 {
		l.Line += fmt.Sprintf(" of %d", a.total)
	}
	l.Line += " " + a.items
	if s := elapsed.Seconds(); s > 0.1 && a.done > 0 {
		l.FPS = round3(float64(a.done) / s)
		l.Line += fmt.Sprintf(" (%.1f a second", l.FPS)
		if a.total > 0 {
			l.LeftS = round3(float64(max(0, a.total-a.done)) / l.FPS)
			l.Line += fmt.Sprintf(", %.0fs left", math.Ceil(l.LeftS))
		}
		l.Line += ")"
	}
	return l
}

// Event prints the runner's progress: every change of stage, and within a stage
// about one line a second.
func (p *Printer) Event(e session.Event) {
	if scan, ok := e.(session.Scanning); ok {
		p.Doing("cuts", "Looking for scene cuts", "frames", scan.Done, scan.Total)
		return
	}
	pe, ok := e.(session.Progressed)
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = activity{}
	if p.any && pe.Progress.Stage == p.stage && time.Since(p.last) < p.pace {
		return
	}
	p.any, p.stage = true, pe.Progress.Stage
	p.write(lineOf(pe.Progress))
}

func lineOf(pr inference.Progress) Line {
	phase := 1
	if pr.Stage >= inference.Propagating {
		phase = 2
	}
	left := -1.0
	if pr.Left >= 0 {
		left = round3(pr.Left.Seconds())
	}
	return Line{
		Phase: phase, Stage: stageNames[pr.Stage], Done: pr.Done, Total: pr.Total,
		FPS: round3(pr.FPS), LeftS: left, Elapsed: round3(pr.Elapsed.Seconds()), Line: pr.Line(),
	}
}

// write is called with mu held. A broken pipe must not stop the work; the
// results are files.
func (p *Printer) write(l Line) {
	p.last = time.Now()
	if p.asJSON {
		_ = json.NewEncoder(p.out).Encode(l)
		return
	}
	fmt.Fprintln(p.out, l.Line)
}

// round3 keeps lines and JSON readable.
func round3(v float64) float64 { return math.Round(v*1000) / 1000 }
