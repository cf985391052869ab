package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"masklet/inference"
)

// progressPrinter prints the progress of a job: plain lines, or one JSON object
// a line.
type progressPrinter struct {
	out    io.Writer
	asJSON bool
	stage  inference.Stage
	last   time.Time
	any    bool
}

// lineInterval is the shortest time between two lines of one stage: lines come
// at least once a second also where the machine is busy.
const lineInterval = 700 * time.Millisecond

// progressLine is one line of `-progress json`.
type progressLine struct {
	Phase   int     `json:"phase"` // 1 encoding, 2 propagating
	Stage   string  `json:"stage"`
	Done    int     `json:"done"`
	Total   int     `json:"total"`
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

// event prints progress events: every change of stage, and within a stage
// about one a second.
func (p *progressPrinter) event(e inference.Event) {
	pe, ok := e.(inference.ProgressEvent)
	if !ok {
		return
	}
	now := time.Now()
	if p.any && pe.Progress.Stage == p.stage && now.Sub(p.last) < lineInterval {
		return
	}
	p.any, p.stage, p.last = true, pe.Progress.Stage, now
	p.print(pe.Progress)
}

// writing prints how far the files of a format are, about once a second. It
// prints nothing for what is written at once.
func (p *progressPrinter) writing(format string, frame, frames int) {
	now := time.Now()
	if p.last.IsZero() {
		p.last = now
	}
	if now.Sub(p.last) < lineInterval {
		return
	}
	p.last = now
	line := fmt.Sprintf("Writing %s: frame %d of %d", format, frame+1, frames)
	if !p.asJSON {
		fmt.Fprintln(p.out, line)
		return
	}
	_ = json.NewEncoder(p.out).Encode(progressLine{
		Phase: 2, Stage: "writing", Done: frame + 1, Total: frames, LeftS: -1, Line: line,
	})
}

func (p *progressPrinter) print(pr inference.Progress) {
	if !p.asJSON {
		fmt.Fprintln(p.out, pr.Line())
		return
	}
	phase := 1
	if pr.Stage >= inference.Propagating {
		phase = 2
	}
	left := -1.0
	if pr.Left >= 0 {
		left = round3(pr.Left.Seconds())
	}
	// A broken pipe must not stop the work; the results are files.
	_ = json.NewEncoder(p.out).Encode(progressLine{
		Phase: phase, Stage: stageNames[pr.Stage], Done: pr.Done, Total: pr.Total,
		FPS: round3(pr.FPS), LeftS: left, Elapsed: round3(pr.Elapsed.Seconds()), Line: pr.Line(),
	})
}
