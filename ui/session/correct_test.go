package session

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/ui/session/cuts"
)

const (
	barW, barH, barFrames = 96, 64, 6
)

// barVideo shows a bright bar with a dark end that moves to the right.
type barVideo struct{ noVideo }

func (barVideo) Len() int         { return barFrames }
func (barVideo) Size() (w, h int) { return barW, barH }
func (barVideo) Hash() string     { return "bar" }
func (barVideo) Frame(_ context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, barW, barH))
	for y := range barH {
		for x := range barW {
			c := color.RGBA{60, uint8(100 + (x*7+y*13)%23), 60, 255}
			switch u := x - 20 - 2*i; {
			case y < 20 || y >= 44 || u < 0 || u >= 40:
			case u < 28:
				c = color.RGBA{230, 210, uint8(40 + (u+y)%9), 255}
			default:
				c = color.RGBA{150, 30, uint8(40 + (u+y)%9), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img, nil
}

// bench is a session on the bar with the engine that needs no network.
type bench struct {
	*Session
	t        *testing.T
	loop     *Loop
	preview  *Previewed
	answered int
	ended    int
	stops    []Stop // of the latest run
	stopping bool
}

func newBench(t *testing.T) *bench { return newBenchOn(t, barVideo{}, NewMemory(barVideo{}), nil) }

func newBenchOn(t *testing.T, v Video, store Store, isCut cuts.Rule) *bench {
	b := &bench{t: t, loop: NewLoop()}
	b.Session = New(&Clip{Video: v, Store: store}, Config{
		Post: b.loop.Post, IsCut: isCut, Settings: inference.DefaultSettings(),
		Slot: NewSlot(func(context.Context, string, inference.Settings) (inference.Engine, error) { return classic.New(), nil }),
		Notify: func(e Event) {
			switch e := e.(type) {
			case Previewed:
				b.preview = &e
			case Answered:
				b.answered++
				if e.Err != nil {
					t.Errorf("answer: %v", e.Err)
				}
			case Ended:
				b.ended++
				b.stops = e.Stops
				if e.Err != nil && !b.stopping {
					t.Errorf("run: %v", e.Err)
				}
			case Failed:
				t.Errorf("%s: %v", e.What, e.Err)
			}
		},
	})
	t.Cleanup(func() {
		b.Close()
		if err := b.Wait(); err != nil {
			t.Error(err)
		}
	})
	b.until(func() bool { ready, _ := b.EngineReady(); return ready })
	if len(b.doc.Objects()) == 0 {
		b.Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{b.doc.SetObject(annotate.Object{ID: 1})}})
	}
	return b
}

func (b *bench) until(done func() bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.loop.Until(ctx, done); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) click(frame int, x, y float64, on bool) {
	b.t.Helper()
	k := key(1, frame)
	if err := b.SetPrompt("Click", k, b.Standing(k).WithPoint(annotate.Point{X: x, Y: y, Positive: on})); err != nil {
		b.t.Fatal(err)
	}
	b.until(func() bool { return !b.Pending() })
}

func (b *bench) track() {
	b.t.Helper()
	n := b.ended
	if err := b.Track(Target{Direction: inference.Both}); err != nil {
		b.t.Fatal(err)
	}
	b.until(func() bool { return b.ended > n })
}

// paint draws or erases a small square.
func (b *bench) paint(frame, x, y int, on bool) {
	m := b.mask(frame).Bitmap()
	for dy := range 6 {
		for dx := range 6 {
			m.Set(min(barW-1, x+dx), min(barH-1, y+dy), on)
		}
	}
	b.Paint("Paint", key(1, frame), annotate.MaskFromBitmap(m))
	b.until(func() bool { return !b.Pending() })
}

func (b *bench) mask(frame int) annotate.Mask {
	b.t.Helper()
	r, ok := b.doc.Result(key(1, frame))
	if !ok {
		return annotate.EmptyMask(barW, barH)
	}
	m, err := r.Mask.Load()
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// probe returns the mask that the next click at a fixed place would give.
func (b *bench) probe(frame int) annotate.Mask {
	b.t.Helper()
	k := key(1, frame)
	b.preview = nil
	if !b.Preview(k, b.Standing(k).WithPoint(annotate.Point{X: 70, Y: 30, Positive: true})) {
		b.t.Fatal("no preview")
	}
	b.until(func() bool { return b.preview != nil })
	if b.preview.Err != nil {
		b.t.Fatal(b.preview.Err)
	}
	m, err := b.preview.Result.Mask.Load()
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

// state is everything that the document says of a frame.
func (b *bench) state(frame int) string {
	k := key(1, frame)
	p, prompted := b.doc.Prompt(k)
	text := fmt.Sprint(prompted, p.Points, b.doc.Protected(k))
	if p.Mask != nil {
		text += p.Mask.RLEString()
	}
	if r, ok := b.doc.Result(k); ok {
		text += fmt.Sprint(r.Source, r.Engine, r.Confidence, b.mask(frame).RLEString())
	}
	return text
}

// A click refines the mask that stands, whatever made it, and leaves what is far
// from it as it is; taking the click back gives that mask back as it was.
func TestClickRefinesWhatIsThere(t *testing.T) {
	const frame = 3
	for name, make := range map[string]func(b *bench){
		"tracked":           func(*bench) {},
		"accepted":          func(b *bench) { b.accept(frame, true) },
		"painted":           func(b *bench) { b.paint(frame, 2, 2, true) },
		"erased":            func(b *bench) { b.paint(frame, 30, 30, false) },
		"painted, accepted": func(b *bench) { b.paint(frame, 2, 2, true); b.accept(frame, true) },
		"imported": func(b *bench) {
			m := b.mask(frame).Bitmap()
			m.Set(3, 3, true)
			r := annotate.NewResult(annotate.MaskFromBitmap(m), 1, annotate.Imported, "")
			b.DoAndTell(annotate.Change{Name: "Import", Edits: []annotate.Edit{b.doc.SetResult(key(1, frame), &r)}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.click(0, 30, 30, true)
			b.track()
			make(b)
			before, stood := b.mask(frame), b.state(frame)
			accepted := b.doc.Protected(key(1, frame))
			if before.Empty() {
				t.Fatal("nothing stands")
			}
			x, y := 61.0, 32.0 // the bar's other end
			on := !before.At(int(x), int(y))
			b.click(frame, x, y, on)
			after := b.mask(frame)
			if after.At(int(x), int(y)) != on {
				t.Error("the click is not obeyed")
			}
			left := func(m annotate.Mask) (n int) {
				for py := range barH {
					for px := range 45 {
						if m.At(px, py) != before.At(px, py) {
							n++
						}
					}
				}
				return n
			}
			if n := left(after); n > 0 {
				t.Errorf("%d pixels far from the click changed", n)
			}
			k := key(1, frame)
			p, _ := b.doc.Prompt(k)
			if err := b.SetPrompt("Delete point", k, p.WithoutPoint(0)); err != nil {
				t.Fatal(err)
			}
			b.until(func() bool { return !b.Pending() })
			if accepted { // whoever corrects a frame has not accepted it any longer
				b.accept(frame, true)
			}
			if got := b.state(frame); got != stood {
				t.Errorf("without its point the frame is\n%s\nit was\n%s", got, stood)
			}
		})
	}
}

func (b *bench) accept(frame int, on bool) {
	b.DoAndTell(annotate.Change{Name: "Accept", Edits: []annotate.Edit{b.doc.SetProtected(key(1, frame), on)}})
}

// Whatever was clicked, painted, accepted, taken back and done again: what a
// click works on is what the document says, so that the same document gives the
// same answer, and undoing everything gives the first document and answer back.
func TestSameDocumentGivesTheSameAnswer(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 3))
			b := newBench(t)
			b.click(0, 30, 30, true)
			b.track()
			depth := 0
			const frame = 2
			seen := map[string]annotate.Mask{}
			look := func(did string) {
				t.Helper()
				s, a := b.state(frame), b.probe(frame)
				if old, ok := seen[s]; ok && !old.Equal(a) {
					t.Errorf("after %s the same document answers differently", did)
				}
				seen[s] = a
			}
			look("the start")
			first := b.state(frame)
			for range 14 {
				x, y := rng.IntN(barW), rng.IntN(barH)
				did := ""
				switch rng.IntN(8) {
				case 0, 1, 2:
					did = "a click"
					b.click(frame, float64(x), float64(y), rng.IntN(2) == 0)
					depth++
				case 3:
					did = "a stroke"
					b.paint(frame, x, y, rng.IntN(2) == 0)
					depth++
				case 4:
					p, ok := b.doc.Prompt(key(1, frame))
					if !ok || len(p.Points) == 0 {
						continue
					}
					did = "deleting a point"
					if err := b.SetPrompt("Delete", key(1, frame), p.WithoutPoint(rng.IntN(len(p.Points)))); err != nil {
						t.Fatal(err)
					}
					b.until(func() bool { return !b.Pending() })
					depth++
				case 5:
					did = "accepting"
					b.accept(frame, !b.doc.Protected(key(1, frame)))
					depth++
				case 6:
					if depth == 0 {
						continue
					}
					did = "undo"
					b.Undo()
					depth--
				default:
					if _, ok := b.CanRedo(); !ok {
						continue
					}
					did = "redo"
					b.Redo()
					depth++
				}
				look(did)
			}
			for ; depth > 0; depth-- {
				b.Undo()
				look("undo")
			}
			if got := b.state(frame); got != first {
				t.Errorf("after undoing everything the frame is\n%s\nit was\n%s", got, first)
			}
		})
	}
}
