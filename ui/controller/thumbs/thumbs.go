// Package thumbs makes small pictures of frames with a mask in them, in the
// background. It exists so that lists and the timeline can show frames without
// decoding any on the goroutine of the window.
package thumbs

import (
	"image"
	"image/color"
	"sync"

	"golang.org/x/image/draw"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/session"
)

const (
	// Width and Height are the largest size of a thumbnail.
	Width, Height = 96, 54
	most          = 400 // that are kept
	waiting       = 40  // that are still made when others are asked for
)

// Wanted names a thumbnail: a frame, and the mask that is drawn into it.
type Wanted struct {
	Key        annotate.FrameKey // of object 0: the frame alone
	Area       int               // of the mask, with its confidence: another mask is another thumbnail
	Confidence float64
}

// Thumbs makes and keeps the thumbnails of the video that is open.
type Thumbs struct {
	// Session is the one that is open, Changed is told on its goroutine that a
	// thumbnail is there.
	Session func() *session.Session
	Changed func()

	of   *session.Session
	made map[Wanted]*image.RGBA // a nil one could not be made
	old  []Wanted               // in the order in which they were made

	mu    sync.Mutex
	queue []request // the latest last
	works bool
}

type request struct {
	wanted Wanted
	mask   annotate.MaskRef // nil: none
	color  annotate.Color
}

// Of returns the thumbnail of an object's frame, or nil while it is not made.
func (t *Thumbs) Of(key annotate.FrameKey) *image.RGBA {
	s := t.Session()
	if t.of != s {
		t.of, t.made, t.old = s, map[Wanted]*image.RGBA{}, nil
		t.mu.Lock()
		t.queue = nil
		t.mu.Unlock()
	}
	r := request{wanted: Wanted{Key: key}}
	if res, ok := s.Document().Result(key); ok && res.Area > 0 {
		o, _ := s.Document().Object(key.Object)
		r.wanted.Area, r.wanted.Confidence, r.mask, r.color = res.Area, res.Confidence, res.Mask, o.Color
	}
	if img, ok := t.made[r.wanted]; ok {
		return img
	}
	if s.IsOpen() {
		t.ask(s, r)
	}
	return nil
}

// ask puts a request in line; the latest is made first, since it is looked at.
func (t *Thumbs) ask(s *session.Session, r request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, q := range t.queue {
		if q.wanted == r.wanted {
			return
		}
	}
	t.queue = append(t.queue, r)
	if extra := len(t.queue) - waiting; extra > 0 {
		t.queue = t.queue[extra:]
	}
	if !t.works {
		t.works = true
		s.Go(func() { t.work(s) })
	}
}

// work makes what is asked for, until nothing is.
func (t *Thumbs) work(s *session.Session) {
	for {
		t.mu.Lock()
		n := len(t.queue)
		if n == 0 || s.Context().Err() != nil {
			t.works = false
			t.mu.Unlock()
			return
		}
		r := t.queue[n-1]
		t.queue = t.queue[:n-1]
		t.mu.Unlock()
		img := r.paint(s)
		s.Post(func() { t.keep(s, r.wanted, img) })
	}
}

func (t *Thumbs) keep(s *session.Session, w Wanted, img *image.RGBA) {
	if t.of != s {
		return
	}
	t.made[w] = img
	t.old = append(t.old, w)
	if len(t.old) > most {
		delete(t.made, t.old[0])
		t.old = t.old[1:]
	}
	if img != nil {
		t.Changed()
	}
}

// paint makes a thumbnail; nil means that the frame cannot be read.
func (r request) paint(s *session.Session) *image.RGBA {
	frame, err := s.Video.Frame(s.Context(), r.wanted.Key.Frame)
	if err != nil {
		return nil
	}
	b := frame.Bounds()
	scale := min(float64(Width)/float64(b.Dx()), float64(Height)/float64(b.Dy()))
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*scale)), max(1, int(float64(b.Dy())*scale))))
	draw.ApproxBiLinear.Scale(out, out.Rect, frame, b, draw.Src, nil)
	if r.mask != nil {
		if m, err := r.mask.Load(); err == nil {
			tint(out, m.Bitmap(), color.RGBA{r.color.R, r.color.G, r.color.B, 255})
		}
	}
	return out
}

// tint mixes a colour into the pixels that a mask covers.
func tint(img *image.RGBA, m *annotate.Bitmap, c color.RGBA) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		for x := range w {
			if m.At((2*x+1)*m.W/(2*w), (2*y+1)*m.H/(2*h)) {
				p := img.Pix[y*img.Stride+4*x:]
				p[0], p[1], p[2] = uint8((int(p[0])+int(c.R))/2), uint8((int(p[1])+int(c.G))/2), uint8((int(p[2])+int(c.B))/2)
			}
		}
	}
}
