package places

import (
	"fmt"
	"testing"
)

type prefs map[string]string

func (p prefs) Get(k string) string { return p[k] }
func (p prefs) Set(k, v string)     { p[k] = v }

func TestPlacesAreKeptPerProject(t *testing.T) {
	p := prefs{}
	if _, ok := Of(p, "a"); ok {
		t.Error("a place where none was kept")
	}
	Keep(p, Place{"a", 5, 2})
	Keep(p, Place{"b", 7, 0})
	Keep(p, Place{"a", 6, 1})
	Keep(p, Place{Frame: 9})
	if got, ok := Of(p, "a"); !ok || got != (Place{"a", 6, 1}) {
		t.Errorf("a: %+v", got)
	}
	if _, ok := Of(p, ""); ok {
		t.Error("what has no file has a place")
	}
	for i := range 2 * most {
		Keep(p, Place{fmt.Sprint(i), i, 0})
	}
	if _, ok := Of(p, "a"); ok || len(all(p)) != most {
		t.Errorf("%d places are kept, that of a too: %v", len(all(p)), ok)
	}
	p[key] = "{"
	if _, ok := Of(p, "b"); ok {
		t.Error("a place from what cannot be read")
	}
}
