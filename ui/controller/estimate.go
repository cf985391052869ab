package controller

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/masklet/masklet/inference"
)

// speeds are the measured seconds per frame of both phases on this machine, by
// engine, preset and video size.
type speeds map[string][2]float64

const speedsKey = "speeds"

func loadSpeeds(p Prefs) speeds {
	s := speeds{}
	for _, line := range strings.Split(p.Get(speedsKey), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			continue
		}
		a, err1 := strconv.ParseFloat(f[1], 64)
		b, err2 := strconv.ParseFloat(f[2], 64)
		if err1 == nil && err2 == nil && a >= 0 && b >= 0 {
			s[f[0]] = [2]float64{a, b}
		}
	}
	return s
}

func (s speeds) save(p Prefs) {
	var b strings.Builder
	for k, v := range s {
		fmt.Fprintf(&b, "%s\t%g\t%g\n", k, v[0], v[1])
	}
	p.Set(speedsKey, b.String())
}

func (c *Controller) speedKey() string {
	w, h := c.Size()
	key := fmt.Sprintf("%s %s %t %dx%d", c.EngineName(), c.settings.Preset, c.settings.Fine, w, h)
	if n := c.stride(); n > 1 {
		key += fmt.Sprintf(" every %d", n)
	}
	return key
}

// stride returns the distance of the frames that the engine tracks.
func (c *Controller) stride() int {
	if s := c.engine.session; s != nil {
		if _, sparse := s.is.(inference.Sparse); sparse {
			return max(1, c.settings.Stride)
		}
	}
	return 1
}

// measured remembers how fast a job was.
func (c *Controller) measured(s inference.JobStats) {
	v := c.speeds[c.speedKey()]
	if s.Encoded >= 5 {
		v[0] = s.Phase1Seconds / float64(s.Encoded)
	}
	if s.Tracked >= 5 {
		// All objects are tracked on a frame before it counts.
		v[1] = s.Phase2Seconds / float64(s.Tracked) / float64(max(1, c.clip.job.progress.Objects))
	}
	if v == ([2]float64{}) {
		return
	}
	c.speeds[c.speedKey()] = v
	c.speeds.save(c.deps.Prefs)
}

// Estimate returns one line on what the next press of Track will do and how
// long it will take by this machine's measured speed.
func (c *Controller) Estimate() string {
	cl := c.clip
	if cl == nil {
		return ""
	}
	jobs := planFixes(cl.doc, cl.fixes)
	if len(jobs) == 0 {
		job, err := planTrack(cl.doc, inference.Both, c.settings.MaxFrames)
		if err != nil {
			return c.nextStep()
		}
		jobs = []inference.Job{job}
	}
	encode, passes, frames, objects := 0, 0, 0, 0
	ready := func(int) bool { return false }
	if s := c.engine.session; s != nil {
		ready = s.is.Ready
	}
	for _, j := range jobs {
		todo := 0
		for _, f := range j.Encode {
			if !ready(f) {
				todo++
			}
		}
		encode += (todo + c.stride() - 1) / c.stride()
		n := j.Propagate.Range.Len()
		frames += n
		passes += n * len(j.Propagate.Objects)
		objects = max(objects, len(j.Propagate.Objects))
	}
	what := fmt.Sprintf("%s, %s", count(frames, "frame"), count(objects, "object"))
	v, ok := c.speeds[c.speedKey()]
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

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
