package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"sync"

	"github.com/disintegration/imaging"
)

const (
	// maxWaypoints bounds the memory for waypoints (about 10 KB each).
	maxWaypoints = 256
	// waypointStride is the least distance between two waypoints in frames.
	waypointStride = 8
	// waypointWidth is the width of a waypoint in pixels.
	waypointWidth = 320
)

// waypoints are small pictures of frames spread over the whole video, made
// while it is scanned and kept with its index. After a jump one of them is
// shown until the frame itself is decoded. It is safe for concurrent use.
type waypoints struct {
	mu     sync.Mutex
	stride int
	list   []waypoint // in order of frames
}

type waypoint struct {
	frame int
	jpeg  []byte
}

// wants reports whether frame i, the next of a scan, shall become a waypoint.
func (w *waypoints) wants(i int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return i%max(w.stride, waypointStride) == 0
}

// add makes a waypoint of frame i, which must be beyond all others. If there
// are too many every second is dropped.
func (w *waypoints) add(i int, img *image.RGBA) {
	small := image.Image(img)
	if img.Rect.Dx() > waypointWidth {
		small = imaging.Resize(img, waypointWidth, 0, imaging.Box)
	}
	var buf bytes.Buffer
	if jpeg.Encode(&buf, small, &jpeg.Options{Quality: 75}) != nil {
		return // a picture too large for JPEG has no waypoint
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, waypoint{i, buf.Bytes()})
	if len(w.list) <= maxWaypoints {
		return
	}
	w.stride = 2 * max(w.stride, waypointStride)
	w.list = slices.DeleteFunc(w.list, func(p waypoint) bool { return p.frame%w.stride != 0 })
}

// nearest returns the waypoint that is closest to frame i.
func (w *waypoints) nearest(i int) (p waypoint, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, q := range w.list {
		if !ok || distance(q.frame, i) < distance(p.frame, i) {
			p, ok = q, true
		}
	}
	return p, ok
}

// all returns the waypoints in the order of their frames.
func (w *waypoints) all() []waypoint {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.list)
}

// set replaces the waypoints.
func (w *waypoints) set(list []waypoint) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = list
}

// picture enlarges a waypoint to a frame's size; nil if it is damaged. It is
// called where the user waits, so pixels are repeated rather than smoothed.
func (p waypoint) picture(w, h int) *image.RGBA {
	decoded, err := jpeg.Decode(bytes.NewReader(p.jpeg))
	if err != nil {
		return nil
	}
	small := imaging.Clone(decoded) // opaque, so the bytes are those of RGBA too
	sw, sh := small.Rect.Dx(), small.Rect.Dy()
	big := image.NewRGBA(image.Rect(0, 0, w, h))
	for y, before := 0, -1; y < h; y++ {
		row := big.Pix[y*big.Stride : (y+1)*big.Stride]
		from := y * sh / h
		if from == before {
			copy(row, big.Pix[(y-1)*big.Stride:])
			continue
		}
		before = from
		src := small.Pix[from*small.Stride:]
		for x := range w {
			at := 4 * (x * sw / w)
			copy(row[4*x:4*x+4], src[at:at+4])
		}
	}
	return big
}

func distance(a, b int) int { return max(a-b, b-a) }
