package classic

import "golang.org/x/sync/errgroup"

// inParallel calls f for 0..n-1, on as many goroutines as the session has
// threads, and returns the first error.
func (s *Session) inParallel(n int, f func(i int) error) error {
	if n == 1 {
		return f(0)
	}
	var g errgroup.Group
	g.SetLimit(s.threads)
	for i := range n {
		g.Go(func() error { return f(i) })
	}
	return g.Wait()
}
