package tracklet

import (
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// keeper keeps one piece of each object that it is asked for.
type keeper struct {
	*fake
	recalled []inference.Kept
}

func (k *keeper) Keep(objects []annotate.ObjectID, _ bool) (out []inference.Kept) {
	for _, id := range objects {
		out = append(out, inference.Kept{FrameKey: annotate.FrameKey{Object: id, Frame: 3}, Data: []byte{byte(id)}})
	}
	return out
}

func (k *keeper) Recall(kept []inference.Kept) error { k.recalled = kept; return nil }

// What an object in one piece rests on is kept; one in several goes on from its
// masks, and nothing older is kept of it.
func TestOnlyObjectsInOnePieceAreKept(t *testing.T) {
	k := &keeper{fake: newFake()}
	s := New(k)
	if _, err := s.Split(2, []annotate.Range{{First: 0, Last: 9}, {First: 10, Last: 29}}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []annotate.FrameKey{{Object: 1, Frame: 0}, {Object: 2, Frame: 0}, {Object: 2, Frame: 20}} {
		if _, err := s.SetPrompt(t.Context(), key, annotate.Prompt{}); err != nil {
			t.Fatal(err)
		}
	}
	ofOne := inference.Kept{FrameKey: annotate.FrameKey{Object: 1, Frame: 3}, Data: []byte{1}}
	nothing := inference.Kept{FrameKey: annotate.FrameKey{Object: 2, Frame: inference.WholeObject}}
	ids := []annotate.ObjectID{1, 2}
	if got := s.Keep(ids, true); !reflect.DeepEqual(got, []inference.Kept{nothing, ofOne}) {
		t.Errorf("anew %+v", got)
	}
	if got := s.Keep(ids, false); !reflect.DeepEqual(got, []inference.Kept{ofOne}) {
		t.Errorf("later %+v", got)
	}
	old := inference.Kept{FrameKey: annotate.FrameKey{Object: 2, Frame: 5}, Data: []byte{2}}
	if err := s.Recall([]inference.Kept{old, ofOne}); err != nil || !reflect.DeepEqual(k.recalled, []inference.Kept{ofOne}) {
		t.Errorf("recalled %+v, %v", k.recalled, err)
	}
	if New(newFake()).Keep(ids, true) != nil {
		t.Error("an engine that keeps nothing kept something")
	}
}
