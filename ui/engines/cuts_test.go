package engines_test

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/cuts"
)

// joined is two videos one after the other.
type joined struct {
	session.Video
	second session.Video
	each   int // frames of each
}

func (j joined) Len() int { return 2 * j.each }

func (j joined) Close() error { return nil }

func (j joined) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if i < j.each {
		return j.Video.Frame(ctx, i)
	}
	return j.second.Frame(ctx, i-j.each)
}

// Where one clip is joined to another the timeline shows the cut, and nowhere
// else: the rule is the engine's.
func TestCutBetweenClipsIsFound(t *testing.T) {
	davis := os.Getenv("MASKLET_DAVIS")
	if davis == "" {
		davis = "../../../shared/davis"
	}
	if _, err := os.Stat(davis); err != nil {
		t.Skip("no DAVIS clips: set MASKLET_DAVIS")
	}
	open := func(name string) session.Video {
		v, err := media.Open(t.Context(), filepath.Join(davis, name, "frames"), media.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Close() })
		if err := v.Index(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		return v
	}
	const each = 8
	want := []int{each}
	for _, pair := range [][2]string{{"bear", "flamingo"}, {"rhino", "horsejump-low"}, {"tennis", "dance-jump"}} {
		told := make(chan struct{}, 1)
		c := cuts.NewFinder(joined{open(pair[0]), open(pair[1]), each}, classic.IsCut, func() { told <- struct{}{} })
		for i := range 2 * each {
			if _, err := c.Frame(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case <-told:
		case <-t.Context().Done():
		}
		if got := c.Cuts(); !slices.Equal(got, want) {
			t.Errorf("%v: cuts %v", pair, got)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
