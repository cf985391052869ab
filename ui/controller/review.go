package controller

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Review is the queue of frames to look at, with the frames that the user
// marked or accepted, and the in/out range.
type Review struct {
	*desk
	play    *Playback
	objects *Objects

	items  []annotate.ReviewItem
	seq    int
	cancel context.CancelFunc // of the ranking that runs
	after  Message            // said when tracking ended, to be followed by what the ranking found
}

// marksKey is the document's setting that keeps the frames that the user marked.
const marksKey = "marked-frames"

// opened forgets the queue of another video.
func (c *Review) opened() {
	*c = Review{desk: c.desk, play: c.play, objects: c.objects, cancel: func() {}}
}

// objectGone takes an object out of the queue.
func (c *Review) objectGone(id annotate.ObjectID) {
	c.items = slices.DeleteFunc(slices.Clone(c.items), func(it annotate.ReviewItem) bool { return it.Key.Object == id })
}

// Queue returns the frames that the user should look at: marked ones first,
// then by how likely they are bad.
func (c *Review) Queue() []annotate.ReviewItem {
	var out []annotate.ReviewItem
	for _, f := range c.Marks() {
		out = append(out, annotate.ReviewItem{Key: annotate.FrameKey{Frame: f}, Badness: 1, Reason: "marked"})
	}
	for _, it := range c.items {
		_, prompted := c.doc().Prompt(it.Key)
		if !prompted && !c.doc().Protected(it.Key) {
			out = append(out, it)
		}
	}
	return out
}

// rank ranks the frames again in the background.
func (c *Review) rank() {
	var in []annotate.ReviewInput
	for _, o := range c.doc().Objects() {
		in = append(in, c.doc().ReviewSnapshot(o.ID, nil))
	}
	c.cancel()
	ctx, cancel := context.WithCancel(c.sess.Context())
	c.cancel = cancel
	c.seq++
	s, seq := c.sess, c.seq
	s.Go(func() {
		defer cancel()
		items, err := annotate.RankForReview(ctx, in)
		s.Post(func() {
			if c.seq != seq {
				return
			}
			if err != nil {
				c.fail("Rank frames for review", err)
				return
			}
			c.items = items
			c.changed(PartReview | PartTimeline)
			c.sayReview()
		})
	})
}

// sayReview adds to the line about a run that ended what is to be done next,
// unless something else was said meanwhile.
func (c *Review) sayReview() {
	after := c.after
	c.after = Message{}
	if after.Text == "" || c.message != after {
		return
	}
	next := "Nothing looks wrong: Ctrl+E exports"
	switch n := len(c.Queue()); n {
	case 0:
	case 1:
		next = "N shows the frame to review"
	default:
		next = fmt.Sprintf("N shows the first of %d frames to review", n)
	}
	c.say(after.Kind, after.Text+". "+next)
}

// GoToReview shows a frame of the review queue and selects its object.
func (c *Review) GoToReview(it annotate.ReviewItem) {
	if it.Key.Object != 0 {
		c.objects.Select(it.Key.Object)
	}
	c.play.GoTo(it.Key.Frame)
}

// NextReview shows the worst frame of the review queue, or if that is current
// the next one.
func (c *Review) NextReview() {
	items := c.Queue()
	if len(items) == 0 {
		c.say(Success, "Nothing is left to review")
		return
	}
	i := slices.IndexFunc(items, func(it annotate.ReviewItem) bool {
		return it.Key.Frame == c.play.frame && (it.Key.Object == 0 || it.Key.Object == c.objects.selected)
	})
	it := items[(i+1)%len(items)]
	c.GoToReview(it)
	name := "Frame "
	if it.Key.Object != 0 {
		name = c.doc().Name(it.Key.Object) + ", frame "
	}
	c.say(Info, name+strconv.Itoa(it.Key.Frame)+": "+it.Reason+". Enter accepts, a click corrects")
}

// Accept protects the current frame of all visible objects that have a mask on
// it: tracking never changes it again and starts from it. On a frame that is
// protected already it lifts the protection.
func (c *Review) Accept() {
	var keys []annotate.FrameKey
	all := true
	for _, o := range c.doc().Objects() {
		k := annotate.FrameKey{Object: o.ID, Frame: c.play.frame}
		if _, ok := c.doc().Result(k); ok && !o.Hidden {
			keys = append(keys, k)
			all = all && c.doc().Protected(k)
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
		if c.doc().Protected(k) == all {
			edits = append(edits, c.doc().SetProtected(k, !all))
		}
	}
	if marks := c.Marks(); !all && slices.Contains(marks, c.play.frame) {
		edits = append(edits, c.marksEdit(without(marks, c.play.frame)))
	}
	c.sess.DoAndTell(annotate.Change{Name: name, Edits: edits})
	text := fmt.Sprintf("Frame %d is accepted: tracking does not change it", c.play.frame)
	if all {
		text = fmt.Sprintf("Frame %d is no longer accepted", c.play.frame)
	}
	c.say(Info, text)
}

// Marks returns the frames that the user marked for review, in order.
func (c *Review) Marks() []int {
	v, _ := c.doc().Setting(marksKey)
	var out []int
	for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) {
		if f, err := strconv.Atoi(s); err == nil && f >= 0 && f < c.doc().Frames() {
			out = append(out, f)
		}
	}
	return out
}

// ToggleMark marks the current frame for review or takes the mark off.
func (c *Review) ToggleMark() {
	f, marks, name := c.play.frame, c.Marks(), "Mark frame"
	text := fmt.Sprintf("Frame %d is marked for review", f)
	if slices.Contains(marks, f) {
		marks, name = without(marks, f), "Take mark off"
		text = fmt.Sprintf("Frame %d is no longer marked", f)
	} else {
		marks = append(marks, f)
		slices.Sort(marks)
	}
	c.sess.Do(annotate.Change{Name: name, Edits: []annotate.Edit{c.marksEdit(marks)}})
	c.say(Info, text)
	c.changed(PartTimeline)
}

func (c *Review) marksEdit(marks []int) annotate.Edit {
	if len(marks) == 0 {
		return c.doc().SetSetting(marksKey, nil)
	}
	s := make([]string, len(marks))
	for i, f := range marks {
		s[i] = strconv.Itoa(f)
	}
	v := strings.Join(s, ",")
	return c.doc().SetSetting(marksKey, &v)
}

// SetIn makes the current frame the first of the in/out range.
func (c *Review) SetIn() {
	r := c.doc().Range()
	c.setRange(annotate.Range{First: c.play.frame, Last: max(r.Last, c.play.frame)})
}

// SetOut makes the current frame the last of the in/out range.
func (c *Review) SetOut() {
	r := c.doc().Range()
	c.setRange(annotate.Range{First: min(r.First, c.play.frame), Last: c.play.frame})
}

// ClearRange makes the whole video the range again.
func (c *Review) ClearRange() {
	if c.doc().RangeSet() {
		c.sess.Do(annotate.Change{Name: "Clear range", Edits: []annotate.Edit{c.doc().SetRange(nil)}})
		c.say(Info, "In/out range: the whole video")
	}
}

func (c *Review) setRange(r annotate.Range) {
	if r == c.doc().Range() {
		return
	}
	c.sess.Do(annotate.Change{Name: "Set range", Edits: []annotate.Edit{c.doc().SetRange(&r)}})
	c.say(Info, fmt.Sprintf("In/out range: frames %d–%d, %s", r.First, r.Last, count(r.Len(), "frame")))
}
