package frames

import (
	"context"
	"errors"
	"image"
	"slices"
	"sync"
	"time"

	"github.com/masklet/masklet/ui/session"
)

// IsCut reports whether two neighbouring frames show different scenes. It is
// the engine's own rule, so that what the timeline shows is what tracking heeds.
type IsCut func(ctx context.Context, before, after *image.RGBA) (bool, error)

// CutFinder looks at every frame that passes through it, on its way to the
// engine or the screen. Where the colours of neighbours differ much, which is
// seen at next to no cost, it asks the rule.
type CutFinder struct {
	session.Video
	isCut  IsCut
	found  func() // told of new cuts, from any goroutine, at most every 300 ms
	ctx    context.Context
	cancel context.CancelFunc
	asking sync.WaitGroup

	mu    sync.Mutex
	seen  map[int]bool       // frames that were looked at
	signs map[int]*signature // of those with a neighbour that was not
	cut   []bool             // frame i starts a new scene
	last  time.Time
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

// NewCutFinder returns a finder for a video that has seen no frame; without a
// rule it finds nothing, and found may be nil.
func NewCutFinder(video session.Video, isCut IsCut, found func()) *CutFinder {
	ctx, cancel := context.WithCancel(context.Background())
	return &CutFinder{Video: video, isCut: isCut, found: found, ctx: ctx, cancel: cancel, seen: map[int]bool{}, signs: map[int]*signature{}}
}

// Close ends what is being asked and closes the video.
func (c *CutFinder) Close() error {
	c.mu.Lock()
	c.cancel()
	c.mu.Unlock()
	c.asking.Wait()
	return c.Video.Close()
}

// Frame implements inference.Frames.
func (c *CutFinder) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img, err := c.Video.Frame(ctx, i)
	if err == nil {
		c.See(i, img)
	}
	return img, err
}

// See takes note of frame i.
func (c *CutFinder) See(i int, img *image.RGBA) {
	n := c.Len()
	c.mu.Lock()
	known := i < 0 || i >= n || c.seen[i]
	c.mu.Unlock()
	if known {
		return
	}
	s := sign(img)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen[i] || c.ctx.Err() != nil {
		return
	}
	c.seen[i], c.signs[i] = true, s
	for _, after := range []int{i, i + 1} {
		if c.doubtful(after) {
			c.asking.Go(func() { c.ask(after) })
		}
	}
	for _, f := range []int{i - 1, i, i + 1} {
		if (f == 0 || c.seen[f-1]) && (f == n-1 || c.seen[f+1]) {
			delete(c.signs, f) // nothing is left to compare it with
		}
	}
}

// doubtful reports whether the colours allow a cut before a frame.
func (c *CutFinder) doubtful(frame int) bool {
	return c.isCut != nil && frame > 0 && c.signs[frame-1] != nil && c.signs[frame] != nil &&
		c.signs[frame-1].distance(c.signs[frame]) > doubtShare
}

// ask has the rule decide on a frame and the one before it. A frame that cannot
// be read is told where it is shown.
func (c *CutFinder) ask(frame int) {
	before, err := c.Video.Frame(c.ctx, frame-1)
	after, err2 := c.Video.Frame(c.ctx, frame)
	if errors.Join(err, err2) != nil {
		return
	}
	if is, err := c.isCut(c.ctx, before, after); err != nil || !is {
		return
	}
	c.mu.Lock()
	c.grow(frame + 1)
	c.cut[frame] = true
	tell := time.Since(c.last) > 300*time.Millisecond
	if tell {
		c.last = time.Now()
	}
	c.mu.Unlock()
	if tell {
		c.found()
	}
}

// grow makes room for n frames. mu is held.
func (c *CutFinder) grow(n int) {
	if n > len(c.cut) {
		c.cut = append(c.cut, make([]bool, n-len(c.cut))...)
	}
}

// Cuts returns for every frame whether a new scene starts there.
func (c *CutFinder) Cuts() []bool {
	n := c.Len()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.grow(n)
	return slices.Clone(c.cut[:n])
}

// Renumber takes what was found to the numbers that frames have now.
func (c *CutFinder) Renumber(moved []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.seen)
	clear(c.signs)
	was := c.cut
	c.cut = nil
	for f, cut := range was {
		if cut && f < len(moved) {
			c.grow(moved[f] + 1)
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
