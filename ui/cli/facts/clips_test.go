package facts

import (
	"strings"
	"testing"

	"github.com/masklet/masklet/project/clips"
)

func TestPrintClips(t *testing.T) {
	var b strings.Builder
	err := PrintClips(&b, []clips.Clip{
		{Path: "/d/a.mp4", State: clips.New},
		{Path: "/d/longer name.mp4", State: clips.Tracked, Frames: 82, Objects: 2, Masks: 164, Accepted: 3},
		{Path: "/d/b", State: clips.New, Frames: 5, Problem: "b.masklet is damaged"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `clip             state    frames  objects   masks  accepted
a.mp4            new           -        0       0         0
longer name.mp4  tracked      82        2     164         3
b                new           5        0       0         0  b.masklet is damaged
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
