package controller

import (
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/lanes"
)

// between are the frames from one to another.
func between(first, last int) (out []int) {
	for f := first; f <= last; f++ {
		out = append(out, f)
	}
	return out
}

func clicked(t *testing.T, frames ...int) *rig {
	t.Helper()
	r := opened(t, 20, nil)
	for _, f := range frames {
		r.GoTo(f)
		r.Click(10, 10, true)
		r.idle()
	}
	return r
}

// Interpolating fills what lies between the keyframes, in one step, and leaves the
// user's own frames alone.
func TestInterpolate(t *testing.T) {
	r := clicked(t, 2, 10)
	r.GoTo(5)
	r.Interpolate()
	r.wait("the masks between", func() bool { return len(r.Document().ResultFrames(1)) > 2 })
	if got := r.Document().ResultFrames(1); !slices.Equal(got, between(2, 10)) {
		t.Fatalf("masks on %v: %s", got, r.Message().Text)
	}
	res, _ := r.Document().Result(key(1, 5))
	first, _ := r.Document().Result(key(1, 2))
	if res.Source != annotate.Painted || first.Source != annotate.Prompted {
		t.Errorf("sources %s and %s", res.Source, first.Source)
	}
	r.Undo()
	if got := r.Document().ResultFrames(1); !slices.Equal(got, []int{2, 10}) {
		t.Errorf("after undo %v", got)
	}
	r.ToggleCut(7)
	r.GoTo(5)
	r.Interpolate()
	if got := r.Message().Text; !strings.Contains(got, "no scene cut") {
		t.Errorf("across a cut: %s", got)
	}
	r.GoTo(15)
	r.Interpolate()
	if got := r.Document().ResultFrames(1); len(got) != 2 {
		t.Errorf("beyond the last keyframe: %v", got)
	}
}

// A mask is copied up to the next keyframe, or to the end of the range, never into
// another scene.
func TestCopyOn(t *testing.T) {
	for name, c := range map[string]struct {
		before func(r *rig)
		want   []int
	}{
		"keyframe": {func(*rig) {}, between(2, 10)},
		"range":    {func(r *rig) { r.GoTo(6); r.SetOut() }, append(between(2, 6), 10)},
		"cut":      {func(r *rig) { r.ToggleCut(4) }, append(between(2, 3), 10)},
		"absent":   {func(r *rig) { r.GoTo(7); r.ToggleAbsent() }, append(between(2, 6), 10)},
	} {
		r := clicked(t, 2, 10)
		c.before(r)
		r.GoTo(2)
		r.CopyOn()
		if got := r.Document().ResultFrames(1); !slices.Equal(got, c.want) {
			t.Errorf("%s: masks on %v, want %v", name, got, c.want)
		}
	}
}

// What the timeline shows follows absence and occlusion.
func TestPresenceIsSeenInTheLane(t *testing.T) {
	r := clicked(t, 2)
	r.GoTo(8)
	r.ToggleOccluded()
	r.GoTo(12)
	r.ToggleAbsent()
	l := r.Lane(1)
	for f, want := range map[int]lanes.Cell{7: 0, 8: lanes.Occluded, 11: lanes.Occluded, 12: lanes.Absent, 19: lanes.Absent} {
		if got := l.Cells[f] & (lanes.Absent | lanes.Occluded); got != want {
			t.Errorf("frame %d: cell %b, want %b", f, got, want)
		}
	}
	r.GoTo(15)
	r.ToggleAbsent()
	if l.Cells[14]&lanes.Absent == 0 || l.Cells[15]&lanes.Absent != 0 {
		t.Error("seen again is not shown")
	}
}

// A point is dragged to another place in one step, a box by its handles; who only
// clicks a handle meant a point.
func TestPromptsAreDragged(t *testing.T) {
	r := clicked(t, 2)
	r.wait("the frame is shown", func() bool { return r.Scene().Shown == 2 })
	if r.Hold(30, 30, 3, true) || !r.Hold(11, 10, 3, true) {
		t.Fatal("the point is not held")
	}
	r.Drag(20, 15)
	r.Drag(22, 16)
	r.wait("the picture of the frame", func() bool { return len(r.Scene().Markers) > 0 })
	if r.Scene().Markers[0].X != 22 {
		t.Errorf("shown at %v", r.Scene().Markers)
	}
	if !r.Drop() {
		t.Error("a moved point is a click")
	}
	r.idle()
	if p, _ := r.Document().Prompt(key(1, 2)); len(p.Points) != 1 || p.Points[0].X != 22 || !p.Points[0].Positive {
		t.Errorf("points %+v", p.Points)
	}
	r.Undo()
	if p, _ := r.Document().Prompt(key(1, 2)); p.Points[0].X != 10 {
		t.Errorf("after undo %+v", p.Points)
	}
	r.GoTo(5)
	r.DrawBox(annotate.Box{X0: 4, Y0: 4, X1: 20, Y1: 20})
	r.idle()
	if !r.Hold(20, 20, 3, true) || r.Drop() || r.Hold(20, 20, 3, false) {
		t.Error("a handle that is clicked on is no click")
	}
	r.Hold(20, 12, 3, true)
	r.Drag(25, 40)
	r.Drop()
	r.idle()
	if p, _ := r.Document().Prompt(key(1, 5)); *p.Box != (annotate.Box{X0: 4, Y0: 4, X1: 25, Y1: 20}) {
		t.Errorf("box %+v", *p.Box)
	}
}

// The selection stays with the object, whatever number it has; tracks change hands
// as one step each.
func TestTracksChangeHands(t *testing.T) {
	r := clicked(t, 2, 10)
	r.Renumber(7)
	if r.Selected() != 7 || !slices.Equal(r.Document().Keyframes(7), []int{2, 10}) {
		t.Errorf("object %d is selected, keyframes %v", r.Selected(), r.Document().Keyframes(7))
	}
	r.GoTo(6)
	r.SplitHere()
	others := r.Others()
	if len(others) != 1 || !slices.Equal(r.Document().Keyframes(others[0].ID), []int{10}) {
		t.Fatalf("others %+v", others)
	}
	r.SwapWith(others[0].ID)
	if got := r.Document().Keyframes(7); !slices.Equal(got, []int{2, 10}) {
		t.Errorf("swapped back from frame 6 on: %v", got)
	}
	r.JoinWith(others[0].ID)
	if len(r.Document().Objects()) != 1 || r.Selected() != 7 {
		t.Errorf("objects %+v, selected %d", r.Document().Objects(), r.Selected())
	}
	for range 4 {
		r.Undo()
	}
	if !slices.Equal(r.Document().Keyframes(1), []int{2, 10}) {
		t.Errorf("after undo %v", r.Document().Objects())
	}
	if r.Renumber(0) || r.Renumber(2_000_000) || !strings.Contains(r.Message().Text, "1 to") {
		t.Errorf("an impossible number was taken: %s", r.Message().Text)
	}
}
