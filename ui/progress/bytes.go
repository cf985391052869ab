package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Bytes prints how far a job measured in bytes has come: at once, on
// every change of stage, and once a second, also while nothing arrives.
type Bytes struct {
	out io.Writer

	mu          sync.Mutex
	stage       string
	done, total int64
	printed     bool // the stage has had a line
	began       time.Time
	beganAt     int64

	quit chan struct{}
	once sync.Once
	gone sync.WaitGroup
}

// StartBytes begins to print. Stop must be called.
func StartBytes(out io.Writer) *Bytes {
	b := &Bytes{out: out, stage: "Starting", quit: make(chan struct{})}
	b.print()
	b.gone.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-b.quit:
				return
			case <-tick.C:
				b.mu.Lock()
				b.print()
				b.mu.Unlock()
			}
		}
	})
	return b
}

// Update takes the latest progress; it is a modelpack.Progress.
func (b *Bytes) Update(stage string, done, total int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if stage != b.stage {
		b.stage, b.printed, b.began, b.beganAt = stage, false, time.Now(), done
	}
	b.done, b.total = done, total
	if !b.printed {
		b.print()
	}
}

func (b *Bytes) print() {
	b.printed = true
	if b.total <= 0 {
		fmt.Fprintln(b.out, b.stage)
		return
	}
	line := fmt.Sprintf("%s: %d%% (%.1f/%.1f MB", b.stage, 100*b.done/b.total, float64(b.done)/1e6, float64(b.total)/1e6)
	// A rate over less than half a second is noise.
	if s := time.Since(b.began).Seconds(); s > 0.5 && b.done > b.beganAt {
		rate := float64(b.done-b.beganAt) / s
		line += fmt.Sprintf(", %.1f MB/s, %.0fs left", rate/1e6, float64(b.total-b.done)/rate)
	}
	fmt.Fprintln(b.out, line+")")
}

// Stop ends the printing; it may be called more than once.
func (b *Bytes) Stop() {
	b.once.Do(func() { close(b.quit) })
	b.gone.Wait()
}
