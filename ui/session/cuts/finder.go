package cuts

import (
	"context"
	"errors"
	"image"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Rule reports whether two neighbouring frames show different scenes.
type Rule func(ctx context.Context, before, after *image.RGBA) (bool, error)

// Video is an open video, as package session has it.
type Video interface {
	inference.Frames
	Timestamp(i int) float64
	Nearest(i int) (img *image.RGBA, at int, ok bool)
	Playhead(i int)
	Close() error
}

// Finder is a video of which every frame is looked at that passes through it.
// Where the colours of neighbours differ much, which is seen at next to no cost,
// it asks the rule. It is safe for concurrent use.
type Finder struct {
	Video
	rule   Rule
	found  func()
	ctx    context.Context
	cancel context.CancelFunc
	asking sync.WaitGroup
	slots  chan struct{} // of those who ask at a time

	mu    sync.Mutex
	known map[int]bool       // frames that were looked at
	signs map[int]*signature // of those with a neighbour that was not
	cut   map[int]bool       // frames that start a new scene
	news  bool               // a cut that Cuts did not tell yet
	open  int                // questions under way
	quiet chan struct{}      // closed while open is 0
}

// signature is the frame's colours: a histogram of 8 bins a channel from a fixed
// grid of samples.
type signature [512]uint16

const (
	gridSide = 48 // samples in each direction
	// doubtShare is the share of samples in other bins from which the rule is
	// asked. It lies below what any cut has, also in so few samples.
	doubtShare = 0.3
)

// NewFinder returns a finder for a video that has seen no frame. found is told,
// from any goroutine, that Cuts has news.
func NewFinder(video Video, rule Rule, found func()) *Finder {
	ctx, cancel := context.WithCancel(context.Background())
	quiet := make(chan struct{})
	close(quiet)
	return &Finder{
		Video: video, rule: rule, found: found, ctx: ctx, cancel: cancel, slots: make(chan struct{}, max(1, runtime.NumCPU()/2)),
		known: map[int]bool{}, signs: map[int]*signature{}, cut: map[int]bool{}, quiet: quiet,
	}
}

// Close ends what is being asked and closes the video.
func (c *Finder) Close() error {
	c.mu.Lock()
	c.cancel()
	c.mu.Unlock()
	c.asking.Wait()
	return c.Video.Close()
}

// Frame implements inference.Frames.
func (c *Finder) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img, err := c.Video.Frame(ctx, i)
	if err == nil {
		c.see(i, img)
	}
	return img, err
}

// Nearest implements Video.
func (c *Finder) Nearest(i int) (img *image.RGBA, at int, ok bool) {
	if img, at, ok = c.Video.Nearest(i); ok {
		c.see(at, img)
	}
	return img, at, ok
}

// Scan looks at all frames of r that were not seen yet and waits for what the
// rule says of them. A frame that cannot be read is passed over: whoever needs
// it will tell. done is told how many frames of r are through.
func (c *Finder) Scan(ctx context.Context, r annotate.Range, done func(frames int)) error {
	for f := max(0, r.First); f <= min(r.Last, c.Len()-1); f++ {
		if !c.seen(f) {
			_, _ = c.Frame(ctx, f)
			done(f - r.First + 1)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	c.mu.Lock()
	quiet := c.quiet
	c.mu.Unlock()
	select {
	case <-quiet:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Finder) seen(i int) bool {
	n := c.Len()
	c.mu.Lock()
	defer c.mu.Unlock()
	return i < 0 || i >= n || c.known[i]
}

// see takes note of frame i.
func (c *Finder) see(i int, img *image.RGBA) {
	if c.seen(i) {
		return
	}
	s, n := sign(img), c.Len()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[i] || c.ctx.Err() != nil {
		return
	}
	c.known[i], c.signs[i] = true, s
	for _, after := range []int{i, i + 1} {
		if !c.doubtful(after) {
			continue
		}
		if c.open++; c.open == 1 {
			c.quiet = make(chan struct{})
		}
		c.asking.Go(func() { c.ask(after) })
	}
	for _, f := range []int{i - 1, i, i + 1} {
		if (f == 0 || c.known[f-1]) && (f == n-1 || c.known[f+1]) {
			delete(c.signs, f) // nothing is left to compare it with
		}
	}
}

// doubtful reports whether the colours allow a cut before a frame.
func (c *Finder) doubtful(frame int) bool {
	return frame > 0 && c.signs[frame-1] != nil && c.signs[frame] != nil &&
		c.signs[frame-1].distance(c.signs[frame]) > doubtShare
}

// ask has the rule decide on a frame and the one before it. A frame that cannot
// be read is told where it is shown.
func (c *Finder) ask(frame int) {
	c.slots <- struct{}{}
	is := c.decide(frame)
	<-c.slots
	if is && c.add(frame) {
		c.found()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open--; c.open == 0 {
		close(c.quiet)
	}
}

// add notes a cut; it reports whether Cuts had told all the others.
func (c *Finder) add(frame int) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first = !c.news
	c.cut[frame], c.news = true, true
	return first
}

func (c *Finder) decide(frame int) bool {
	before, err := c.Video.Frame(c.ctx, frame-1)
	after, err2 := c.Video.Frame(c.ctx, frame)
	if errors.Join(err, err2) != nil {
		return false
	}
	is, err := c.rule(c.ctx, before, after)
	return err == nil && is
}

// Cuts returns the frames that start a new scene, in order.
func (c *Finder) Cuts() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.news = false
	return slices.Sorted(maps.Keys(c.cut))
}

// Renumber takes what was found to the numbers that frames have now: moved[i] is
// that of frame i.
func (c *Finder) Renumber(moved []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
	clear(c.signs)
	was := c.cut
	c.cut = map[int]bool{}
	for f := range was {
		if f < len(moved) {
			c.cut[moved[f]] = true
		}
	}
}

func sign(img *image.RGBA) *signature {
	var s signature
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for gy := range gridSide {
		for gx := range gridSide {
			x, y := (2*gx+1)*w/(2*gridSide), (2*gy+1)*h/(2*gridSide)
			p := img.Pix[y*img.Stride+4*x:]
			s[int(p[0]>>5)<<6|int(p[1]>>5)<<3|int(p[2]>>5)]++
		}
	}
	return &s
}

// distance returns the share of samples that are in other bins, 0..1.
func (s *signature) distance(o *signature) float64 {
	n := 0
	for i := range s {
		n += int(max(s[i], o[i]) - min(s[i], o[i]))
	}
	return float64(n) / (2 * gridSide * gridSide)
}
