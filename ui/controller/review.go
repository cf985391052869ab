package controller

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/marks"
	"github.com/masklet/masklet/ui/controller/queue"
)

// Review is the queue of frames to look at, with the frames that the user
// accepted.
type Review struct {
	*desk
	play    *Playback
	objects *Objects
	marks   *marks.Flags
	view    queue.View // which rows are shown, and in which order

	items  []annotate.ReviewItem
	rowKey annotate.FrameKey          // the row of the queue that was gone to
	looked map[annotate.FrameKey]bool // rows that were passed on from without a change
	shown  map[annotate.FrameKey]bool // all that was ever proposed
	seq    int
	cancel context.CancelFunc // of the ranking that runs
	busy   bool               // one does
	after  Message            // said when tracking ended, to be followed by what the ranking found
}

// opened forgets the queue of another video.
func (c *Review) opened() {
	*c = Review{desk: c.desk, play: c.play, objects: c.objects, marks: c.marks, view: queue.View{Order: c.view.Order}, cancel: func() {},
		looked: map[annotate.FrameKey]bool{}, shown: map[annotate.FrameKey]bool{}}
}

// maskChanged forgets that a mask was looked at which is another one now.
func (c *Review) maskChanged(k annotate.FrameKey) { delete(c.looked, k) }

// objectGone takes an object out of the queue.
func (c *Review) objectGone(id annotate.ObjectID) {
	c.items = slices.DeleteFunc(slices.Clone(c.items), func(it annotate.ReviewItem) bool { return it.Key.Object == id })
}

// QueueView returns which rows of the queue are shown, and in which order.
func (c *Review) QueueView() queue.View { return c.view }

// SetQueueView changes which rows are shown; N goes through these alone.
func (c *Review) SetQueueView(v queue.View) {
	c.view = v
	c.changed(PartReview)
}

// Queue returns the frames that the user should look at, as the view has them: at
// first marked ones, then by how likely they are bad.
func (c *Review) Queue() []annotate.ReviewItem { return c.view.Of(c.all()) }

// all returns the whole queue.
func (c *Review) all() []annotate.ReviewItem {
	var out []annotate.ReviewItem
	for _, f := range c.marks.Marks() {
		out = append(out, annotate.ReviewItem{Key: annotate.FrameKey{Frame: f}, Badness: 1, Reason: "marked"})
	}
	for _, it := range c.items {
		if !c.settled(it.Key) {
			out = append(out, it)
		}
	}
	return out
}

// settled reports whether the user made, accepted or looked at a mask.
func (c *Review) settled(k annotate.FrameKey) bool {
	_, prompted := c.doc().Prompt(k)
	return prompted || c.looked[k] || c.doc().Protected(k)
}

// Reviewed returns how many of the frames that were proposed were looked at.
func (c *Review) Reviewed() (reviewed, proposed int) {
	for k := range c.shown {
		if _, ok := c.doc().Result(k); ok && c.settled(k) {
			reviewed++
		}
	}
	return reviewed, reviewed + len(c.all())
}

// rank ranks the frames again in the background.
func (c *Review) rank() {
	var in []annotate.ReviewInput
	for _, o := range c.doc().Objects() {
		in = append(in, c.doc().ReviewSnapshot(o.ID, func(frame int) bool {
			return c.looked[annotate.FrameKey{Object: o.ID, Frame: frame}]
		}))
	}
	c.cancel()
	ctx, cancel := context.WithCancel(c.sess.Context())
	c.cancel = cancel
	c.seq++
	c.busy = true
	s, seq := c.sess, c.seq
	s.Go(func() {
		defer cancel()
		items, err := annotate.RankForReview(ctx, in)
		s.Post(func() {
			if c.seq != seq {
				return
			}
			c.busy = false
			if err != nil {
				c.fail("Rank frames for review", err)
				return
			}
			c.items = items
			for _, it := range items {
				c.shown[it.Key] = true
			}
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
	queue, suspects := c.Queue(), 0
	for _, it := range queue {
		if it.Suspect() {
			suspects++
		}
	}
	var next string
	switch n := len(queue); {
	case n == 0:
		_, next = c.nothingLeft()
	case n == 1:
		next = "N shows the frame to review"
	case suspects == 0:
		next = fmt.Sprintf("N shows the first of %d frames to look at", n)
	default:
		next = fmt.Sprintf("N shows the first of %d frames to review, %d of them suspect", n, suspects)
	}
	c.say(after.Kind, after.Text+". "+next)
}

// nothingLeft says what is to be done when the queue is empty.
func (c *Review) nothingLeft() (Kind, string) {
	tracked := false
	for _, o := range c.doc().Objects() {
		tracked = tracked || len(c.doc().ResultFrames(o.ID)) > len(c.doc().Keyframes(o.ID))
	}
	if due, _ := c.sess.Fixes(); len(due) > 0 || !tracked || c.sess.Tracking() {
		return Info, nextStep(c.sess)
	}
	if done, _ := c.Reviewed(); done > 0 {
		return Success, fmt.Sprintf("All that was proposed is looked at (%d): Ctrl+E exports", done)
	}
	return Info, "No other frame is proposed: Ctrl+E exports"
}

// GoToReview shows a frame of the review queue and selects its object.
func (c *Review) GoToReview(it annotate.ReviewItem) {
	if it.Key.Object != 0 {
		c.objects.Select(it.Key.Object)
	}
	c.play.GoTo(it.Key.Frame)
	c.rowKey = it.Key
}

// row returns the place in the queue of the row that was gone to and is still
// shown, or -1.
func (c *Review) row(items []annotate.ReviewItem) int {
	if c.play.frame != c.rowKey.Frame || c.rowKey.Object != 0 && c.rowKey.Object != c.objects.selected {
		return -1
	}
	return slices.IndexFunc(items, func(it annotate.ReviewItem) bool { return it.Key == c.rowKey })
}

// NextReview shows the worst frame of the review queue, or if that is current
// the next one: the mask that is passed on from counts as looked at.
func (c *Review) NextReview() {
	items := c.Queue()
	i := c.row(items)
	if i >= 0 && c.rowKey.Object != 0 {
		c.looked[c.rowKey] = true
		c.changed(PartReview | PartTimeline)
		c.showRow(i)
		return
	}
	c.showRow(i + 1)
}

// showRow shows a row of the queue, which begins again at its end.
func (c *Review) showRow(i int) {
	items := c.Queue()
	if len(items) == 0 {
		kind, text := c.nothingLeft()
		c.say(kind, text)
		return
	}
	it := items[i%len(items)]
	c.GoToReview(it)
	name := "Frame "
	if it.Key.Object != 0 {
		name = c.doc().Name(it.Key.Object) + ", frame "
	}
	c.say(Info, name+strconv.Itoa(it.Key.Frame)+": "+it.Reason+". Enter accepts, a click corrects")
}

// Accept protects the current frame: tracking never changes it again and starts
// from it. At a row of the queue that names an object it accepts that object's
// mask, otherwise those of all visible objects; the next row is then shown. On a
// frame that is protected already it lifts the protection.
func (c *Review) Accept() {
	row := c.row(c.Queue())
	only := annotate.ObjectID(0)
	if row >= 0 {
		only = c.rowKey.Object
	}
	var keys []annotate.FrameKey
	all := true
	for _, o := range c.doc().Objects() {
		k := annotate.FrameKey{Object: o.ID, Frame: c.play.frame}
		if _, ok := c.doc().Result(k); ok && (only == o.ID || only == 0 && !o.Hidden) {
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
	if !all && only == 0 {
		edits = append(edits, c.marks.Unmark(c.play.frame)...)
	}
	c.sess.DoAndTell(annotate.Change{Name: name, Edits: edits})
	text := fmt.Sprintf("Frame %d is accepted: tracking does not change it", c.play.frame)
	if all {
		text = fmt.Sprintf("Frame %d is no longer accepted", c.play.frame)
	}
	c.say(Info, text)
	if row >= 0 && !all {
		c.showRow(row)
	}
}
