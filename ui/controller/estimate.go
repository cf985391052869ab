package controller

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/masklet/masklet/ui/controller/speed"
	"github.com/masklet/masklet/ui/session"
)

// Estimator says how long tracking will take on this machine.
type Estimator struct {
	*desk
	engine  *Engine
	speeds  speed.Measured
	counted encodeCount
}

func (x *Estimator) speedKey() string {
	w, h := x.doc().Size()
	s := x.engine.settings
	key := fmt.Sprintf("%s %s %t %dx%d %s %d threads", x.engine.EngineName(), s.Preset, s.Fine, w, h, s.Provider, s.Threads)
	if n := x.sess.Every(); n > 1 {
		key += fmt.Sprintf(" every %d", n)
	}
	return key
}

// measured remembers how fast a job was.
func (x *Estimator) measured(m session.Measured) {
	s, key := m.Stats, x.speedKey()
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
	x.speeds.Save(x.deps.Prefs)
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
		s, ready := x.sess, x.sess.FrameReady()
		s.Go(func() {
			n := 0
			for _, f := range plan {
				if s.Context().Err() == nil && !ready(f) {
					n++
				}
			}
			s.Post(func() {
				c.busy, c.plan, c.todo = false, plan, n
				x.changed(PartTrack)
			})
		})
	}
	return 0, false
}

// Estimate returns one line on what the next press of Track will do and how
// long it will take by this machine's measured speed.
func (x *Estimator) Estimate() string {
	if !x.IsOpen() {
		return ""
	}
	jobs, err := x.sess.Plan()
	if err != nil {
		return nextStep(x.sess)
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
	what := fmt.Sprintf("%s, %s", count(frames, "frame"), count(objects, "object"))
	todo, counted := x.toEncode(plan)
	if !counted {
		return what
	}
	encode := (todo + x.sess.Every() - 1) / x.sess.Every()
	v, ok := x.speeds[x.speedKey()]
	if !ok || v[1] == 0 || encode > 0 && v[0] == 0 {
		return what + ": not measured yet on this machine"
	}
	return what + ": about " + Duration(v[0]*float64(encode)+v[1]*float64(passes))
}

// Duration writes seconds for people: "40 s", "2 min 10 s", "1 h 5 min".
func Duration(seconds float64) string {
	d := time.Duration(math.Ceil(max(0, seconds))) * time.Second
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
