package inference

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
)

func frames(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func trackAll(n int) Job {
	return Job{Encode: frames(n), Propagate: &PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 0, Last: n - 1}, Direction: Both,
	}}
}

func trackedFrames(r *recorder) []int {
	var out []int
	for _, e := range of[FrameTracked](r) {
		out = append(out, e.Frame)
	}
	return out
}

func TestJobRunsBothPhasesInOrder(t *testing.T) {
	s, rec := newFakeSession(t, 12), newRecorder()
	r := NewRunner(s, 12, rec.sink)
	defer r.Close()
	if _, err := r.Track(trackAll(12)); err != nil {
		t.Fatal(err)
	}
	end := waitFor[JobEnded](t, rec, nil)
	if end.Err != nil || end.Stats.Encoded != 12 || end.Stats.Tracked != 12 {
		t.Fatalf("ended with %+v", end)
	}
	if got := trackedFrames(rec); !slices.Equal(got, frames(12)) {
		t.Errorf("tracked %v", got)
	}
	var stages []Stage
	for _, p := range of[ProgressEvent](rec) {
		if len(stages) == 0 || stages[len(stages)-1] != p.Progress.Stage {
			stages = append(stages, p.Progress.Stage)
		}
	}
	want := []Stage{Starting, Encoding, Encoded, Propagating, Completed}
	if !slices.Equal(stages, want) {
		t.Errorf("stages %v, want %v", stages, want)
	}
	if all := rec.all(); all[len(all)-1] != Event(end) {
		t.Error("JobEnded is not the last event")
	}
}

func TestPromptIsAnsweredBetweenTwoFrames(t *testing.T) {
	s, rec := newFakeSession(t, 5), newRecorder()
	s.gate = make(chan struct{})
	r := NewRunner(s, 5, rec.sink)
	defer r.Close()
	if _, err := r.Track(trackAll(5)); err != nil {
		t.Fatal(err)
	}
	s.gate <- struct{}{}
	waitFor(t, rec, func(e FrameTracked) bool { return e.Frame == 0 })
	// Next is waiting at the gate: the prompt has to wait for exactly one frame.
	r.Prompt(PromptRequest{Seq: 9, Key: annotate.FrameKey{Object: 2, Frame: 3}})
	s.gate <- struct{}{}
	answer := waitFor[PromptAnswer](t, rec, nil)
	if answer.Seq != 9 || answer.Err != nil {
		t.Fatalf("answer %+v", answer)
	}
	if n := len(trackedFrames(rec)); n > 2 {
		t.Errorf("the prompt waited for %d frames", n-1)
	}
	for range 3 {
		s.gate <- struct{}{}
	}
	go func() { s.gate <- struct{}{} }() // the Next that finds the end
	if end := waitFor[JobEnded](t, rec, nil); end.Err != nil {
		t.Fatal(end.Err)
	}
}

func TestNewerPromptSupersedesTheQueuedOne(t *testing.T) {
	s, rec := newFakeSession(t, 4), newRecorder()
	r := NewRunner(s, 4, rec.sink)
	defer r.Close()
	hold := make(chan struct{})
	r.Do(func(Session) { <-hold })
	key, other := annotate.FrameKey{Object: 1, Frame: 2}, annotate.FrameKey{Object: 1, Frame: 3}
	r.Prompt(PromptRequest{Seq: 1, Key: key})
	r.Prompt(PromptRequest{Seq: 2, Key: other})
	r.Prompt(PromptRequest{Seq: 3, Key: key})
	close(hold)
	waitFor(t, rec, func(e PromptAnswer) bool { return e.Seq == 3 && e.Err == nil })
	waitFor(t, rec, func(e PromptAnswer) bool { return e.Seq == 2 && e.Err == nil })
	old := waitFor(t, rec, func(e PromptAnswer) bool { return e.Seq == 1 })
	if !errors.Is(old.Err, ErrSuperseded) {
		t.Errorf("the older prompt got %v", old.Err)
	}
	if !slices.Equal(s.prompts, []annotate.FrameKey{key, other}) {
		t.Errorf("the engine saw %v", s.prompts)
	}
}

func TestPromptIsNotMovedAcrossAnOperation(t *testing.T) {
	s, rec := newFakeSession(t, 4), newRecorder()
	r := NewRunner(s, 4, rec.sink)
	defer r.Close()
	hold := make(chan struct{})
	r.Do(func(Session) { <-hold })
	key := annotate.FrameKey{Object: 1, Frame: 2}
	r.Prompt(PromptRequest{Seq: 1, Key: key})
	seen := -1
	r.Do(func(Session) { seen = len(s.prompts) })
	r.Prompt(PromptRequest{Seq: 2, Key: key})
	close(hold)
	waitFor(t, rec, func(e PromptAnswer) bool { return e.Seq == 2 })
	if seen != 1 || len(s.prompts) != 2 {
		t.Errorf("the operation saw %d prompts, the engine %d", seen, len(s.prompts))
	}
}

func TestAskedForFramesAreEncodedFirst(t *testing.T) {
	s, rec := newFakeSession(t, 50), newRecorder()
	// The first encode waits until the wish has been made.
	asked := make(chan struct{})
	s.delay = func() { <-asked }
	r := NewRunner(s, 50, rec.sink)
	defer r.Close()
	if _, err := r.Track(Job{Encode: frames(50)}); err != nil {
		t.Fatal(err)
	}
	waitFor(t, rec, func(p ProgressEvent) bool { return p.Progress.Stage == Encoding })
	time.Sleep(time.Millisecond) // let the worker take its first frame
	r.Want(40, 41, 99, -1)
	close(asked)
	waitFor[JobEnded](t, rec, nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.encodes, 40); i > 1 {
		t.Errorf("frame 40 was encoded as number %d: %v", i, s.encodes)
	}
	if len(s.encodes) != 50 {
		t.Errorf("%d encodes of 50 frames", len(s.encodes))
	}
}

func TestWantedFrameIsEncodedWithoutAJob(t *testing.T) {
	s, rec := newFakeSession(t, 5), newRecorder()
	r := NewRunner(s, 5, rec.sink)
	defer r.Close()
	r.Want(3)
	waitFor(t, rec, func(e FrameEncoded) bool { return e.Frame == 3 })
}

func TestTheFrameLookedAtIsPreparedAndOthersAreNot(t *testing.T) {
	prepared := make(chan int, 10)
	cancelled := make(chan int, 10)
	s := &preparingSession{fakeSession: newFakeSession(t, 9)}
	s.prepare = func(ctx context.Context, frame int) error {
		if frame == 2 { // takes for ever, until the user looks elsewhere
			prepared <- frame
			<-ctx.Done()
			cancelled <- frame
			return ctx.Err()
		}
		prepared <- frame
		return nil
	}
	rec := newRecorder()
	r := NewRunner(s, 9, rec.sink)
	defer r.Close()
	r.Want(2, 3, 4)
	if got := <-prepared; got != 2 {
		t.Fatalf("frame %d was prepared", got)
	}
	r.Want(7, 8)
	if got := <-cancelled; got != 2 {
		t.Fatalf("frame %d was cancelled", got)
	}
	waitFor(t, rec, func(e FramePrepared) bool { return e.Frame == 7 })
	waitFor(t, rec, func(e FrameEncoded) bool { return e.Frame == 8 })
	if n := len(of[FramePrepared](rec)); n != 1 {
		t.Errorf("%d frames were prepared", n)
	}
}

func TestStopKeepsFinishedFramesAndResumeDoesTheRest(t *testing.T) {
	const n = 40
	for seed := range uint64(30) {
		s, rec := newFakeSession(t, n), newRecorder()
		s.delay, s.workers = adversarial(seed), 2
		r := NewRunner(s, n, rec.sink)
		finished := map[int]int{}
		var mu sync.Mutex
		job := trackAll(n)
		job.Propagate.Skip = func(k annotate.FrameKey) bool {
			mu.Lock()
			defer mu.Unlock()
			return finished[k.Frame] > 0
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		for id := int64(1); ; id++ {
			before := len(trackedFrames(rec))
			if _, err := r.Track(job); err != nil {
				t.Fatal(err)
			}
			if id < 5 {
				time.Sleep(time.Duration(rng.IntN(3000)) * time.Microsecond)
				r.Stop()
			}
			end := waitFor(t, rec, func(e JobEnded) bool { return e.Job == id })
			checkProgress(t, rec, id, n, len(finished))
			mu.Lock()
			for _, f := range trackedFrames(rec)[before:] {
				finished[f]++
			}
			mu.Unlock()
			if end.Err == nil {
				break
			}
			if !errors.Is(end.Err, context.Canceled) {
				t.Fatal(end.Err)
			}
		}
		for f := range n {
			if finished[f] != 1 {
				t.Fatalf("seed %d: frame %d was returned %d times", seed, f, finished[f])
			}
		}
		r.Close()
	}
}

// checkProgress reports a job whose progress runs backwards, changes its total
// of n frames, or ends with another count than what it finished after ready.
func checkProgress(t *testing.T, r *recorder, id int64, n, ready int) {
	t.Helper()
	stage, last, tracked := Starting, -1, 0
	for _, e := range r.all() {
		if f, ok := e.(FrameTracked); ok && f.Job == id {
			tracked++
		}
		p, ok := e.(ProgressEvent)
		if !ok || p.Job != id {
			continue
		}
		q := p.Progress
		if q.Stage < stage || q.Stage == stage && q.Done < last || q.Done > q.Total || q.Total != n {
			t.Errorf("job %d: %q after stage %d with %d", id, q.Line(), stage, last)
		}
		stage, last = q.Stage, q.Done
	}
	if last != ready+tracked {
		t.Errorf("job %d: %d frames were ready, %d tracked, %d counted", id, ready, tracked, last)
	}
}

func TestRequestThatCannotBeMetIsRefusedBeforePhase1(t *testing.T) {
	s, rec := newFakeSession(t, 6), newRecorder()
	r := NewRunner(s, 6, rec.sink)
	defer r.Close()
	job := trackAll(6)
	job.Propagate.Objects = nil
	if _, err := r.Track(job); err != nil {
		t.Fatal(err)
	}
	if end := waitFor[JobEnded](t, rec, nil); !errors.Is(end.Err, ErrUsage) || end.Stats.Encoded != 0 {
		t.Errorf("ended with %+v", end)
	}
	if n := len(of[FrameEncoded](rec)); n != 0 {
		t.Errorf("%d frames were encoded", n)
	}
}

func TestFailureOfPhase1EndsTheJobWithTheError(t *testing.T) {
	s, rec := newFakeSession(t, 8), newRecorder()
	boom := errors.New("the frame cannot be read")
	s.fail = map[int]error{5: boom}
	r := NewRunner(s, 8, rec.sink)
	defer r.Close()
	if _, err := r.Track(trackAll(8)); err != nil {
		t.Fatal(err)
	}
	if end := waitFor[JobEnded](t, rec, nil); !errors.Is(end.Err, boom) || end.Stats.Encoded != 5 {
		t.Errorf("ended with %+v", end)
	}
	checkProgress(t, rec, 1, 8, 0)
	if n := len(trackedFrames(rec)); n != 0 {
		t.Errorf("%d frames tracked after a failed Phase 1", n)
	}
	// The runner goes on: the same job succeeds once the frame can be read.
	s.fail = nil
	if _, err := r.Track(trackAll(8)); err != nil {
		t.Fatal(err)
	}
	if end := waitFor(t, rec, func(e JobEnded) bool { return e.Job == 2 }); end.Err != nil || end.Stats.Encoded != 3 {
		t.Errorf("second job: %+v", end)
	}
}

func TestBadRequestsAreRefused(t *testing.T) {
	s, rec := newFakeSession(t, 4), newRecorder()
	r := NewRunner(s, 4, rec.sink)
	if _, err := r.Track(Job{Encode: []int{4}}); err != nil {
		t.Fatal(err)
	}
	if end := waitFor[JobEnded](t, rec, nil); !errors.Is(end.Err, ErrUsage) {
		t.Errorf("a frame beyond the end: %v", end.Err)
	}
	s.gate = make(chan struct{})
	if _, err := r.Track(trackAll(4)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Track(trackAll(4)); !errors.Is(err, ErrBusy) {
		t.Errorf("a second job: %v", err)
	}
	r.Close()
	if _, err := r.Track(trackAll(4)); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	r.Prompt(PromptRequest{Seq: 5})
	if a := waitFor(t, rec, func(e PromptAnswer) bool { return e.Seq == 5 }); !errors.Is(a.Err, ErrClosed) {
		t.Errorf("prompt after Close: %v", a.Err)
	}
	if r.Do(func(Session) {}) {
		t.Error("Do was accepted after Close")
	}
}

// TestChaos throws everything at runners from several goroutines; the fake
// session reports every breach of the contract, and every prompt must be
// answered exactly once.
func TestChaos(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			const n = 30
			s, rec := newFakeSession(t, n), newRecorder()
			s.delay, s.workers = adversarial(seed), 3
			r := NewRunner(s, n, rec.sink)
			var wg sync.WaitGroup
			const people, clicks = 3, 25
			for p := range uint64(people) {
				wg.Add(1)
				go func() {
					defer wg.Done()
					rng := rand.New(rand.NewPCG(seed, p))
					for i := range int64(clicks) {
						r.Prompt(PromptRequest{
							Seq: int64(p)*1000 + i,
							Key: annotate.FrameKey{Object: annotate.ObjectID(1 + rng.IntN(2)), Frame: rng.IntN(n)},
						})
						switch rng.IntN(6) {
						case 0:
							r.Stop()
						case 1:
							r.Want(rng.IntN(n), rng.IntN(n))
						case 2:
							r.Preview(PromptRequest{Key: annotate.FrameKey{Object: 1}})
						case 3:
							r.Do(func(s Session) { _ = s.ClearPrompt(annotate.FrameKey{}) })
						case 4:
							_, _ = r.Track(trackAll(n))
						case 5:
							time.Sleep(time.Duration(rng.IntN(300)) * time.Microsecond)
						}
					}
				}()
			}
			wg.Wait()
			r.Close()
			answers := map[int64]int{}
			for _, a := range of[PromptAnswer](rec) {
				answers[a.Seq]++
			}
			for p := range int64(people) {
				for i := range int64(clicks) {
					if got := answers[p*1000+i]; got != 1 {
						t.Errorf("prompt %d was answered %d times", p*1000+i, got)
					}
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestProgressKeepsComingWhileTheEngineIsSilent(t *testing.T) {
	s, rec := newFakeSession(t, 3), newRecorder()
	s.gate = make(chan struct{})
	r := newRunner(s, 3, rec.sink, time.Now, time.Millisecond)
	defer r.Close()
	if _, err := r.Track(trackAll(3)); err != nil {
		t.Fatal(err)
	}
	for {
		n := 0
		for _, p := range of[ProgressEvent](rec) {
			if p.Progress.Stage == Propagating {
				n++
			}
		}
		if n >= 5 {
			break
		}
		<-rec.more
	}
	r.Stop()
	if end := waitFor[JobEnded](t, rec, nil); !errors.Is(end.Err, context.Canceled) {
		t.Error(end.Err)
	}
}
