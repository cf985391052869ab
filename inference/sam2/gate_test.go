package sam2

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// Frames that somebody waits for go before those of Phase 1, also if Phase 1
// asked for them first.
func TestAskedForFramesGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		if err := g.pass(t.Context(), 0, false); err != nil {
			t.Fatal(err)
		}
		var order []int
		enter := func(frame int, urgent bool) {
			go func() {
				if err := g.pass(t.Context(), frame, urgent); err != nil {
					t.Error(err)
					return
				}
				order = append(order, frame)
				g.leave()
			}()
			synctest.Wait()
		}
		enter(1, false)
		enter(2, false)
		enter(3, true)
		enter(4, true)
		g.hurry(2)
		g.leave()
		synctest.Wait()
		if want := []int{2, 3, 4, 1}; !slices.Equal(order, want) {
			t.Errorf("frames pass as %v, want %v", order, want)
		}
		if g.busy || len(g.waiting) != 0 {
			t.Error("the gate is not open at the end")
		}
	})
}

func TestLeavingTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		if err := g.pass(t.Context(), 0, false); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { gone <- g.pass(ctx, 1, true) }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled wait: %v", err)
		}
		g.leave()
		if err := g.pass(t.Context(), 2, false); err != nil {
			t.Errorf("after a cancelled wait: %v", err)
		}
	})
}
