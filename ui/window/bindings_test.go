package window

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/masklet/masklet/ui/actions"
)

// Every action does something, is in a menu, and is reached by each of its keys.
func TestActionsAreReachedByKeyAndMenu(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	done := ""
	for id := range d.acts {
		d.acts[id] = binding{do: func() { done += id + " " }}
	}
	// reaches tells whether a way leads to one action, once.
	reaches := func(id string, way func()) bool {
		done = ""
		way()
		return done == id+" "
	}
	entries := map[string]*fyne.MenuItem{}
	for _, it := range d.menu.items {
		entries[it.ID] = it.MenuItem
	}
	for _, a := range actions.All() {
		if a.ID == "" {
			if a.Other == "" || a.What == "" || a.Label != "" {
				t.Errorf("a line of the list that is no action: %+v", a)
			}
			continue
		}
		if _, ok := d.acts[a.ID]; !ok {
			t.Errorf("%s does nothing", a.ID)
			continue
		}
		it := entries[a.ID]
		if it == nil || it.Label == "" || !reaches(a.ID, it.Action) {
			t.Errorf("%s is not reached by menu", a.ID)
			continue
		}
		for i, k := range a.Keys {
			if i == 0 && !strings.HasSuffix(it.Label, " "+k.String()) {
				t.Errorf("%s: the menu does not show the key %s", a.ID, k)
			}
			if !reaches(a.ID, func() { d.type1(k, i) }) {
				t.Errorf("%s: the key %s does %q", a.ID, k, done)
			}
		}
		delete(entries, a.ID)
	}
	if all := len(actions.All()); len(d.acts) > all || len(entries) > 0 {
		t.Errorf("%d bindings, %d entries without an action", len(d.acts), len(entries))
	}
	for id := range d.acts {
		if actions.Of(id).ID != id { // which panics where there is none
			t.Errorf("%s is not described", id)
		}
	}
}

// A menu's entries line up: none has its key in its text, and toggles have ticks.
func TestMenusAreReadable(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	columns := map[string]float32{}
	for _, it := range d.menu.items {
		if len(it.Keys) == 0 {
			continue
		}
		at := fyne.MeasureText(strings.TrimSuffix(it.MenuItem.Label, it.Keys[0].String()), theme.TextSize(), fyne.TextStyle{}).Width
		if x, ok := columns[it.InMenu()]; ok && (at < x-4 || at > x+4) {
			t.Errorf("%q: its key stands at %v, others at %v", it.MenuItem.Label, at, x)
		}
		columns[it.InMenu()] = at
	}
	tick := func(id string) bool {
		for _, it := range d.menu.items {
			if it.ID == id {
				return it.Checked
			}
		}
		t.Fatalf("no entry %s", id)
		return false
	}
	for _, id := range []string{"outline", "onion", "tool-box"} {
		before := tick(id)
		d.run(func() { d.do(id) })
		d.until("the menu follows", func() bool { return tick(id) != before })
	}
	if items := d.menu.recent.ChildMenu.Items; len(items) != 1 || !strings.HasPrefix(items[0].Label, "sample.mp4") {
		t.Errorf("opened lately: %d entries", len(items))
	}
}

// type1 types a key, the ith of its action, where the toolkit would.
func (d *desk) type1(k actions.Key, i int) {
	shortcut := k.Shortcut()
	switch {
	case k.Char != 0:
		d.TypedRune(k.Char)
	case k.Name == fyne.KeySpace:
		d.keyDown(&fyne.KeyEvent{Name: k.Name})
		d.TypedKey(&fyne.KeyEvent{Name: k.Name})
		d.keyUp(&fyne.KeyEvent{Name: k.Name})
	case shortcut == nil:
		d.typedKey(k.Name, k.Mod)
	default:
		for other, do := range d.otherShortcuts() {
			if other.ShortcutName() == shortcut.ShortcutName() {
				do()
			}
		}
	}
}
