package project

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

// flush waits until everything that was queued before the call is committed.
// It returns the reason if saving fails meanwhile.
func (w *writer) flush(ctx context.Context) error {
	w.mu.Lock()
	target := w.added
	for {
		switch {
		case w.done >= target && w.err == nil:
			w.mu.Unlock()
			return nil
		case w.err != nil:
			err := w.err
			w.mu.Unlock()
			return err
		case w.closed:
			w.mu.Unlock()
			return ErrClosed
		}
		changed := w.changed
		w.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
		w.mu.Lock()
	}
}

// call runs f on the writer's goroutine, between two transactions.
func (w *writer) call(ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	select {
	case w.calls <- func() { result <- f() }:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.ended:
		return ErrClosed
	}
	return <-result
}

// retry makes an attempt at once and returns how it ended.
func (w *writer) retry(ctx context.Context) error {
	return w.call(ctx, func() error {
		w.drain(ctx, true)
		return w.failure()
	})
}

// close makes a last attempt, ends the goroutine and closes the file.
func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	w.mu.Unlock()
	err := w.call(context.Background(), func() error {
		w.drain(context.Background(), false)
		return w.failure()
	})
	close(w.quit)
	<-w.ended
	if n := w.status().Unsaved; n == 0 {
		err = nil // a file that cannot be written loses nothing where nothing waits
	} else if err != nil {
		err = fmt.Errorf("%d changes are not saved: %w", n, err)
	}
	return errors.Join(err, w.store.close())
}

// inMemory is the type of masks that are loaded without reading anything.
var inMemory = reflect.TypeOf(annotate.InMemory(annotate.Mask{}))

// changeBytes estimates what a waiting change takes in memory.
func changeBytes(c annotate.Change) int64 {
	n := int64(64)
	for _, e := range c.Edits {
		n += 128
		r, ok := e.(annotate.ResultEdit)
		if !ok || r.After == nil {
			continue
		}
		if held, ok := tables.HeldBytes(r.After.Mask); ok {
			n += held
		} else if reflect.TypeOf(r.After.Mask) == inMemory {
			if m, err := r.After.Mask.Load(); err == nil {
				n += int64(4 * len(m.Runs()))
			}
		}
	}
	return n
}
