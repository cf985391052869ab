package classic

import (
	"container/list"
	"context"
	"sync"
)

// flights lets one goroutine at a time make the thing of a number.
type flights struct {
	mu   sync.Mutex
	busy map[int]chan struct{}
}

// enter waits until nobody else makes number n; done must be called after.
func (f *flights) enter(ctx context.Context, n int) (done func(), err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.mu.Lock()
		wait, taken := f.busy[n]
		if !taken {
			mine := make(chan struct{})
			if f.busy == nil {
				f.busy = map[int]chan struct{}{}
			}
			f.busy[n] = mine
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				delete(f.busy, n)
				f.mu.Unlock()
				close(mine)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// memo keeps the values used last, up to a budget in bytes.
type memo[T any] struct {
	mu     sync.Mutex
	budget int
	used   int
	size   func(T) int
	order  list.List // of memoItem[T], least recently used first
	items  map[int]*list.Element
}

type memoItem[T any] struct {
	n int
	v T
}

func newMemo[T any](budget int, size func(T) int) *memo[T] {
	return &memo[T]{budget: budget, size: size, items: map[int]*list.Element{}}
}

func (m *memo[T]) has(n int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.items[n] != nil
}

func (m *memo[T]) get(n int) (v T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.items[n]
	if e == nil {
		return v, false
	}
	m.order.MoveToBack(e)
	return e.Value.(memoItem[T]).v, true
}

func (m *memo[T]) put(n int, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.items[n]; e != nil {
		m.drop(e)
	}
	m.items[n] = m.order.PushBack(memoItem[T]{n, v})
	for m.used += m.size(v); m.used > m.budget && m.order.Len() > 1; {
		m.drop(m.order.Front())
	}
}

func (m *memo[T]) drop(e *list.Element) {
	it := m.order.Remove(e).(memoItem[T])
	delete(m.items, it.n)
	m.used -= m.size(it.v)
}
