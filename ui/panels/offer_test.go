package panels

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/ui/dialogs"
)

// oneModel is a store of a model that can be got when the test says so.
type oneModel struct {
	dialogs.ModelStore
	begun  chan bool
	answer chan error
}

func (*oneModel) Available() []dialogs.Model {
	return []dialogs.Model{{Name: "edgetam", Bytes: 56e6}, {Name: offeredModel, Bytes: 156e6}}
}

func (s *oneModel) Get(ctx context.Context, name string, size int, progress func(string, int64, int64)) (string, error) {
	progress("download", 78e6, 156e6)
	s.begun <- true
	select {
	case err := <-s.answer:
		return name, err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// offered is the engines of a test.
type offered struct {
	names  []string
	chosen string
}

func (e *offered) EngineNames() []string           { return e.names }
func (e *offered) EngineName() string              { return e.chosen }
func (e *offered) SetEngine(name string)           { e.chosen = name }
func (*offered) EnginesChanged()                   {}
func (*offered) PerFrame(n string) (float64, bool) { return 0.25, n == "builtin" }

// The offer says what there is in a sentence, gets the model with progress and
// cancel, says what failed, and then makes it the engine; everywhere it is shown.
func TestOfferGetsAModel(t *testing.T) {
	r := newRig(t)
	s := &oneModel{begun: make(chan bool, 1), answer: make(chan error, 1)}
	e := &offered{names: []string{"builtin"}, chosen: "builtin"}
	o := NewOffer(e, s, func(f func(context.Context)) context.CancelFunc {
		ctx, cancel := context.WithCancel(context.Background())
		go f(ctx)
		return cancel
	}, func(f func()) { r.queue <- f }, &r.desk)
	o.View()
	o.View()
	v := o.views[1]
	if !strings.Contains(v.text.Text, "0.25 s a frame on this machine") || !strings.Contains(v.text.Text, "156 MB") || !v.get.Visible() || v.use.Visible() {
		t.Errorf("offered: %q", v.text.Text)
	}
	idle := func() bool { return o.cancel == nil }
	for _, end := range []func(){func() { v.stop.OnTapped() }, func() { s.answer <- errors.New("the hash is wrong") }, func() { e.names = append(e.names, "sam2.1-tiny-1024"); s.answer <- nil }} {
		o.Get()
		<-s.begun
		r.until("progress is shown", func() bool { return v.bar.Value == 0.5 && v.working.Visible() })
		end()
		r.until("it ended", idle)
		if v.working.Visible() {
			t.Error("progress stays")
		}
		if len(e.names) == 1 && !slices.Contains([]string{"", "The hash is wrong."}, v.problem.Text) {
			t.Errorf("problem %q", v.problem.Text)
		}
		v.bar.Value = 0
	}
	if v.get.Visible() || !v.use.Visible() || v.problem.Visible() {
		t.Errorf("installed: %q, problem %q", v.text.Text, v.problem.Text)
	}
	v.use.OnTapped()
	if e.chosen != "sam2.1-tiny-1024" || v.use.Visible() {
		t.Errorf("the engine is %s", e.chosen)
	}
}
