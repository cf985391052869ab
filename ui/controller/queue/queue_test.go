package queue

import (
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestViewSortsAndFilters(t *testing.T) {
	item := func(object annotate.ObjectID, frame int) annotate.ReviewItem {
		return annotate.ReviewItem{Key: annotate.FrameKey{Object: object, Frame: frame}}
	}
	all := []annotate.ReviewItem{item(0, 9), item(2, 5), item(1, 7), item(2, 3), item(1, 2)}
	for _, tt := range []struct {
		name string
		v    View
		want []annotate.ReviewItem
	}{
		{"as ranked", View{}, all},
		{"by frame", View{Order: ByFrame}, []annotate.ReviewItem{item(1, 2), item(2, 3), item(2, 5), item(1, 7), item(0, 9)}},
		{"by object", View{Order: ByObject}, []annotate.ReviewItem{item(0, 9), item(1, 7), item(1, 2), item(2, 5), item(2, 3)}},
		{"one object and what is marked", View{Object: 2}, []annotate.ReviewItem{item(0, 9), item(2, 5), item(2, 3)}},
	} {
		if got := tt.v.Of(all); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if all[0] != item(0, 9) || all[4] != item(1, 2) {
		t.Error("the ranking itself was changed")
	}
}
