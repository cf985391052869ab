package inference

import (
	"fmt"
	"math"
	"time"
)

// Stage is the part of a job that is under way.
type Stage int

// The stages of a job, in order.
const (
	Starting    Stage = iota
	Encoding          // Phase 1
	Encoded           // Phase 1 is complete
	Propagating       // Phase 2
	Completed
	Stopped // by the user; finished frames are kept
	Failed
)

// Progress is how far a job is.
//
// Phase 1 counts the frames to encode, Phase 2 the frames of the range that is
// tracked; each frame counts once, however many objects are tracked on it and
// however often it is passed. What was ready before counts from the start. A
// frame that is not finished in one go (between two keyframes it is passed
// from both sides) counts in parts, so that the count moves as steadily as the
// work; a job that stopped or failed tells the whole frames that it finished.
type Progress struct {
	Stage   Stage
	Done    int           // frames of this phase, 0 to Total
	Total   int           // frames of this phase; of Phase 2 at the very start
	Objects int           // objects that are tracked
	FPS     float64       // frames per second, lately; 0 while unknown
	Left    time.Duration // time left in this phase; negative while unknown
	Elapsed time.Duration // since the phase began; at the end of a job, since it began
}

// Line returns the progress as the one line that the window and the command
// line show.
func (p Progress) Line() string {
	switch p.Stage {
	case Starting:
		return fmt.Sprintf("Starting mask propagation (%d frames, %d objects)", p.Total, p.Objects)
	case Encoding:
		return fmt.Sprintf("Phase 1: Encoding %d frames with image encoder (%d/%d%s)", p.Total, p.Done, p.Total, p.rate(", "))
	case Encoded:
		next := ". Starting Phase 2: Mask propagation"
		if p.Objects == 0 {
			next = ""
		}
		return fmt.Sprintf("Phase 1 complete: Frame encoding finished in %.1fs%s", p.Elapsed.Seconds(), next)
	case Propagating:
		if r := p.rate(""); r != "" {
			return fmt.Sprintf("Propagation progress: %d/%d frames (%s)", p.Done, p.Total, r)
		}
		return fmt.Sprintf("Propagation progress: %d/%d frames", p.Done, p.Total)
	case Completed:
		return fmt.Sprintf("Mask propagation completed: %d frames in %.1fs (%.1f fps)", p.Done, p.Elapsed.Seconds(), p.FPS)
	case Stopped:
		return fmt.Sprintf("Mask propagation stopped: %d/%d frames finished and kept", p.Done, p.Total)
	default:
		return fmt.Sprintf("Mask propagation failed: %d/%d frames finished and kept", p.Done, p.Total)
	}
}

// Fraction returns how much of the phase is done, in [0, 1].
func (p Progress) Fraction() float64 {
	if p.Total <= 0 {
		return 0
	}
	return min(1, float64(p.Done)/float64(p.Total))
}

// rate returns "8.1 fps, 26s left" behind lead, or nothing while unknown.
func (p Progress) rate(lead string) string {
	if p.FPS <= 0 || p.Left < 0 {
		return ""
	}
	return fmt.Sprintf("%s%.1f fps, %.0fs left", lead, p.FPS, math.Ceil(p.Left.Seconds()))
}

// meter measures one phase: how many frames are done, and how fast they were
// lately. Frames that were ready at the start count as done, not as speed.
type meter struct {
	now     func() time.Time
	start   time.Time
	total   int
	ready   int
	done    float64 // frames of work in this phase
	samples []sample
}

type sample struct {
	at   time.Time
	done float64
}

// rateWindow is how far back the shown speed looks: long enough to be calm,
// short enough to follow a machine that gets busy.
const rateWindow = 20 * time.Second

func newMeter(now func() time.Time, total, ready int) *meter {
	t := now()
	return &meter{now: now, start: t, total: total, ready: ready, samples: []sample{{t, 0}}}
}

// tick counts one more frame.
func (m *meter) tick() {
	m.record(m.done + 1)
}

// reach takes over how far a propagation is. Its work is spread evenly over the
// frames that were not ready.
func (m *meter) reach(c Coverage) {
	done := float64(m.total - m.ready)
	if c.Worked < c.Work {
		done = done * float64(c.Worked) / float64(c.Work)
	}
	m.record(done)
}

func (m *meter) record(done float64) {
	m.done = done
	t := m.now()
	m.samples = append(m.samples, sample{t, done})
	for len(m.samples) > 2 && t.Sub(m.samples[1].at) > rateWindow {
		m.samples = m.samples[1:]
	}
}

func (m *meter) progress(stage Stage, objects int) Progress {
	p := Progress{
		Stage: stage, Done: m.ready + int(m.done), Total: m.total, Objects: objects,
		Left: -1, Elapsed: m.now().Sub(m.start),
	}
	first, last := m.samples[0], m.samples[len(m.samples)-1]
	if d := last.at.Sub(first.at).Seconds(); last.done > first.done && d > 0 {
		p.FPS = (last.done - first.done) / d
		left := (float64(m.total-m.ready)-m.done)/p.FPS - m.now().Sub(last.at).Seconds()
		p.Left = time.Duration(max(0, left) * float64(time.Second))
	}
	return p
}

// average sets time and speed to those since start, for the last line of a job.
func (m *meter) average(p Progress, start time.Time) Progress {
	p.Elapsed = m.now().Sub(start)
	p.FPS = 0
	if s := p.Elapsed.Seconds(); s > 0 {
		p.FPS = m.done / s
	}
	return p
}
