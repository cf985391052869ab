package controller

import (
	"image"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/controller/frames"
	"github.com/masklet/masklet/ui/controller/places"
	"github.com/masklet/masklet/ui/session"
)

// Playback is the current frame and the picture on the screen.
type Playback struct {
	*desk
	frame  int
	shown  shownFrame
	loader *frames.Loader
	play   playState
	leaves func()   // called before another frame is current
	names  []string // of the files of a folder's frames
}

// shownFrame is the picture on the screen.
type shownFrame struct {
	frame int
	img   *image.RGBA
}

// opened shows the first keyframe of a video that was just opened.
func (p *Playback) opened() {
	s := p.sess
	*p = Playback{desk: p.desk, leaves: p.leaves, loader: frames.NewLoader(s.Context(), s.Video)}
	l := p.loader
	deliver := func(l frames.Loaded) { s.Post(func() { p.frameLoaded(l) }) }
	s.Go(func() { l.Run(deliver) })
	s.Go(func() { p.readNames(s) })
	p.frame = p.doc().FirstKeyframe()
	if place, ok := places.Of(p.deps.Prefs, s.Store.Path()); ok && place.Frame >= 0 && place.Frame < p.Frames() {
		p.frame = place.Frame
	}
	p.showFrame(p.frame)
}

// readNames finds out, on a goroutine of the session's, what the frames are called.
func (p *Playback) readNames(s *session.Session) {
	if names, err := media.FrameNames(s.VideoPath); err == nil && len(names) == s.Video.Len() {
		s.Post(func() {
			p.names = names
			p.changed(PartFrame)
		})
	}
}

// FrameName returns what the file of the current frame is called, "" where the
// frames are those of a video file.
func (p *Playback) FrameName() string {
	if p.frame < len(p.names) {
		return p.names[p.frame]
	}
	return ""
}

// renumbered keeps the frame that the user looks at, where frames got other numbers
// or went away; moved is nil if all keep theirs.
func (p *Playback) renumbered(moved []int) {
	frame := p.frame
	if frame < len(moved) {
		frame = moved[frame]
	}
	if moved != nil {
		p.shown = shownFrame{}
	}
	if frame = max(0, min(frame, p.Frames()-1)); frame != p.frame || moved != nil {
		p.leaves()
		p.frame = frame
		p.showFrame(frame)
	}
}

// closed leaves nothing on the screen.
func (p *Playback) closed() {
	*p = Playback{desk: p.desk, leaves: p.leaves, loader: frames.NewLoader(p.sess.Context(), p.sess.Video)}
}

// Frame returns the current frame.
func (p *Playback) Frame() int { return p.frame }

// Frames returns the number of frames, 0 without a video.
func (p *Playback) Frames() int { return p.doc().Frames() }

// Size returns the size of the video in pixels.
func (p *Playback) Size() (w, h int) { return p.doc().Size() }

// Time returns the presentation time of a frame.
func (p *Playback) Time(frame int) time.Duration {
	if frame < 0 || frame >= p.Frames() {
		return 0
	}
	return time.Duration(p.sess.Video.Timestamp(frame) * float64(time.Second))
}

// Duration returns how long the video is: the time of its last frame, and as
// long as a frame lasts on average.
func (p *Playback) Duration() time.Duration {
	last := p.Frames() - 1
	if last < 1 {
		return 0
	}
	span := p.Time(last) - p.Time(0)
	return p.Time(last) + (span+time.Duration(last)/2)/time.Duration(last)
}

// GoTo makes a frame current; numbers beyond the ends mean the ends. It ends
// playing.
func (p *Playback) GoTo(frame int) {
	p.pause()
	p.moveTo(frame)
}

// Step moves by n frames.
func (p *Playback) Step(n int) { p.GoTo(p.Frame() + n) }

// moveTo changes the current frame, without ending playing.
func (p *Playback) moveTo(frame int) {
	frame = max(0, min(frame, p.Frames()-1))
	if frame == p.frame {
		return
	}
	p.leaves()
	p.frame = frame
	p.showFrame(frame)
}

// showFrame brings a frame on the screen: at once if it is decoded, else the
// nearest one that is until it is.
func (p *Playback) showFrame(frame int) {
	img, at, ok := p.sess.Video.Nearest(frame)
	if ok && (at == frame || abs(at-frame) < abs(p.shown.frame-frame) || p.shown.img == nil) {
		p.shown = shownFrame{at, img}
	}
	if ok && at == frame {
		p.loader.Ask(-1)
	} else {
		p.loader.Ask(frame)
	}
	p.sess.Video.Playhead(frame)
	if !p.play.on {
		p.sess.Want(frame)
	}
	p.changed(PartFrame | PartScene)
}

func (p *Playback) frameLoaded(l frames.Loaded) {
	if l.Err != nil {
		if l.Frame == p.frame {
			p.pause()
			p.fail("Show the frame", l.Err)
		}
		return
	}
	if l.Frame == p.frame || p.play.on || abs(l.Frame-p.frame) < abs(p.shown.frame-p.frame) {
		p.shown = shownFrame{l.Frame, l.Img}
		p.changed(PartScene)
	}
}

// goToAny shows a frame; where there is none it says why.
func (p *Playback) goToAny(frame int, ok bool, none string) {
	if !ok {
		p.say(Info, none)
		return
	}
	p.GoTo(frame)
}

// NextCut moves to the next scene cut that is known.
func (p *Playback) NextCut() {
	later := slices.DeleteFunc(p.doc().AllCuts(), func(f int) bool { return f <= p.frame })
	p.goToAny(slices.Min(append(later, p.Frames())), len(later) > 0, "No scene cut is known after this frame")
}

// keyframeFrom returns the nearest keyframe of an object, or of any for 0, in
// the direction of dir, 1 or -1.
func (p *Playback) keyframeFrom(id annotate.ObjectID, dir int) (best int, found bool) {
	for _, o := range p.doc().Objects() {
		if id != 0 && o.ID != id {
			continue
		}
		for _, f := range p.doc().Keyframes(o.ID) {
			if d := (f - p.frame) * dir; d > 0 && (!found || d < (best-p.frame)*dir) {
				best, found = f, true
			}
		}
	}
	return best, found
}

func abs(n int) int { return max(n, -n) }

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
