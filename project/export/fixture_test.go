package export

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// fakeVideo is a small video whose masks are held in memory.
type fakeVideo struct {
	video   Video
	objects []Object
	frames  map[int][]FrameMask
	extra   int // a frame number to give after the others, if not 0
}

func (s *fakeVideo) Video() Video      { return s.video }
func (s *fakeVideo) Objects() []Object { return s.objects }

func (s *fakeVideo) Each(ctx context.Context, f func(int, []FrameMask) error) error {
	for i := range s.video.Frames {
		if masks, ok := s.frames[i]; ok {
			if err := f(i, masks); err != nil {
				return err
			}
		}
	}
	if s.extra != 0 {
		return f(s.extra, s.frames[1])
	}
	return nil
}

// draw makes a mask from a picture of '#' (on) and anything else (off).
func draw(rows ...string) annotate.Mask {
	b := annotate.NewBitmap(len(rows[0]), len(rows))
	for y, row := range rows {
		for x, c := range row {
			b.Set(x, y, c == '#')
		}
	}
	return annotate.MaskFromBitmap(b)
}

// shapes are masks that writers get wrong, all 7 by 5 pixels.
var shapes = map[string]annotate.Mask{
	"empty":            annotate.EmptyMask(7, 5),
	"full":             annotate.FullMask(7, 5),
	"corner":           draw("#......", ".......", ".......", ".......", "......#"),
	"hole":             draw(".#####.", ".#...#.", ".#.#.#.", ".#...#.", ".#####."),
	"two holes":        draw("#######", "#.##..#", "#######", "##.####", "#######"),
	"touching corners": draw("##.....", "##.....", "..##...", "..##.#.", "....#.#"),
	"pinched hole":     draw("#####..", "#.###..", "##.##..", "#####..", "......."),
	"column":           draw("...#...", "...#...", "...#...", "...#...", "...#..."),
	"checks":           draw("#.#.#.#", ".#.#.#.", "#.#.#.#", ".#.#.#.", "#.#.#.#"),
}

// source returns a video of three objects: every shape turns up once for each
// object, the frames have gaps, objects overlap, and one is missing at times.
func source() *fakeVideo {
	s := &fakeVideo{
		video: Video{Name: "clip.mp4", W: 7, H: 5, Frames: 40},
		objects: []Object{
			{ID: 1, Label: "left dog", Class: "dog"}, {ID: 2, Label: "right dog", Class: "dog"}, {ID: 7, Label: "a cat"},
		},
		frames: map[int][]FrameMask{},
	}
	for i := range s.video.Frames {
		s.video.Timestamps = append(s.video.Timestamps, float64(i)/29.97)
	}
	names := []string{"empty", "full", "corner", "hole", "two holes", "touching corners", "pinched hole", "column", "checks"}
	for i := range names {
		masks := []FrameMask{
			{Object: 1, Mask: shapes[names[i]], Confidence: 0.9},
			{Object: 2, Mask: shapes[names[(i+1)%len(names)]], Confidence: 0.25},
			{Object: 7, Mask: shapes[names[(i+4)%len(names)]], Confidence: 1},
		}
		s.frames[3*i+1] = masks[:1+i%3]
	}
	return s
}

// randomMask has blobs, holes and stray pixels.
func randomMask(r *rand.Rand, w, h int) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for range 1 + r.IntN(6) {
		x0, y0, on := r.IntN(w), r.IntN(h), r.IntN(3) > 0
		x1, y1 := min(w, x0+1+r.IntN(w)), min(h, y0+1+r.IntN(h))
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				b.Set(x, y, on)
			}
		}
	}
	for range r.IntN(1 + w*h/4) {
		x, y := r.IntN(w), r.IntN(h)
		b.Set(x, y, !b.At(x, y))
	}
	return annotate.MaskFromBitmap(b)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
