package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/masklet/masklet/project/media/container"
	"github.com/masklet/masklet/project/media/frameindex"
)

// Video is an open video file or folder of frames. It is safe for concurrent
// use.
type Video struct {
	path     string
	hash     string
	w, h     int
	fps      float64
	rotation int
	mirrored bool     // pictures are mirrored before they are turned
	tilted   bool     // the metadata ask for another turn, which is not made
	aspect   float64  // width by height of a pixel; 0 for a folder
	names    []string // file names of a folder's frames

	index   *frameindex.Index
	isAhead bool // Options.Ahead
	demuxer string
	least   atomic.Int64 // frames that were found before
	held    atomic.Bool  // see Hold
	cache   *frameCache
	sched   *scheduler
	poster  *image.RGBA // frame 0, always at hand
	store   indexStore
	release func() // removes a temporary file at the end; may be nil

	waypoints waypoints
	near      int // frames around one that are worth keeping

	scan     scanner
	scanTurn chan struct{} // holds one token: the right to use scan
	scanErr  error         // why the index cannot be completed; guarded by scanTurn
	playhead *playhead
	closing  sync.Once
	closed   chan struct{}
}

// Path returns the path that was opened.
func (v *Video) Path() string { return v.path }

// Hash returns the QuickHash of the video.
func (v *Video) Hash() string { return v.hash }

// Size returns width and height of every frame in pixels, in display
// orientation.
func (v *Video) Size() (w, h int) { return v.w, v.h }

// FPS returns the average frame rate; frames of a video of variable rate have
// other distances (see Timestamp).
func (v *Video) FPS() float64 { return v.fps }

// Rotation returns by how many degrees clockwise (0, 90, 180 or 270) the video's
// metadata asks to turn its pictures for display. Frames are already turned.
func (v *Video) Rotation() int { return v.rotation }

// Mirrored reports whether the metadata ask to mirror the pictures left to right
// before they are turned. Frames already are.
func (v *Video) Mirrored() bool { return v.mirrored }

// Tilted reports whether the metadata ask for a turn by an angle that is no
// multiple of 90 degrees. Frames are as they are stored then.
func (v *Video) Tilted() bool { return v.tilted }

// PixelAspect returns width by height of one pixel as the video is to be shown,
// 1 for square pixels. Frames and masks keep the stored pixels.
func (v *Video) PixelAspect() float64 {
	if v.aspect == 0 {
		return 1
	}
	return v.aspect
}

// Len returns the number of frames known so far: all of them when Index has
// returned nil. It never counts a frame that cannot be decoded. Of a video that
// was opened ahead it is, until then, the number that is expected, which bounds
// what may be asked for; see Reach.
func (v *Video) Len() int {
	n, done, _ := v.index.State()
	if done || !v.isAhead {
		return v.reachable(n)
	}
	return max(v.reachable(n), v.expected(n))
}

// Indexed reports whether all frames are known.
func (v *Video) Indexed() bool {
	_, done, _ := v.index.State()
	return done
}

// Estimate returns how many frames there will probably be: Len when the video
// is indexed, else at least the header's claim, which may be wrong.
func (v *Video) Estimate() int {
	n, done, _ := v.index.State()
	if done {
		return n
	}
	return max(n, v.scan.estimate())
}

// Promised returns the number of frames that the header claims, which may be
// wrong, and whether the file was cut off: it ends before its container says so
// and has fewer frames than that.
func (v *Video) Promised() (frames int, truncated bool) {
	n, done, _ := v.index.State()
	frames = v.scan.estimate()
	if !done || n >= frames {
		return frames, false
	}
	return frames, container.CutOff(v.path)
}

// Shortfall says so if the video ends before the end that it promises, else "".
func (v *Video) Shortfall() string {
	promised, truncated := v.Promised()
	if !truncated {
		return ""
	}
	return fmt.Sprintf("%s ends early: %d of %d frames can be read", filepath.Base(v.path), v.Len(), promised)
}

// Timestamp returns the presentation time of frame i in seconds from the start
// of the video, or 0 for a frame that is not known. Times are final only when
// the video is indexed.
func (v *Video) Timestamp(i int) float64 {
	return v.index.Second(i)
}

// Timestamps returns the presentation times of all known frames in seconds.
func (v *Video) Timestamps() []float64 { return v.index.Seconds() }

// Name returns the file name of frame i of a folder, and "" for a video file.
func (v *Video) Name(i int) string {
	if i < 0 || i >= len(v.names) {
		return ""
	}
	return v.names[i]
}

// Frame returns frame i as a tight RGBA image in display orientation. The
// caller must not change it. A frame that is not indexed yet is waited for,
// and the index is built up to it.
func (v *Video) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if img, ok := v.cache.get(i); ok {
		return img, nil
	}
	if err := v.reach(ctx, i); err != nil {
		return nil, err
	}
	if img, ok := v.cache.get(i); ok { // the scan may just have passed it
		return img, nil
	}
	img, err := v.sched.fetch(ctx, v.landing(i), i, false)
	if !errors.Is(err, errListed) {
		return img, err
	}
	// The container's list is of no use here: the video is read up to the frame.
	if err := v.extend(ctx, i+1, false, nil); err != nil {
		return nil, err
	}
	return v.sched.fetch(ctx, v.landing(i), i, false)
}

// landing says where a seek for frame i shall land. Going backward frame by
// frame would cost a seek each; so frames before i are decoded along with it.
func (v *Video) landing(i int) int {
	if v.cache.has(i+1) && !v.cache.has(i-1) {
		return max(0, i-v.near+1)
	}
	return i
}

// Nearest returns at once a picture of frame i or of one close to it, whose
// number is returned, in the video's size. If frame is i it is exact; else it
// may be a small picture that was enlarged. It is for showing something while
// Frame decodes, never for computing. ok is false only for a closed video.
func (v *Video) Nearest(i int) (img *image.RGBA, frame int, ok bool) {
	select {
	case <-v.closed:
		return nil, 0, false
	default:
	}
	img, frame, ok = v.cache.nearest(i)
	if !ok || distance(0, i) < distance(frame, i) {
		img, frame = v.poster, 0
	}
	if p, found := v.waypoints.nearest(i); found && distance(p.frame, i) < distance(frame, i) {
		if rough := p.picture(v.w, v.h); rough != nil {
			return rough, p.frame, true
		}
	}
	return img, frame, true
}

// closePatience is how long Close waits for a decoder that does not return.
const closePatience = time.Second

// Close ends all work on the video and frees what it holds. Calls under way
// return ErrClosed or the error of their context. A decoder that is stuck in a
// file is left behind, and frees what it holds when it returns.
func (v *Video) Close() error {
	v.closing.Do(func() {
		close(v.closed)
		v.playhead.close()
		freed := make(chan struct{})
		go func() {
			defer close(freed)
			v.sched.close()
			<-v.scanTurn // never given back: nobody scans any more
			v.scan.close()
			if v.release != nil {
				v.release()
			}
		}()
		select {
		case <-freed:
		case <-time.After(closePatience):
		}
	})
	return nil
}

// reach makes sure that frame i is in the index.
func (v *Video) reach(ctx context.Context, i int) error {
	if i < 0 {
		return fmt.Errorf("%w: %d", ErrRange, i)
	}
	n, done, _ := v.index.State()
	if i < n || i < v.index.Reach() {
		return nil
	}
	if !done {
		if err := v.extend(ctx, i+1, true, nil); err != nil {
			return err
		}
		n = v.index.Reach()
	}
	if i >= n {
		return fmt.Errorf("%w: %d, %s has %d frames", ErrRange, i, v.path, n)
	}
	return nil
}

// Index reads the video once to the end and so makes all frames known. It
// returns at once if that was done, now or in an earlier run. progress (may be
// nil) is called on this goroutine with the frames known and the number
// expected, a few times a second. After a cancelled call another goes on where
// it ended.
func (v *Video) Index(ctx context.Context, progress func(done, estimate int)) error {
	return v.extend(ctx, math.MaxInt, false, progress)
}
