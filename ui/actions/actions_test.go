package actions

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of keys into the README")

// No ID and no key stands for two actions.
func TestActionsAreUnique(t *testing.T) {
	ids, taken := map[string]bool{}, map[Key]string{}
	for _, a := range All() {
		if a.ID != "" && ids[a.ID] {
			t.Errorf("%s is there twice", a.ID)
		}
		ids[a.ID] = true
		for _, k := range a.Keys {
			k.Silent = false
			if taken[k] != "" {
				t.Errorf("%s is the key of %s and %s", k, taken[k], a.ID)
			}
			taken[k] = a.ID
		}
		if len(a.Keys) > 0 && a.Keys[0].Silent {
			t.Errorf("%s hides its first key", a.ID)
		}
	}
}

func TestKeysAreNamedAsTheUserKnowsThem(t *testing.T) {
	for id, want := range map[string]string{
		"track-again": "Ctrl+Shift+T", "previous-frame": ",  ←", "next-keyframe": "PgDn", "accept": "Enter", "zoom-in": "Ctrl++", "ten-on": ">  Shift+→", "mark": "K",
	} {
		if got := strings.ReplaceAll(Of(id).Shown(), "Cmd", "Ctrl"); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := Hint("set-in"); got != "Set in: tracking begins at this frame ([)" {
		t.Errorf("hint %q", got)
	}
	if got := Hint("open-sample"); got != "A short clip to try everything on" {
		t.Errorf("hint without a key %q", got)
	}
}

// The README shows the list of keys. `go test ./ui/actions -update` brings it up
// to date.
func TestReadmeShowsTheKeys(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- keys -->\n", "<!-- /keys -->"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(data), begin)
	shown, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place between %q and %q", path, begin, end)
	}
	if shown == Markdown() {
		return
	}
	if !*update {
		t.Fatalf("the README's keys are not those of the program; go test ./ui/actions -update writes them:\n%s", Markdown())
	}
	if err := os.WriteFile(path, []byte(before+begin+Markdown()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
