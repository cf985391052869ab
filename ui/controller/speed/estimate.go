package speed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/session"
)

// Estimator says how long tracking will take on this machine.
type Estimator struct {
	// Session is the one that is open; NextStep says what is to be done where
	// nothing can be tracked. Changed is told when the estimate is another.
	Session  func() *session.Session
	NextStep func() string
	Changed  func()

	prefs   Prefs
	speeds  Measured
	counted encodeCount
}

// NewEstimator returns one that knows the speeds that were kept.
func NewEstimator(p Prefs) *Estimator { return &Estimator{prefs: p, speeds: Load(p)} }

// Opened forgets what was counted for another video, EncodedOne what was counted
// before one more frame was encoded.
func (x *Estimator) Opened() { x.counted = encodeCount{} }

// EncodedOne is told of every frame that was encoded.
func (x *Estimator) EncodedOne() { x.counted.known = false }

// PerFrame returns how many seconds an engine took for a frame of one object, as
// far as it was measured on this machine with any settings: the shortest.
func (x *Estimator) PerFrame(engine string) (seconds float64, ok bool) {
	for key, v := range x.speeds {
		if s := v[0] + v[1]; strings.HasPrefix(key, engine+" ") && v[1] > 0 && (!ok || s < seconds) {
			seconds, ok = s, true
		}
	}
	return seconds, ok
}

// key names the engine, settings and size that a speed is for.
func (x *Estimator) key() string {
	w, h := x.Session().Document().Size()
	name, s := x.Session().Engine()
	key := fmt.Sprintf("%s %s %t %dx%d %s %d threads", name, s.Preset, s.Fine, w, h, s.Provider, s.Threads)
	if n := x.Session().Every(); n > 1 {
		key += fmt.Sprintf(" every %d", n)
	}
	return key
}

// Note remembers how fast a job was.
func (x *Estimator) Note(m session.Measured) {
	s, key := m.Stats, x.key()
	v := x.speeds[key]
	if s.Encoded >= 5 {
		v[0] = s.Phase1Seconds / float64(s.Encoded)
	}
	if s.Tracked >= 5 {
		// All objects are tracked on a frame before it counts.
		v[1] = s.Phase2Seconds / float64(s.Tracked) / float64(max(1, m.Objects))
	}
	if v == ([2]float64{}) {
		return
	}
	x.speeds[key] = v
	x.speeds.Save(x.prefs)
}

// encodeCount is how many frames of a plan are not encoded yet. Each may have to
// be looked for on the disk, so they are counted in the background.
type encodeCount struct {
	plan  []int // of which todo was counted
	todo  int
	known bool // todo is that of the plan
	busy  bool
}

// toEncode returns how many frames of a plan are not encoded; ok is false until
// that was counted.
func (x *Estimator) toEncode(plan []int) (todo int, ok bool) {
	c := &x.counted
	if c.known && slices.Equal(plan, c.plan) {
		return c.todo, true
	}
	if !c.busy {
		c.busy, c.known = true, true
		s := x.Session()
		ready := s.FrameReady()
		s.Go(func() {
			n := 0
			for _, f := range plan {
				if s.Context().Err() == nil && !ready(f) {
					n++
				}
			}
			s.Post(func() {
				c.busy, c.plan, c.todo = false, plan, n
				x.Changed()
			})
		})
	}
	return 0, false
}

// Estimate returns one line on what the next press of Track will do and how
// long it will take by this machine's measured speed.
func (x *Estimator) Estimate() string {
	s := x.Session()
	if !s.IsOpen() {
		return ""
	}
	jobs, err := s.Plan()
	if err != nil {
		return x.NextStep()
	}
	var plan []int
	passes, frames, objects := 0, 0, 0
	for _, j := range jobs {
		plan = append(plan, j.Encode...)
		n := j.Propagate.Range.Len()
		frames += n
		passes += n * len(j.Propagate.Objects)
		objects = max(objects, len(j.Propagate.Objects))
	}
	what := fmt.Sprintf("%s, %s", plain.Count(frames, "frame"), plain.Count(objects, "object"))
	todo, counted := x.toEncode(plan)
	if !counted {
		return what
	}
	encode := (todo + s.Every() - 1) / s.Every()
	v, ok := x.speeds[x.key()]
	if !ok || v[1] == 0 || encode > 0 && v[0] == 0 {
		return what + ": not measured yet on this machine"
	}
	return what + ": about " + plain.Duration(v[0]*float64(encode)+v[1]*float64(passes))
}
