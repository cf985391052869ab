package window

import (
	"os"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/scene"
)

// classFile is what a saved list of classes is called.
const classFile = "classes.json"

func (w *Window) loadClasses() {
	dialogs.OpenFile(w.host, "Load classes", w.startFolder(), []string{".json"}, w.c.LoadClasses)
}

func (w *Window) saveClasses() {
	dialogs.OpenFolder(w.host, "Save the classes in", w.startFolder(), func(folder string) {
		path := filepath.Join(folder, classFile)
		if _, err := os.Lstat(path); err == nil {
			w.host.Ask("Save classes", path+" is there already. Replace it?", "Replace", func() { w.c.SaveClasses(path) })
			return
		}
		w.c.SaveClasses(path)
	})
}

// classByKey lets the next key choose the class of the selected object.
func (w *Window) classByKey() {
	list := w.c.ClassKeys()
	if list == "" {
		w.tabs.SelectIndex(3)
		w.c.Say(controller.Info, "No class has a key yet: give them keys here")
		return
	}
	w.keys.class = true
	w.c.Say(controller.Info, "Class: "+list+". Esc gives up")
}

// chooseClass ends what classByKey began.
func (w *Window) chooseClass(key rune) {
	w.keys.class = false
	name, ok := w.c.ClassOfKey(string(key))
	if !ok {
		w.c.Say(controller.Warning, "No class has the key "+string(key))
		return
	}
	id := w.c.Selected()
	w.c.SetClass(id, name)
	w.c.Say(controller.Info, w.c.Document().Name(id)+" is in the class "+name)
}

func (w *Window) showTone() {
	dialogs.PickTone(w.host, w.c.View().Tone, func(t scene.Tone) {
		v := w.c.View()
		v.Tone = t
		w.c.SetView(v)
	})
}

func (w *Window) showAttributes() {
	id, d := w.c.Selected(), w.c.Document()
	r := dialogs.AttributeRequest{
		Name: d.Name(id), Frame: w.c.Frame(),
		Now:    func() []annotate.Attribute { return w.c.Document().Notes(id).Attributes },
		Set:    func(a annotate.Attribute) { w.c.SetAttribute(id, a) },
		Delete: func(a annotate.Attribute) { w.c.DeleteAttribute(id, a) },
	}
	if d.RangeSet() {
		rng := d.Range()
		r.Range = &rng
	}
	dialogs.Attributes(w.host, r)
}
