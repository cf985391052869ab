package controller

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// Classes are made beforehand, renamed with their objects in them, chosen by key,
// and carried to another project.
func TestClasses(t *testing.T) {
	r := opened(t, 5, nil)
	r.AddClass(" dog ")
	r.AddClass("Dog")
	r.AddClass("car")
	if k := r.Document().Classes(); len(k) != 2 || k[0].Name != "dog" {
		t.Fatalf("classes %+v", k)
	}
	r.AddObject()
	r.SetClass(1, "dog")
	r.RenameClass(1, "wolf")
	r.RenameClass(2, "WOLF")
	r.SetClassKey(1, "d")
	r.SetClassKey(2, "cc")
	r.SetClassKey(2, "d")
	r.SetClassColor(2, annotate.Color{R: 1, G: 2, B: 3})
	k := r.Document().Classes()
	if r.Document().Name(1) != "wolf" || k[0].Key != "" || k[1] != (annotate.Class{ID: 2, Name: "car", Key: "d", Color: annotate.Color{R: 1, G: 2, B: 3}}) {
		t.Errorf("object %s, classes %+v", r.Document().Name(1), k)
	}
	if name, ok := r.ClassOfKey("D"); name != "car" || !ok || r.ClassKeys() != "d car" {
		t.Errorf("D is %q, keys %q", name, r.ClassKeys())
	}
	path := filepath.Join(t.TempDir(), "classes.json")
	r.SaveClasses(path)
	r.DeleteClass(2)
	r.SetClassColor(1, annotate.Color{})
	r.LoadClasses(path)
	if k := r.Document().Classes(); len(k) != 2 || k[1].Name != "car" || k[1].Key != "d" || k[0].Color != annotate.PaletteColor(1) {
		t.Errorf("after loading %+v", k)
	}
	r.Undo()
	if k := r.Document().Classes(); len(k) != 1 {
		t.Errorf("after undo %+v", k)
	}
	for _, bad := range []string{"{", `[{"name":""}]`, `[{"name":"a"},{"name":"A"}]`, `[{"name":"a","key":"ab"}]`} {
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		r.LoadClasses(path)
		if m := r.Message(); m.Kind != Failure || len(r.Document().Classes()) != 1 {
			t.Errorf("%s: %+v", bad, m)
		}
	}
}

// Attributes are said of an object on all frames or on some, and taken back.
func TestAttributes(t *testing.T) {
	r := opened(t, 20, nil)
	r.AddObject()
	r.SetAttribute(1, annotate.Attribute{Key: " breed ", Value: "collie"})
	r.SetAttribute(1, annotate.Attribute{Key: "pose", Value: "runs", Frames: &annotate.Range{First: 3, Last: 9}})
	n := r.Document().Notes(1)
	if at := n.AttributesAt(5); at["breed"] != "collie" || at["pose"] != "runs" || len(n.AttributesAt(12)) != 1 {
		t.Errorf("attributes %+v", n.Attributes)
	}
	r.DeleteAttribute(1, n.Attributes[1])
	if at := r.Document().Notes(1).AttributesAt(5); len(at) != 1 {
		t.Errorf("after deleting %v", at)
	}
	r.SetAttribute(1, annotate.Attribute{Value: "nameless"})
	if m := r.Message(); !strings.Contains(m.Text, "name") || len(r.Document().Notes(1).Attributes) != 1 {
		t.Errorf("an attribute without a name: %+v", m)
	}
	r.Undo()
	if n := len(r.Document().Notes(1).Attributes); n != 2 {
		t.Errorf("%d attributes after undo", n)
	}
}
