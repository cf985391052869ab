package controller

import (
	"time"

	"github.com/masklet/masklet/ui/session"
)

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
func (p *Playback) Playing() bool { return p.play.on }

// TogglePlay starts or ends playing. At the end it starts from the beginning.
func (p *Playback) TogglePlay() {
	if p.play.on {
		p.pause()
		return
	}
	if p.frame >= p.Frames()-1 {
		p.moveTo(0)
	}
	p.leaves()
	p.play.on = true
	p.play.run++
	p.play.start, p.play.from = p.deps.Now(), p.Time(p.frame)
	s, run := p.sess, p.play.run
	s.Go(func() { p.tickPlay(s, run) })
	p.changed(PartPlay)
}

func (p *Playback) pause() {
	if !p.play.on {
		return
	}
	p.play.on = false
	p.sess.Want(p.frame)
	p.changed(PartPlay)
}

// tickPlay lets playing advance until it ends. It waits for the UI goroutine
// after each tick, so that a busy window gets fewer of them.
func (p *Playback) tickPlay(s *session.Session, run int) {
	t := time.NewTicker(playTick)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-s.Context().Done():
			return
		}
		goOn := make(chan bool, 1)
		s.Post(func() { goOn <- p.play.run == run && p.advance() })
		select {
		case ok := <-goOn:
			if !ok {
				return
			}
		case <-s.Context().Done():
			return
		}
	}
}

// advance moves to the frame that is due. It never runs ahead of what is
// decoded: a slow video plays slowly rather than jumping about.
func (p *Playback) advance() bool {
	if !p.play.on {
		return false
	}
	if p.shown.frame != p.frame {
		// The clock waits for the decoder.
		p.play.start, p.play.from = p.deps.Now(), p.Time(p.frame)
		return true
	}
	due := p.play.from + p.deps.Now().Sub(p.play.start)
	frame := p.frame
	for frame < p.Frames()-1 && p.Time(frame+1) <= due {
		frame++
	}
	if frame != p.frame {
		p.moveTo(frame)
	}
	if frame >= p.Frames()-1 {
		p.pause()
		return false
	}
	return true
}
