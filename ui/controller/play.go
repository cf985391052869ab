package controller

import "time"

// playState is the playing of the video at its own speed.
type playState struct {
	on    bool
	start time.Time     // of the clock at which
	from  time.Duration // this presentation time was current
	run   int           // number of this playing, to tell late ticks
}

// playTick is how often playing looks at the clock.
const playTick = 8 * time.Millisecond

// Playing reports whether the video plays.
func (c *Controller) Playing() bool { return c.clip != nil && c.clip.play.on }

// TogglePlay starts or ends playing. At the end it starts from the beginning.
func (c *Controller) TogglePlay() {
	cl := c.clip
	if cl == nil {
		return
	}
	if cl.play.on {
		c.pause()
		return
	}
	if cl.frame >= cl.doc.Frames()-1 {
		c.moveTo(0)
	}
	c.endPreview()
	cl.play.on = true
	cl.play.run++
	cl.play.start, cl.play.from = c.deps.Now(), cl.time(cl.frame)
	run := cl.play.run
	c.start(func() { c.tickPlay(cl, run) })
	c.changed(PartPlay)
}

func (c *Controller) pause() {
	cl := c.clip
	if cl == nil || !cl.play.on {
		return
	}
	cl.play.on = false
	c.want(cl.frame)
	c.changed(PartPlay)
}

// tickPlay lets playing advance until it ends. It waits for the UI goroutine
// after each tick, so that a busy window gets fewer of them.
func (c *Controller) tickPlay(cl *clip, run int) {
	t := time.NewTicker(playTick)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-cl.ctx.Done():
			return
		}
		goOn := make(chan bool, 1)
		c.deps.Post(func() { goOn <- c.clip == cl && cl.play.run == run && c.advance() })
		select {
		case ok := <-goOn:
			if !ok {
				return
			}
		case <-cl.ctx.Done():
			return
		}
	}
}

// advance moves to the frame that is due. It never runs ahead of what is
// decoded: a slow video plays slowly rather than jumping about.
func (c *Controller) advance() bool {
	cl := c.clip
	if !cl.play.on {
		return false
	}
	if cl.shown.frame != cl.frame {
		// The clock waits for the decoder.
		cl.play.start, cl.play.from = c.deps.Now(), cl.time(cl.frame)
		return true
	}
	due := cl.play.from + c.deps.Now().Sub(cl.play.start)
	frame := cl.frame
	for frame < cl.doc.Frames()-1 && cl.time(frame+1) <= due {
		frame++
	}
	if frame != cl.frame {
		c.moveTo(frame)
	}
	if frame >= cl.doc.Frames()-1 {
		c.pause()
		return false
	}
	return true
}
