package promptfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// parsePrompts reads a prompt file from memory.
func parsePrompts(data []byte, w, h, frames int, load maskLoader) ([]Object, error) {
	file, err := decodePrompts(data)
	if err != nil {
		return nil, err
	}
	return file.labelled(w, h, frames, load)
}

func loadEmpty(string, int) (annotate.Mask, error) { return annotate.EmptyMask(100, 50), nil }

func TestPromptFile(t *testing.T) {
	data := `{"objects":[
	  {"id":1,"label":"dog","prompts":[{"frame":3,"points":[[10,20,1],[11.5,21,0]],"box":[1,2,30,40]},{"frame":0,"mask":"m.png"}]},
	  {"id":7,"prompts":[{"frame":9,"box":[0,0,100,50]}]}]}`
	got, err := parsePrompts([]byte(data), 100, 50, 10, loadEmpty)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Label != "dog" || got[1].ID != 7 || got[0].Frames[0] != 3 || got[0].Frames[1] != 0 {
		t.Fatalf("got %+v", got)
	}
	want := annotate.Prompt{
		Points: []annotate.Point{{X: 10, Y: 20, Positive: true}, {X: 11.5, Y: 21}},
		Box:    &annotate.Box{X0: 1, Y0: 2, X1: 30, Y1: 40},
	}
	if !got[0].Prompts[3].Equal(want) || got[0].Prompts[0].Mask == nil {
		t.Errorf("prompts %+v", got[0].Prompts)
	}
}

func TestPromptFileErrors(t *testing.T) {
	one := func(prompts string) string { return `{"objects":[{"id":1,"prompts":[` + prompts + `]}]}` }
	tests := map[string]struct{ data, says string }{
		"not JSON":           {`{"objects"`, "not valid JSON"},
		"a list":             {`[]`, `the file holds array, not {"objects"`},
		"half a frame":       {one(`{"frame":0.5,"points":[[1,1,1]]}`), "objects.prompts.frame cannot be number 0.5"},
		"no objects":         {`{}`, "no objects"},
		"id 0":               {`{"objects":[{"id":0,"prompts":[{"frame":0,"points":[[1,1,1]]}]}]}`, "object id 0"},
		"same id":            {`{"objects":[{"id":1,"prompts":[{"frame":0,"points":[[1,1,1]]}]},{"id":1,"prompts":[]}]}`, "twice"},
		"no prompts":         {`{"objects":[{"id":1}]}`, "object 1: no prompts"},
		"frame beyond":       {one(`{"frame":10,"points":[[1,1,1]]}`), "frame 10 is outside the video (0 to 9)"},
		"negative frame":     {one(`{"frame":-1,"points":[[1,1,1]]}`), "frame -1"},
		"frame twice":        {one(`{"frame":1,"points":[[1,1,1]]},{"frame":1,"points":[[1,1,1]]}`), "appears twice"},
		"empty prompt":       {one(`{"frame":1}`), "no points, no box and no mask"},
		"point outside":      {one(`{"frame":1,"points":[[100,1,1]]}`), "outside the 100x50 frame"},
		"point without sign": {one(`{"frame":1,"points":[[1,1]]}`), "point 0"},
		"sign 2":             {one(`{"frame":1,"points":[[1,1,2]]}`), "point 0"},
		"box without area":   {one(`{"frame":1,"box":[5,5,5,9]}`), "no area"},
		"box outside":        {one(`{"frame":1,"box":[5,5,101,9]}`), "outside"},
		"three corners":      {one(`{"frame":1,"box":[5,5,9]}`), "the box is not"},
		"mask and box":       {one(`{"frame":1,"mask":"a","box":[1,1,9,9]}`), "cannot be combined"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parsePrompts([]byte(tt.data), 100, 50, 10, loadEmpty)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want it to say %q", err, tt.says)
			}
		})
	}
	_, err := parsePrompts([]byte(one(`{"frame":1,"mask":"a"}`)), 64, 50, 10, loadEmpty)
	if !errors.Is(err, annotate.ErrPrompt) {
		t.Errorf("a mask of another size: %v", err)
	}
}

func FuzzPromptFile(f *testing.F) {
	f.Add([]byte(`{"objects":[{"id":1,"label":"dog","prompts":[{"frame":0,"points":[[1,2,1]],"box":[1,2,3,4],"mask":"m.png"}]}]}`))
	f.Add([]byte(`{"objects":[{"id":1,"prompts":[{"frame":0,"points":[[1e999,2,1]]}]}]}`))
	f.Add([]byte(`{"objects":[{"id":1,"prompts":[{"frame":0,"points":[[null,2,1]]}]}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parsePrompts(data, 100, 50, 10, loadEmpty)
		if err != nil {
			return
		}
		for _, lp := range got {
			for frame, p := range lp.Prompts {
				if frame < 0 || frame >= 10 || p.Validate(100, 50) != nil || len(lp.Frames) != len(lp.Prompts) {
					t.Errorf("accepted %+v", lp)
				}
			}
		}
	})
}

// Files of other systems are read, and what may not be meant is said.
func TestPromptFileOfOtherSystems(t *testing.T) {
	text := `{"objects":[{"id":1,"label":"Straße","prompts":[{"frame":0,"points":[[1,1,0]]}]}]}`
	for name, c := range map[string]struct{ data, say string }{
		"UTF-8":           {text, ""},
		"byte order mark": {"\xef\xbb\xbf" + text, ""},
		"Latin-1":         {strings.ReplaceAll(text, "ß", "\xdf"), "Latin-1"},
		"UTF-16":          {"\xff\xfe" + strings.ReplaceAll(strings.Join(strings.Split(strings.ReplaceAll(text, "ß", "\xdf"), ""), "\x00")+"\x00", "ß", "\xdf"), ""},
	} {
		path := filepath.Join(t.TempDir(), "p.json")
		if err := os.WriteFile(path, []byte(c.data), 0o600); err != nil {
			t.Fatal(err)
		}
		src, err := Read(context.Background(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := src.Objects(t.Context(), 10, 10, 1)
		if err != nil || got[0].Label != "Straße" {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
		notes := strings.Join(src.Notes, " ")
		if !strings.Contains(notes, c.say) || !strings.Contains(notes, "only points that are not on it") {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}
