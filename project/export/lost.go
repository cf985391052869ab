package export

import (
	"context"
	"fmt"
	"slices"
)

// lost counts what some formats cannot hold.
type lost struct {
	overlapPixels, overlapFrames int
	variable                     bool // the frames are not evenly spaced in time
	absent, occluded, attributes int  // frames of all objects; attributes
}

// survey counts what the targets cannot hold of a source; it walks over the
// masks only if one of them has no overlaps.
func survey(ctx context.Context, src Source, targets []Target) (lost, error) {
	l := lost{variable: variableRate(src.Video().Timestamps)}
	for _, o := range src.Objects() {
		for _, r := range o.Notes.Absent {
			l.absent += r.Len()
		}
		for _, r := range o.Notes.Occluded {
			l.occluded += r.Len()
		}
		l.attributes += len(o.Notes.Attributes)
	}
	if !slices.ContainsFunc(targets, func(t Target) bool { return !t.Format.Holds.Overlaps }) {
		return l, nil
	}
	err := Each(ctx, src, func(_ int, masks []FrameMask) error {
		n, err := Overlaps(masks)
		if n > 0 {
			l.overlapPixels += n
			l.overlapFrames++
		}
		return err
	})
	return l, err
}

// by says what a format loses of that, one line each.
func (l lost) by(f Format) []string {
	var out []string
	if !f.Holds.Overlaps && l.overlapPixels > 0 {
		out = append(out, fmt.Sprintf("%s holds one object a pixel: on %d frames %d pixels of overlaps go to the lower ID", f.Name, l.overlapFrames, l.overlapPixels))
	}
	if !f.Holds.Times && l.variable {
		out = append(out, fmt.Sprintf("%s has no times: the video's variable frame rate is in run.json and coco alone", f.Name))
	}
	for _, m := range []struct {
		held bool
		n    int
		what string
	}{
		{f.Holds.Absent, l.absent, "absent frames"}, {f.Holds.Occluded, l.occluded, "occluded frames"}, {f.Holds.Attributes, l.attributes, "attributes"},
	} {
		if !m.held && m.n > 0 {
			out = append(out, fmt.Sprintf("%s has no room for %s: %d stay in the project alone", f.Name, m.what, m.n))
		}
	}
	return out
}

// variableRate reports whether frames are unevenly spaced, by more than a tenth
// of the mean distance.
func variableRate(times []float64) bool {
	if len(times) < 3 {
		return false
	}
	mean := (times[len(times)-1] - times[0]) / float64(len(times)-1)
	for i := 1; i < len(times); i++ {
		if d := times[i] - times[i-1] - mean; d > mean/10 || d < -mean/10 {
			return true
		}
	}
	return false
}
