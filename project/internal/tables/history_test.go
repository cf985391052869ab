package tables

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestOldest(t *testing.T) {
	row := func(step, bytes int64) historyRow { return historyRow{step: step, bytes: bytes} }
	rows := []historyRow{row(0, 10), row(0, 10), row(7, 10), row(7, 10), row(0, 10), row(8, 10)}
	for _, c := range []struct {
		limit, keep int64
		want        int
	}{
		{60, 0, 0}, {59, 0, 1}, {50, 0, 1}, {45, 0, 2},
		{35, 0, 4}, // a step goes whole
		{0, 0, 6}, {0, 7, 2}, {0, 8, 5},
	} {
		if got := oldest(rows, c.limit, c.keep); got != c.want {
			t.Errorf("limit %d, keep %d: %d rows go, want %d", c.limit, c.keep, got, c.want)
		}
	}
}

// FuzzRecords: the history's JSON is read without harm whatever it holds, and
// what is read is written and read again as the same.
func FuzzRecords(f *testing.F) {
	f.Add([]byte(`[{"results":[[1,20,0,88],[2,20,4,0]]}]`))
	f.Add([]byte(`[{"class":1,"after":{"name":"dog","color":"#3880F3"}}]`))
	f.Add([]byte(`[{"object":2,"before":{"label":"","class":1,"color":"#000000","hidden":true}}]`))
	f.Add([]byte(`[{"prompt":[1,3],"after":{"points":[[1.5,2,1]],"box":[0,0,4,5]}},{"prompt":[1,3],"before":{"mask":3}}]`))
	f.Add([]byte(`[{"protect":[1,3],"after":true},{"range":true,"before":[1,2]},{"setting":"a","before":"x","after":"y"}]`))
	f.Add([]byte(`[{"cut":3,"after":false},{"notes":1,"before":{"absent":[[1,2]],"through":[4]},"after":{"occluded":[[0,0]],"attributes":[{"key":"a","value":"b","frames":[1,2]}]}}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rs, err := decodeRecords(text)
		if err != nil {
			return
		}
		if got := inverse(inverse(rs)); len(rs) > 0 && !sameRecords(t, got, rs) {
			t.Errorf("%s: twice inverted it is %+v", text, got)
		}
		l := &Loaded{Contents: annotate.Contents{Frames: 10}, results: map[int64]*annotate.Result{88: {}, 4: {}}, prompts: map[int64]annotate.Mask{3: {}}}
		for _, r := range rs {
			if r.Prompt != nil && (hasMask(r.Before) || hasMask(r.After)) {
				continue // would be read from a file
			}
			row := historyRow{}
			edits, err := l.appendEdits(nil, r, &row)
			if err == nil && len(edits) == 0 {
				t.Errorf("%s: a record without an edit", text)
			}
		}
	})
}

func hasMask(side []byte) bool {
	p, err := parse[promptRow](side)
	return err == nil && p != nil && p.Mask != 0 && p.Mask != 3
}

func sameRecords(t *testing.T, a, b []record) bool {
	t.Helper()
	plain := func(rs []record) string {
		text, err := json.Marshal(rs)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return reflect.DeepEqual(plain(a), plain(b))
}
