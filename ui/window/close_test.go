package window

import (
	"context"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/dialogs"
)

// slowStore is a store of models whose download ends when it is cancelled.
type slowStore struct {
	dialogs.ModelStore
	begun chan bool
	ended bool
}

func (*slowStore) Installed() ([]dialogs.Model, error) { return nil, nil }
func (*slowStore) Available() []dialogs.Model          { return []dialogs.Model{{Name: "tiny"}} }
func (*slowStore) Folder() string                      { return "models" }
func (*slowStore) Library() string                     { return "" }

func (s *slowStore) Get(ctx context.Context, _ string, _ int, _ func(string, int64, int64)) (string, error) {
	s.begun <- true
	<-ctx.Done()
	s.ended = true
	return "", ctx.Err()
}

// Closing the window ends a download and waits for it.
func TestClosingEndsADownload(t *testing.T) {
	d := newDesk(t)
	s := &slowStore{begun: make(chan bool, 1)}
	d.conf.Models = s
	d.showModels()
	for _, o := range test.LaidOutObjects(d.win.Canvas().Overlays().Top()) {
		if b, ok := o.(*controls.Button); ok && b.Text == "Get" {
			test.Tap(b)
		}
	}
	<-s.begun
	d.Close()
	if !s.ended {
		t.Error("the download goes on after the window is closed")
	}
}
