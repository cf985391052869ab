package annotate

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
)

func rect(w, h, x0, y0, x1, y1 int) Mask {
	b := NewBitmap(w, h)
	for y := max(0, y0); y < min(h, y1); y++ {
		for x := max(0, x0); x < min(w, x1); x++ {
			b.Set(x, y, true)
		}
	}
	return MaskFromBitmap(b)
}

// track returns an object that moves two pixels a frame with confidence 0.9.
func track(n int, change func(f int, r *Result)) ReviewInput {
	in := ReviewInput{Object: 1}
	for f := range n {
		r := NewResult(rect(200, 60, 2*f, 10, 2*f+40, 50), 0.9, Tracked, "test")
		if change != nil {
			change(f, &r)
		}
		in.Frames = append(in.Frames, f)
		in.Result = append(in.Result, r)
		in.Fixed = append(in.Fixed, false)
		in.Checked = append(in.Checked, false)
	}
	return in
}

func TestRankForReview(t *testing.T) {
	put := func(at int, m Mask) func(int, *Result) {
		return func(f int, r *Result) {
			if f == at {
				*r = NewResult(m, 0.9, Tracked, "test")
			}
		}
	}
	tests := []struct {
		name   string
		change func(f int, r *Result)
		want   []int
		reason string
	}{
		{"steady motion is no suspect, and looked at in the middle", nil, []int{20}, "least certain"},
		{"low confidence", func(f int, r *Result) {
			if f == 20 {
				r.Confidence = 0.2
			}
		}, []int{20}, "low confidence"},
		{"one of a bad stretch", func(f int, r *Result) {
			if f >= 20 && f < 24 {
				r.Confidence = 0.3 - float64(f)/1000
			}
		}, []int{23}, "low confidence"},
		{"area jump", put(20, rect(200, 60, 40, 10, 44, 14)), []int{20}, "size jump"},
		{"other shape of the same area", put(20, rect(200, 60, 40, 28, 200, 38)), []int{20}, "shape jump"},
		{"going out of view is no mistake", func(f int, r *Result) {
			if f >= 20 {
				*r = NewResult(EmptyMask(200, 60), 0.9, Tracked, "test")
			}
		}, []int{20}, "least certain"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := RankForReview(context.Background(), []ReviewInput{track(40, tt.change)})
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want frames %v", got, tt.want)
			}
			for i, it := range got {
				if it.Key.Frame != tt.want[i] || it.Reason != tt.reason {
					t.Errorf("item %d is %+v, want frame %d, %q", i, it, tt.want[i], tt.reason)
				}
			}
		})
	}
}

func TestReviewSnapshotLeavesPersonsWorkOut(t *testing.T) {
	d := NewDocument(200, 60, 40)
	edits := []Edit{d.SetObject(Object{ID: 1})}
	for f := range 40 {
		r := NewResult(rect(200, 60, 0, 0, 10, 10), 0.1, Tracked, "test")
		edits = append(edits, d.SetResult(FrameKey{1, f}, &r))
	}
	edits = append(edits,
		d.SetPrompt(FrameKey{1, 0}, &Prompt{Box: &Box{0, 0, 5, 5}}),
		d.SetProtected(FrameKey{1, 1}, true))
	NewHistory(d, nil).Do(Change{Edits: edits})
	in := d.ReviewSnapshot(1, func(f int) bool { return f > 2 })
	got, err := RankForReview(context.Background(), []ReviewInput{in})
	if err != nil || len(got) != 1 || got[0].Key.Frame != 2 {
		t.Errorf("got %v, %v, want frame 2 alone", got, err)
	}
}

func TestRankForReviewReportsUnreadableMask(t *testing.T) {
	in := track(3, nil)
	in.Result[1].Mask = failing{}
	if _, err := RankForReview(context.Background(), []ReviewInput{in}); !errors.Is(err, errUnreadable) {
		t.Errorf("error %v, want %v", err, errUnreadable)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := RankForReview(ctx, []ReviewInput{track(3, nil)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after cancel", err)
	}
}

var errUnreadable = errors.New("unreadable")

type failing struct{}

func (failing) Load() (Mask, error) { return Mask{}, errUnreadable }

// shift agrees with moving every pixel by itself.
func TestShiftMovesPixels(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		w, h := 1+rng.IntN(12), 1+rng.IntN(12)
		b, want := NewBitmap(w, h), NewBitmap(w, h)
		dx, dy := rng.IntN(2*w+3)-w-1, rng.IntN(2*h+3)-h-1
		for y := range h {
			for x := range w {
				if rng.IntN(2) == 0 {
					b.Set(x, y, true)
					want.Set(x+dx, y+dy, true)
				}
			}
		}
		if got := MaskFromBitmap(b).shift(dx, dy); !got.Equal(MaskFromBitmap(want)) {
			t.Fatalf("%dx%d shifted by (%d, %d) is wrong", w, h, dx, dy)
		}
	}
}

// Something is always proposed until the user looked at it: one frame in every
// part of every stretch between keyframes, each the least certain of its part.
func TestReviewProposesUntilAllWasLookedAt(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		in := track(6+rng.IntN(75), func(_ int, r *Result) { r.Confidence = 0.6 + 0.4*rng.Float64() })
		for range rng.IntN(4) {
			in.Fixed[rng.IntN(len(in.Fixed))] = true
		}
		longest, since := 0, 0
		for _, fixed := range in.Fixed {
			if since++; fixed {
				since = 0
			}
			longest = max(longest, since)
		}
		proposed := 0
		for rounds := 0; ; rounds++ {
			got, err := RankForReview(context.Background(), []ReviewInput{in})
			if err != nil {
				t.Fatal(err)
			}
			if rounds == 0 {
				proposed = len(got)
				if len(got) == 0 && longest > reviewApart || len(got) > 4+len(in.Frames)/spotEvery {
					t.Fatalf("%d frames proposed of %d, the longest stretch has %d", len(got), len(in.Frames), longest)
				}
			}
			if len(got) == 0 {
				break
			}
			if rounds >= proposed {
				t.Fatalf("after %d looks %v is still proposed", rounds, got)
			}
			f := got[0].Key.Frame
			for _, it := range got {
				if in.Fixed[it.Key.Frame] || it.Suspect() || got[0].Badness < it.Badness {
					t.Fatalf("%+v is proposed after %+v", it, got[0])
				}
			}
			in.Fixed[f], in.Checked[f] = true, true
		}
	}
}
