package project

import (
	"context"
	"sync"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

const (
	// batchLimit and batchBytes bound one transaction, so that the first of many
	// waiting changes are safe soon.
	batchLimit = 500
	batchBytes = 32 << 20
	// watchEvery is how often the writer looks whether its file is still there.
	watchEvery = 2 * time.Second
	// firstRetry and lastRetry bound the pause between attempts of a writer
	// that fails.
	firstRetry = time.Second
	lastRetry  = 10 * time.Second
)

// op is one thing to commit: a change, or a task that is no part of the
// history (the record of a run, the place of the video).
type op struct {
	change annotate.Change
	kind   annotate.ChangeKind
	task   func(b *tables.Batch) error
	bytes  int64

	keeps  bool // memory goes with it; what there is of it may not fit a change without
	memory []tables.Memory
	lost   bool // there was memory to go with it
}

func (o op) apply(b *tables.Batch) error {
	make := o.task
	if make == nil {
		make = func(b *tables.Batch) error { return b.Apply(o.change, o.kind) }
	}
	if err := make(b); err != nil {
		return err
	}
	switch {
	case o.keeps:
		return b.PutMemory(o.memory)
	case o.lost:
		return b.DropMemory()
	case o.task == nil:
		return b.ForgetMemory(o.change)
	}
	return nil
}

// light is o without what is only good for going on: while nothing can be saved,
// it must not fill the memory.
func (o op) light() op {
	for _, m := range o.memory {
		o.bytes -= int64(len(m.Data))
	}
	o.keeps, o.memory, o.lost = false, nil, o.keeps
	return o
}

// write makes ops, in order, in the transaction that is open.
func write(b *tables.Batch, ops []op) error {
	for _, o := range ops {
		if err := o.apply(b); err != nil {
			return err
		}
	}
	return b.End(countChanges(ops))
}

// writer commits what is queued, in order, on its own goroutine. A failure
// leaves the queue as it is: the work goes on in memory and is tried again.
type writer struct {
	store *store // used by run's goroutine only
	with  op     // keeps, memory and bytes of the next change; of the document's goroutine

	mu        sync.Mutex
	queue     []op
	bytes     int64
	added     int64 // ops that were ever queued
	done      int64 // ops that were committed
	sequence  int64 // changes that were committed since the project was made
	attempts  int64 // ends of attempts
	err       error // why the last attempt failed; nil after a success
	closed    bool
	changed   chan struct{} // closed and replaced when any of this changes
	listeners []func(Status)

	wake  chan struct{}
	calls chan func()
	quit  chan struct{}
	ended chan struct{}
}

func newWriter(s *store, sequence int64, err error) *writer {
	w := &writer{
		store: s, sequence: sequence, err: err,
		changed: make(chan struct{}),
		wake:    make(chan struct{}, 1),
		calls:   make(chan func()),
		quit:    make(chan struct{}),
		ended:   make(chan struct{}),
	}
	go w.run()
	return w
}

// Applied implements annotate.Recorder: it queues the change and returns.
func (w *writer) Applied(c annotate.Change, kind annotate.ChangeKind) {
	o := w.with
	w.with = op{}
	o.change, o.kind = c, kind
	o.bytes += changeBytes(c)
	w.add(o)
}

func (w *writer) add(o op) {
	w.mu.Lock()
	if w.err != nil {
		o = o.light()
	}
	w.queue = append(w.queue, o)
	w.added++
	w.bytes += o.bytes
	failing := w.err != nil
	w.mu.Unlock()
	if failing {
		return // the next attempt takes it along
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run is the writer's goroutine.
func (w *writer) run() {
	defer close(w.ended)
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	var retry <-chan time.Time
	pause := firstRetry
	for {
		switch {
		case w.failure() == nil:
			retry, pause = nil, firstRetry
		case retry == nil && w.store.refuse == nil:
			retry = time.After(pause)
			pause = min(2*pause, lastRetry)
		}
		select {
		case <-w.wake:
			if w.failure() == nil && len(w.next()) > 0 {
				w.drain(context.Background(), false)
			}
		case <-retry:
			retry = nil
			w.drain(context.Background(), false)
		case f := <-w.calls:
			f()
		case <-watch.C:
			if w.failure() == nil {
				w.watch()
			}
		case <-w.quit:
			return
		}
	}
}

// watch reports a file that vanished while nothing was to be written.
func (w *writer) watch() {
	if err := w.store.check(); err != nil {
		w.finish(0, 0, err)
	}
}

// drain commits the queue until it is empty or an attempt fails; with an empty
// queue it looks whether the file can be written. force allows it to put a file
// that was removed back in its place.
func (w *writer) drain(ctx context.Context, force bool) {
	for first := true; ; first = false {
		ops := w.next()
		if len(ops) == 0 && !first {
			return
		}
		n, err := w.store.commit(ctx, ops, force)
		w.finish(n, countChanges(ops[:n]), err)
		if err != nil {
			return
		}
	}
}

func countChanges(ops []op) int {
	n := 0
	for _, o := range ops {
		if o.task == nil {
			n++
		}
	}
	return n
}

func (w *writer) next() []op {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, bytes := 0, int64(0)
	for n < min(len(w.queue), batchLimit) && bytes < batchBytes {
		bytes += w.queue[n].bytes
		n++
	}
	return w.queue[:n]
}

// finish takes n committed ops off the queue and publishes the new status.
func (w *writer) finish(n, changes int, err error) {
	w.mu.Lock()
	for i, o := range w.queue[:n] {
		w.bytes -= o.bytes
		w.queue[i] = op{}
	}
	w.queue = w.queue[n:]
	w.done += int64(n)
	w.sequence += int64(changes)
	w.attempts++
	w.err = err
	w.announce()
}

// announce wakes those who wait and tells the listeners; it unlocks mu.
func (w *writer) announce() {
	close(w.changed)
	w.changed = make(chan struct{})
	status, listeners := w.statusLocked(), w.listeners
	w.mu.Unlock()
	for _, f := range listeners {
		f(status)
	}
}

func (w *writer) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *writer) status() Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.statusLocked()
}

func (w *writer) statusLocked() Status {
	s := Status{State: Saved, Err: w.err, Committed: w.sequence, Unsaved: len(w.queue), UnsavedBytes: w.bytes}
	switch {
	case w.err != nil:
		s.State = Failing
	case len(w.queue) > 0:
		s.State = Saving
	}
	return s
}
