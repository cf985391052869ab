package export

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// series names n files after a pattern, first at from, then every step.
func series(pattern string, from, step, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(pattern, from+i*step))
	}
	return out
}

// The names of a set find the frames that they were drawn for, or are refused
// with what could be meant.
func TestFramesOf(t *testing.T) {
	file := Video{Frames: 20}
	fromOne := Video{Frames: 20, FrameNames: series("%05d.jpg", 1, 1, 20)}
	gaps := Video{Frames: 20, FrameNames: series("%05d.jpg", 0, 5, 20)}
	named := Video{Frames: 3, FrameNames: []string{"a.jpg", "b.jpg", "c.jpg"}}
	for name, c := range map[string]struct {
		video Video
		match Match
		names []string
		first int    // frame of the first name
		say   string // of the error, "" for none
	}{
		"file, by index":          {file, MatchAuto, series("%05d.png", 4, 1, 3), 4, ""},
		"file, prefixed":          {file, MatchAuto, series("frame_%06d.png", 4, 1, 3), 4, ""},
		"file, one prefixed":      {file, MatchAuto, []string{"img_7.png"}, 7, ""},
		"file, suffix":            {file, MatchAuto, series("clip2_%d_mask.png", 4, 1, 3), 4, ""},
		"file, from 1 to the end": {file, MatchAuto, series("%05d.png", 1, 1, 20), 0, "-match order"},
		"file, in order":          {file, MatchOrder, series("%05d.png", 1, 1, 20), 0, ""},
		"file, no number":         {file, MatchAuto, []string{"first.png"}, 0, "first.png"},
		"folder from 1":           {fromOne, MatchAuto, series("%05d.png", 1, 1, 20), 0, ""},
		"folder from 1, some":     {fromOne, MatchAuto, series("%05d.png", 3, 1, 10), 2, ""},
		"folder from 1, indexes":  {fromOne, MatchAuto, series("%05d.png", 0, 1, 20), 0, "-match name (fits 19)"},
		"by index on request":     {fromOne, MatchIndex, series("%05d.png", 0, 1, 20), 0, ""},
		"by name on request":      {fromOne, MatchName, series("%05d.png", 1, 1, 25), 0, ""},
		"folder with gaps":        {gaps, MatchAuto, []string{"00015.png", "00000.png"}, 3, ""},
		"other padding":           {gaps, MatchAuto, []string{"mask_15.png", "mask_95.png"}, 3, ""},
		"not one of the frames":   {gaps, MatchAuto, []string{"00015.png", "00016.png"}, 0, "-match"},
		"named frames":            {named, MatchAuto, []string{"c.png", "a.png"}, 2, ""},
		"named frames, indexes":   {named, MatchAuto, []string{"00001.png", "00002.png"}, 1, ""},
		"whole name":              {named, MatchAuto, []string{"b.jpg.png"}, 1, ""},
		"Roboflow":                {fromOne, MatchAuto, []string{"00003_jpg.rf.0a1b2c3d.jpg", "00001_jpg.rf.99.jpg"}, 2, ""},
		"Label Studio":            {named, MatchAuto, []string{"0a1b2c3d-b.jpg", "ffffffff-c.jpg"}, 1, ""},
		"twice":                   {file, MatchAuto, []string{"1.png", "00001.png"}, 0, "same frame 1"},
		"no names in a file":      {file, MatchName, []string{"1.png"}, 0, "number or order"},
		"too few for an order":    {file, MatchOrder, []string{"1.png"}, 0, "order says nothing"},
	} {
		in := Input{Video: c.video, Match: c.match}
		frames, err := in.FramesOf("masks", c.names)
		switch {
		case c.say != "" && (!errors.Is(err, ErrImport) || !strings.Contains(err.Error(), c.say)):
			t.Errorf("%s: error %v", name, err)
		case c.say == "" && (err != nil || frames[0] != c.first):
			t.Errorf("%s: frames %v, error %v", name, frames, err)
		}
	}
}

// Of a video of which nothing is known, the names are the frames.
func TestFramesOfUnknownVideo(t *testing.T) {
	in := Input{}
	frames, err := in.FramesOf("masks", []string{"f10.png", "f2.png"})
	if err != nil || !slices.Equal(frames, []int{1, 0}) || in.Video.Frames != 2 || in.Video.FrameStem(0, NameFrames) != "f2" {
		t.Errorf("frames %v of %+v, %v", frames, in.Video, err)
	}
}

func TestNumbersOfObjects(t *testing.T) {
	var ids IDs
	for _, k := range []string{"person_1", "2", "0", "99999999999", "person_1"} {
		ids.Add(k)
	}
	for k, want := range map[string]int{"person_1": 1, "2": 2, "0": 3, "99999999999": 4} {
		if n, given := ids.Number(k); n != want || given == (k == "2") {
			t.Errorf("%s is object %d (given: %v), want %d", k, n, given, want)
		}
	}
}
