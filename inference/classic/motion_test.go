package classic

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/stride"
)

// texture is a picture of smooth blobs, moved by (dx, dy).
func texture(seed uint64, dx, dy int) *image.RGBA {
	rng := rand.New(rand.NewPCG(seed, 1))
	const side = 40
	var grid [side * side][3]uint8
	for i := range grid {
		grid[i] = [3]uint8{uint8(rng.IntN(256)), uint8(rng.IntN(256)), uint8(rng.IntN(256))}
	}
	img := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			px, py := x-dx+80, y-dy+80
			for c := range 3 {
				at := func(gx, gy int) int { return int(grid[gy*side+gx][c]) }
				gx, gy, u, v := px/16, py/16, px%16, py%16
				top := at(gx, gy)*(16-u) + at(gx+1, gy)*u
				bottom := at(gx, gy+1)*(16-u) + at(gx+1, gy+1)*u
				img.Pix[4*(y*320+x)+c] = uint8((top*(16-v) + bottom*v) / 256)
			}
			img.Pix[4*(y*320+x)+3] = 255
		}
	}
	return img
}

func TestMotionBetweenNeighbours(t *testing.T) {
	a, b := texture(1, 0, 0), texture(1, 6, -3)
	step, err := Motion{}.Between(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	if step.Cut {
		t.Error("a moving picture is taken for a cut")
	}
	for name, c := range map[string]struct {
		f      stride.Field
		dx, dy float32
	}{"there": {step.There, 6, -3}, "back": {step.Back, -6, 3}} {
		scale := float32(c.f.W) / 320
		for y := c.f.H / 4; y < 3*c.f.H/4; y++ {
			for x := c.f.W / 4; x < 3*c.f.W/4; x++ {
				i := 2 * (y*c.f.W + x)
				u, v := c.f.V[i]/scale-c.dx, c.f.V[i+1]/scale-c.dy
				if u*u+v*v > 1 {
					t.Fatalf("%s: the motion at (%d,%d) is (%g,%g), want (%g,%g)", name, x, y, c.f.V[i]/scale, c.f.V[i+1]/scale, c.dx, c.dy)
				}
			}
		}
	}
	dark := texture(2, 0, 0)
	for i := range dark.Pix {
		dark.Pix[i] /= 3
	}
	if step, err = (Motion{}).Between(t.Context(), a, dark); err != nil || !step.Cut {
		t.Errorf("another scene: cut %v (%v)", step.Cut, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Motion{}).Between(ctx, a, b); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// truthSession stands for an engine that makes no mistakes: it gives the true
// masks of the frames that it is asked for.
type truthSession struct {
	inference.Session
	truth func(frame int) annotate.Mask
}

func (s truthSession) result(k annotate.FrameKey) annotate.Result {
	return annotate.NewResult(s.truth(k.Frame), 1, annotate.Tracked, "truth")
}

func (s truthSession) SetPrompt(_ context.Context, k annotate.FrameKey, _ annotate.Prompt) (annotate.Result, error) {
	return s.result(k), nil
}

func (s truthSession) SetKnown(annotate.FrameKey, annotate.Mask, bool) error { return nil }

func (s truthSession) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	return &truthPropagation{s: s, req: req, at: req.Range.First}, nil
}

type truthPropagation struct {
	s   truthSession
	req inference.PropagateRequest
	at  int
}

func (p *truthPropagation) Coverage() inference.Coverage { return inference.Coverage{} }
func (p *truthPropagation) Close()                       {}

func (p *truthPropagation) Next(context.Context) (inference.FrameResults, error) {
	for ; p.at <= p.req.Range.Last; p.at++ {
		if k := (annotate.FrameKey{Object: 1, Frame: p.at}); !p.req.Skip(k) {
			p.at++
			return inference.FrameResults{Frame: k.Frame, Results: map[annotate.ObjectID]annotate.Result{1: p.s.result(k)}}, nil
		}
	}
	return inference.FrameResults{}, io.EOF
}

// TestDAVISStride measures the masks that optical flow fills in between true
// masks on every nth frame, on the clips in the folder that MASKLET_DAVIS names.
// The nearest true mask, not moved, is the baseline.
func TestDAVISStride(t *testing.T) {
	root := os.Getenv("MASKLET_DAVIS")
	if root == "" {
		t.Skip("MASKLET_DAVIS does not name a folder of clips")
	}
	dirs := davisClips(t, root)
	steps := []int{2, 3, 5}
	want := map[int]float64{2: 0.93, 3: 0.92, 5: 0.90}
	moved, still := make([][3]float64, len(dirs)), make([][3]float64, len(dirs))
	t.Run("clips", func(t *testing.T) {
		for i, dir := range dirs {
			t.Run(filepath.Base(dir), func(t *testing.T) {
				t.Parallel()
				for k, every := range steps {
					moved[i][k], still[i][k] = fillClip(t, dir, every)
				}
			})
		}
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %8s %8s %8s   (in brackets: nearest mask, not moved)\n", "mean J", "n=2", "n=3", "n=5")
	var sum, base [3]float64
	for i, dir := range dirs {
		fmt.Fprintf(&b, "%-14s", filepath.Base(dir))
		for k := range steps {
			fmt.Fprintf(&b, " %.3f (%.3f)", moved[i][k], still[i][k])
			sum[k] += moved[i][k] / float64(len(dirs))
			base[k] += still[i][k] / float64(len(dirs))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%-14s %.3f (%.3f) %.3f (%.3f) %.3f (%.3f)", "mean", sum[0], base[0], sum[1], base[1], sum[2], base[2])
	t.Log("\n" + b.String())
	for k, every := range steps {
		if len(dirs) == 10 && sum[k] < want[every] {
			t.Errorf("every %d frames: mean J %.3f, want at least %.2f", every, sum[k], want[every])
		}
	}
}

// fillClip returns the mean IoU of the frames between, filled in and with the
// nearest true mask instead.
func fillClip(t *testing.T, dir string, every int) (moved, still float64) {
	video := openFolder(t, filepath.Join(dir, "frames"))
	truth := func(i int) annotate.Mask { return readMask(t, filepath.Join(dir, "masks", fmt.Sprintf("%05d.png", i))) }
	s, err := stride.New(truthSession{truth: truth}, video, "truth", every, Motion{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetPrompt(t.Context(), annotate.FrameKey{Object: 1}, annotate.Prompt{}); err != nil {
		t.Fatal(err)
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: video.Len() - 1}, Direction: inference.Forward,
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0.0
	for {
		res, err := p.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return moved / n, still / n
		}
		if err != nil {
			t.Fatal(err)
		}
		r := res.Results[1]
		if r.Source != annotate.Warped {
			continue
		}
		here := truth(res.Frame)
		before := res.Frame / every * every
		near := before
		if after := min(before+every, video.Len()-1); after-res.Frame < res.Frame-before {
			near = after
		}
		copied, err := annotate.IoU(truth(near), here)
		if err != nil {
			t.Fatal(err)
		}
		moved, still, n = moved+iouOf(t, r, here), still+copied, n+1
	}
}
