package controller

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// reviewState is the review queue.
type reviewState struct {
	items  []annotate.ReviewItem
	seq    int
	cancel context.CancelFunc // of the ranking that runs
	after  Message            // said when tracking ended, to be followed by what the ranking found
}

// marksKey is the document's setting that keeps the frames a person marked.
const marksKey = "marked-frames"

// Review returns the frames that a person should look at: marked ones first,
// then by how likely they are bad.
func (c *Controller) Review() []annotate.ReviewItem {
	if c.clip == nil {
		return nil
	}
	var out []annotate.ReviewItem
	for _, f := range c.Marks() {
		out = append(out, annotate.ReviewItem{Key: annotate.FrameKey{Frame: f}, Badness: 1, Reason: "marked"})
	}
	for _, it := range c.clip.review.items {
		_, prompted := c.clip.doc.Prompt(it.Key)
		if !prompted && !c.clip.doc.Protected(it.Key) {
			out = append(out, it)
		}
	}
	return out
}

// rankReview ranks the frames again in the background.
func (c *Controller) rankReview() {
	cl := c.clip
	var in []annotate.ReviewInput
	for _, o := range cl.doc.Objects() {
		in = append(in, cl.doc.ReviewSnapshot(o.ID, nil))
	}
	if cl.review.cancel != nil {
		cl.review.cancel()
	}
	ctx, cancel := context.WithCancel(cl.ctx)
	cl.review.cancel = cancel
	cl.review.seq++
	seq := cl.review.seq
	c.start(func() {
		defer cancel()
		items, err := annotate.RankForReview(ctx, in)
		c.postFor(cl, func() {
			if cl.review.seq != seq {
				return
			}
			if err != nil {
				c.fail("Rank frames for review", err)
				return
			}
			cl.review.items = items
			c.changed(PartReview | PartTimeline)
			c.sayReview()
		})
	})
}

// sayReview adds to the line about a run that ended what is to be done next,
// unless something else was said meanwhile.
func (c *Controller) sayReview() {
	after := c.clip.review.after
	c.clip.review.after = Message{}
	if after.Text == "" || c.message != after {
		return
	}
	next := "Nothing looks wrong: Ctrl+E exports"
	switch n := len(c.Review()); n {
	case 0:
	case 1:
		next = "N shows the frame to review"
	default:
		next = fmt.Sprintf("N shows the first of %d frames to review", n)
	}
	c.say(after.Kind, after.Text+". "+next)
}

// GoToReview shows a frame of the review queue and selects its object.
func (c *Controller) GoToReview(it annotate.ReviewItem) {
	if it.Key.Object != 0 {
		c.Select(it.Key.Object)
	}
	c.GoTo(it.Key.Frame)
}

// NextReview shows the worst frame of the review queue, or if that is current
// the next one.
func (c *Controller) NextReview() {
	items := c.Review()
	if c.clip == nil {
		return
	}
	if len(items) == 0 {
		c.say(Success, "Nothing is left to review")
		return
	}
	i := slices.IndexFunc(items, func(it annotate.ReviewItem) bool {
		return it.Key.Frame == c.clip.frame && (it.Key.Object == 0 || it.Key.Object == c.clip.selected)
	})
	it := items[(i+1)%len(items)]
	c.GoToReview(it)
	name := "Frame "
	if it.Key.Object != 0 {
		name = c.clip.doc.Name(it.Key.Object) + ", frame "
	}
	c.say(Info, name+strconv.Itoa(it.Key.Frame)+": "+it.Reason+". Enter accepts, a click corrects")
}

// Accept protects the current frame of all visible objects that have a mask on
// it: tracking never changes it again and starts from it. On a frame that is
// protected already it lifts the protection.
func (c *Controller) Accept() {
	cl := c.clip
	if cl == nil {
		return
	}
	var keys []annotate.FrameKey
	all := true
	for _, o := range cl.doc.Objects() {
		k := annotate.FrameKey{Object: o.ID, Frame: cl.frame}
		if _, ok := cl.doc.Result(k); ok && !o.Hidden {
			keys = append(keys, k)
			all = all && cl.doc.Protected(k)
		}
	}
	if len(keys) == 0 {
		c.say(Info, "There is no mask to accept on this frame")
		return
	}
	name := "Accept frame"
	if all {
		name = "Lift acceptance"
	}
	var edits []annotate.Edit
	for _, k := range keys {
		if cl.doc.Protected(k) == all {
			edits = append(edits, cl.doc.SetProtected(k, !all))
		}
	}
	tell := slices.Clone(edits)
	if marks := c.Marks(); !all && slices.Contains(marks, cl.frame) {
		edits = append(edits, c.marksEdit(without(marks, cl.frame)))
	}
	c.apply(annotate.Change{Name: name, Edits: edits})
	c.tellSession(tell)
	text := fmt.Sprintf("Frame %d is accepted: tracking does not change it", cl.frame)
	if all {
		text = fmt.Sprintf("Frame %d is no longer accepted", cl.frame)
	}
	c.say(Info, text)
}

// Marks returns the frames that a person marked for review, in order.
func (c *Controller) Marks() []int {
	if c.clip == nil {
		return nil
	}
	v, _ := c.clip.doc.Setting(marksKey)
	var out []int
	for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) {
		if f, err := strconv.Atoi(s); err == nil && f >= 0 && f < c.Frames() {
			out = append(out, f)
		}
	}
	return out
}

// ToggleMark marks the current frame for review or takes the mark off.
func (c *Controller) ToggleMark() {
	if c.clip == nil {
		return
	}
	f, marks, name := c.clip.frame, c.Marks(), "Mark frame"
	text := fmt.Sprintf("Frame %d is marked for review", f)
	if slices.Contains(marks, f) {
		marks, name = without(marks, f), "Take mark off"
		text = fmt.Sprintf("Frame %d is no longer marked", f)
	} else {
		marks = append(marks, f)
		slices.Sort(marks)
	}
	c.apply(annotate.Change{Name: name, Edits: []annotate.Edit{c.marksEdit(marks)}})
	c.say(Info, text)
	c.changed(PartTimeline)
}

func (c *Controller) marksEdit(marks []int) annotate.Edit {
	if len(marks) == 0 {
		return c.clip.doc.SetSetting(marksKey, nil)
	}
	s := make([]string, len(marks))
	for i, f := range marks {
		s[i] = strconv.Itoa(f)
	}
	v := strings.Join(s, ",")
	return c.clip.doc.SetSetting(marksKey, &v)
}

func without(s []int, x int) []int {
	return slices.DeleteFunc(slices.Clone(s), func(y int) bool { return y == x })
}

// SetIn makes the current frame the first of the in/out range.
func (c *Controller) SetIn() {
	if c.clip == nil {
		return
	}
	r := c.clip.doc.Range()
	c.setRange(annotate.Range{First: c.clip.frame, Last: max(r.Last, c.clip.frame)})
}

// SetOut makes the current frame the last of the in/out range.
func (c *Controller) SetOut() {
	if c.clip == nil {
		return
	}
	r := c.clip.doc.Range()
	c.setRange(annotate.Range{First: min(r.First, c.clip.frame), Last: c.clip.frame})
}

// ClearRange makes the whole video the range again.
func (c *Controller) ClearRange() {
	if c.clip != nil && c.clip.doc.RangeSet() {
		c.apply(annotate.Change{Name: "Clear range", Edits: []annotate.Edit{c.clip.doc.SetRange(nil)}})
		c.say(Info, "In/out range: the whole video")
	}
}

func (c *Controller) setRange(r annotate.Range) {
	if r == c.clip.doc.Range() {
		return
	}
	c.apply(annotate.Change{Name: "Set range", Edits: []annotate.Edit{c.clip.doc.SetRange(&r)}})
	c.say(Info, fmt.Sprintf("In/out range: frames %d–%d, %s", r.First, r.Last, count(r.Len(), "frame")))
}
