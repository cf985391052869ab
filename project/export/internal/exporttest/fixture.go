// Package exporttest holds videos with hostile masks, and what the tests of
// formats share: every format is tried with the same ones.
package exporttest

import (
	"context"
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// Clip is a small video whose masks are held in memory.
type Clip struct {
	About export.Video
	Named []export.Object
	Masks map[int][]export.FrameMask // by frame
	Extra int                        // a frame number to give after the others, if not 0
}

// Video implements export.Source.
func (s *Clip) Video() export.Video {
	v := s.About
	v.Picture = func(_ context.Context, frame int) (*image.RGBA, error) { return Picture(v.W, v.H, frame), nil }
	return v
}

// Picture returns a frame of a clip: noise, which no encoder makes small.
func Picture(w, h, frame int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(uint64(frame), 5))
	for i := range w * h {
		v := r.Uint32()
		copy(img.Pix[4*i:], []uint8{uint8(v), uint8(v >> 8), uint8(v >> 16), 255})
	}
	return img
}

// Objects implements export.Source.
func (s *Clip) Objects() []export.Object { return s.Named }

// Each implements export.Source.
func (s *Clip) Each(ctx context.Context, f func(int, []export.FrameMask) error) error {
	for i := range s.About.Frames {
		if masks, ok := s.Masks[i]; ok {
			if err := f(i, masks); err != nil {
				return err
			}
		}
	}
	if s.Extra != 0 {
		return f(s.Extra, s.Masks[1])
	}
	return nil
}

// Draw makes a mask from a picture of '#' (on) and anything else (off).
func Draw(rows ...string) annotate.Mask {
	b := annotate.NewBitmap(len(rows[0]), len(rows))
	for y, row := range rows {
		for x, c := range row {
			b.Set(x, y, c == '#')
		}
	}
	return annotate.MaskFromBitmap(b)
}

// Shapes are masks that writers get wrong, all 7 by 5 pixels.
func Shapes() map[string]annotate.Mask {
	return map[string]annotate.Mask{
		"empty":            annotate.EmptyMask(7, 5),
		"full":             annotate.FullMask(7, 5),
		"pixel":            Draw(".......", "...#...", ".......", ".......", "......."),
		"corner":           Draw("#......", ".......", ".......", ".......", "......#"),
		"hole":             Draw(".#####.", ".#...#.", ".#.#.#.", ".#...#.", ".#####."),
		"two holes":        Draw("#######", "#.##..#", "#######", "##.####", "#######"),
		"touching corners": Draw("##.....", "##.....", "..##...", "..##.#.", "....#.#"),
		"pinched hole":     Draw("#####..", "#.###..", "##.##..", "#####..", "......."),
		"column":           Draw("...#...", "...#...", "...#...", "...#...", "...#..."),
		"checks":           Draw("#.#.#.#", ".#.#.#.", "#.#.#.#", ".#.#.#.", "#.#.#.#"),
	}
}

// Hostile returns a video of three objects: every shape turns up for each of
// them, the frames have gaps, objects overlap, one is missing at times, and
// names are not ASCII.
func Hostile() *Clip {
	s := &Clip{
		About: export.Video{Name: "clip.mp4", W: 7, H: 5, Frames: 40},
		Named: []export.Object{
			{ID: 1, Label: "left dog", Class: "dog", Notes: annotate.Notes{
				Absent:   annotate.Ranges{{First: 5, Last: 6}, {First: 30, Last: 39}},
				Occluded: annotate.Ranges{{First: 4, Last: 4}, {First: 10, Last: 14}},
				Attributes: []annotate.Attribute{
					{Key: "pose", Value: "sitting"}, {Key: "pose", Value: "läuft <schnell> & \"weit\"", Frames: &annotate.Range{First: 7, Last: 13}},
					{Key: "tail", Value: "long"},
				},
			}},
			{ID: 2, Label: "犬 №2", Class: "dog"}, {ID: 7, Label: "a cat"},
		},
		Masks: map[int][]export.FrameMask{},
	}
	for i := range s.About.Frames {
		s.About.Timestamps = append(s.About.Timestamps, float64(i)/29.97)
	}
	shapes := Shapes()
	names := []string{"empty", "full", "corner", "hole", "two holes", "touching corners", "pinched hole", "column", "checks", "pixel"}
	for i := range names {
		masks := []export.FrameMask{
			{Object: 1, Mask: shapes[names[i]], Confidence: 0.9},
			{Object: 2, Mask: shapes[names[(i+1)%len(names)]], Confidence: 0.25},
			{Object: 7, Mask: shapes[names[(i+4)%len(names)]], Confidence: 1},
		}
		s.Masks[3*i+1] = masks[:1+i%3]
	}
	return s
}

// First keeps the first object of every frame: no mask overlaps another.
func (s *Clip) First() *Clip {
	for f, masks := range s.Masks {
		s.Masks[f] = masks[:1]
	}
	return s
}

// InFolder gives the clip the names of a folder's frames, which begin at 1 and
// have gaps.
func (s *Clip) InFolder() *Clip {
	s.About.FrameNames = nil
	for i := range s.About.Frames {
		s.About.FrameNames = append(s.About.FrameNames, fmt.Sprintf("img_%05d.jpg", 5*i+1))
	}
	return s
}

// Crowd returns a video of n objects of one pixel each, on two frames.
func Crowd(n int) *Clip {
	s := &Clip{About: export.Video{Name: "crowd.mp4", W: n, H: 3, Frames: 2}, Masks: map[int][]export.FrameMask{}}
	for i := range n {
		id := annotate.ObjectID(i + 1)
		s.Named = append(s.Named, export.Object{ID: id, Label: fmt.Sprint("person ", i+1), Class: "person"})
		b := annotate.NewBitmap(n, 3)
		b.Set(i, 1, true)
		for f := range 2 {
			s.Masks[f] = append(s.Masks[f], export.FrameMask{Object: id, Mask: annotate.MaskFromBitmap(b), Confidence: 1})
		}
	}
	return s
}

// Random returns a video with masks of blobs, holes and stray pixels.
func Random(r *rand.Rand, w, h int) *Clip {
	s := Hostile()
	s.About.W, s.About.H = w, h
	for f := range s.About.Frames {
		s.Masks[f] = []export.FrameMask{
			{Object: 1, Mask: RandomMask(r, w, h), Confidence: 0.5}, {Object: 7, Mask: RandomMask(r, w, h), Confidence: 0.5},
		}
	}
	return s
}

// RandomMask has blobs, holes and stray pixels.
func RandomMask(r *rand.Rand, w, h int) annotate.Mask {
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

// Collected gathers what a reader gives and refuses to take a mask twice.
type Collected map[annotate.FrameKey]annotate.Mask

// Take is an Input's Take.
func (c Collected) Take(key annotate.FrameKey, m annotate.Mask) error {
	if _, twice := c[key]; twice {
		return fmt.Errorf("%v came twice", key)
	}
	c[key] = m
	return nil
}

// Same compares with a source; lost says which masks the format cannot hold.
func (c Collected) Same(t *testing.T, src *Clip, lost func(m export.FrameMask) bool) {
	t.Helper()
	n := 0
	for frame, masks := range src.Masks {
		for _, m := range masks {
			if lost(m) {
				continue
			}
			n++
			got, ok := c[annotate.FrameKey{Object: m.Object, Frame: frame}]
			if !ok || !got.Equal(m.Mask) {
				t.Fatalf("object %d, frame %d: there: %v, and differs: %v for %v", m.Object, frame, ok, got.Runs(), m.Mask.Runs())
			}
		}
	}
	if len(c) != n {
		t.Fatalf("%d masks came back, want %d", len(c), n)
	}
}

// SameFrames compares the masks of each frame, whatever objects they have become.
func (c Collected) SameFrames(t *testing.T, src *Clip) {
	t.Helper()
	got := map[string]int{}
	for key, m := range c {
		got[fmt.Sprint(key.Frame, m.Runs())]++
	}
	n := 0
	for frame, masks := range src.Masks {
		for _, m := range masks {
			if m.Mask.Empty() {
				continue
			}
			n++
			if text := fmt.Sprint(frame, m.Mask.Runs()); got[text] == 0 {
				t.Fatalf("object %d, frame %d is not there", m.Object, frame)
			} else {
				got[text]--
			}
		}
	}
	if len(c) != n {
		t.Fatalf("%d masks came back, want %d", len(c), n)
	}
}

// Write writes a source in a format into a new folder and returns that folder
// and the report.
func Write(t *testing.T, f export.Format, src export.Source, opt export.Options) (dir string, rep export.Report) {
	t.Helper()
	dir = t.TempDir()
	reports, err := export.Write(context.Background(), export.Targets(dir, []export.Format{f}), src, opt)
	Must(t, err)
	return dir, reports[0]
}

// Read reads a format back for a video.
func Read(t *testing.T, f export.Format, path string, v export.Video) (Collected, []export.Object, *export.Input) {
	t.Helper()
	got := Collected{}
	in := &export.Input{Video: v, Take: got.Take}
	objects, err := export.Read(context.Background(), f, path, in)
	Must(t, err)
	return got, objects, in
}

// RoundTrip writes and reads a format for clips with every hostile mask that it
// can hold, of video files and of folders of frames, and compares pixel by
// pixel. lost says, of what the format cannot hold, which masks it leaves out.
func RoundTrip(t *testing.T, f export.Format, opt export.Options) {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 12))
	clips := map[string]*Clip{"hostile": Hostile(), "folder": Hostile().InFolder(), "crowd": Crowd(254), "wide": Random(r, 61, 23), "tall": Random(r, 17, 80)}
	if f.Holds.MaxID == 0 {
		clips["crowd"] = Crowd(300)
	}
	for name, clip := range clips {
		t.Run(name, func(t *testing.T) {
			if !f.Holds.Overlaps {
				clip.First()
				if name == "crowd" {
					clip = Crowd(min(254, len(clip.Named)))
				}
			}
			dir, _ := Write(t, f, clip, opt)
			got, objects, in := Read(t, f, dir, clip.About)
			if f.Holds.IDs {
				got.Same(t, clip, func(m export.FrameMask) bool { return m.Mask.Empty() && !f.Holds.Unseen })
				SameNames(t, f, clip, objects)
			} else {
				got.SameFrames(t, clip)
			}
			if in.Skipped() > 0 {
				t.Errorf("skipped: %v", in.Notes())
			}
		})
	}
}

// SameNames compares what is known of the objects, as far as the format holds it.
func SameNames(t *testing.T, f export.Format, clip *Clip, got []export.Object) {
	t.Helper()
	by := map[annotate.ObjectID]export.Object{}
	for _, o := range got {
		by[o.ID] = o
	}
	seen := map[annotate.ObjectID]bool{}
	for _, masks := range clip.Masks {
		for _, m := range masks {
			seen[m.Object] = seen[m.Object] || !m.Mask.Empty()
		}
	}
	for _, want := range clip.Named {
		if !seen[want.ID] {
			continue
		}
		o := by[want.ID]
		if f.Holds.Labels && o.Label != want.Label {
			t.Errorf("object %d: label %q, want %q", want.ID, o.Label, want.Label)
		}
		SameNotes(t, f, clip, want, o)
		if f.Holds.Classes && want.Class != "" && o.Class != want.Class {
			t.Errorf("object %d: class %q, want %q", want.ID, o.Class, want.Class)
		}
	}
}

// SameNotes compares what is said of an object: all of it where the format has
// room for absent frames, else on the frames with pixels.
func SameNotes(t *testing.T, f export.Format, clip *Clip, want, got export.Object) {
	t.Helper()
	if f.Holds.Absent && !reflect.DeepEqual(got.Notes.Tidy(), want.Notes.Tidy()) {
		t.Errorf("object %d: %+v is said, want %+v", want.ID, got.Notes, want.Notes)
	}
	for frame, masks := range clip.Masks {
		for _, m := range masks {
			if m.Object != want.ID || m.Mask.Empty() {
				continue
			}
			if f.Holds.Occluded && got.Notes.Occluded.Contains(frame) != want.Notes.Occluded.Contains(frame) {
				t.Errorf("object %d is occluded on frame %d: %v", want.ID, frame, !want.Notes.Occluded.Contains(frame))
			}
			if f.Holds.Attributes && !maps.Equal(got.Notes.AttributesAt(frame), want.Notes.AttributesAt(frame)) {
				t.Errorf("object %d, frame %d: attributes %v, want %v", want.ID, frame, got.Notes.AttributesAt(frame), want.Notes.AttributesAt(frame))
			}
		}
	}
}

// Must ends the test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
