package frames

import (
	"context"
	"image"
	"sync"
	"time"

	"github.com/masklet/masklet/ui/session"
)

// CutFinder looks at every frame that passes through it, on its way to the
// engine or the screen, and notes where the picture changes all at once. It
// decodes nothing itself, so scene cuts cost next to nothing and appear as the
// frames are used.
type CutFinder struct {
	session.Video
	Found func() // told of new cuts, from any goroutine, at most every 300 ms

	mu    sync.Mutex
	signs []*signature // by frame
	cut   []bool       // frame i starts a new scene
	last  time.Time
}

// signature is the frame's colours: a histogram of 4x4x4 bins in each quarter
// of the picture, from a fixed grid of samples.
type signature [4 * 64]uint16

const (
	gridSide = 48 // samples in each direction
	// cutShare is the share of samples that change their bin at a cut. Camera
	// and object motion stay far below it.
	cutShare = 0.55
)

// NewCutFinder returns a finder for a video that has seen no frame; found may be
// nil only if no frame passes through it.
func NewCutFinder(video session.Video, found func()) *CutFinder {
	n := video.Len()
	return &CutFinder{Video: video, Found: found, signs: make([]*signature, n), cut: make([]bool, n)}
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
	c.mu.Lock()
	known := i < 0 || i >= len(c.signs) || c.signs[i] != nil
	c.mu.Unlock()
	if known {
		return
	}
	s := sign(img)
	c.mu.Lock()
	c.signs[i] = s
	fresh := c.compare(i-1, i)
	fresh = c.compare(i, i+1) || fresh
	fresh = fresh && time.Since(c.last) > 300*time.Millisecond
	if fresh {
		c.last = time.Now()
	}
	c.mu.Unlock()
	if fresh {
		c.Found()
	}
}

// compare marks frame b if a cut lies between the neighbours a and b.
func (c *CutFinder) compare(a, b int) bool {
	if a < 0 || b >= len(c.signs) || c.signs[a] == nil || c.signs[b] == nil || c.cut[b] {
		return false
	}
	c.cut[b] = c.signs[a].distance(c.signs[b]) > cutShare
	return c.cut[b]
}

// Cuts returns for every frame whether a new scene starts there.
func (c *CutFinder) Cuts() []bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]bool(nil), c.cut...)
}

func sign(img *image.RGBA) *signature {
	var s signature
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for gy := range gridSide {
		for gx := range gridSide {
			x, y := (2*gx+1)*w/(2*gridSide), (2*gy+1)*h/(2*gridSide)
			p := img.Pix[y*img.Stride+4*x:]
			quarter := 2*(2*gy/gridSide) + 2*gx/gridSide
			s[64*quarter+int(p[0]>>6)<<4+int(p[1]>>6)<<2+int(p[2]>>6)]++
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
