package window

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/ui/actions"
)

// menus is the main menu, as the actions describe it. Entries that make no sense
// at the moment are disabled.
type menus struct {
	w      *Window
	main   *fyne.MainMenu
	items  []menuItem
	recent *fyne.MenuItem // with a menu of what was opened lately
	state  string
}

// menuItem is the entry of an action.
type menuItem struct {
	*fyne.MenuItem
	actions.Action
	binding
}

func newMenus(w *Window) *menus {
	m := &menus{w: w, main: fyne.NewMainMenu()}
	for _, a := range actions.All() {
		if a.InMenu() == "" {
			continue
		}
		menu := m.menu(a.InMenu())
		if a.Break && len(menu.Items) > 0 {
			menu.Items = append(menu.Items, fyne.NewMenuItemSeparator())
		}
		menu.Items = append(menu.Items, m.item(a))
		if a.ID == "open-folder" {
			m.recent = fyne.NewMenuItem("Open recent", func() {})
			m.recent.ChildMenu = fyne.NewMenu("")
			menu.Items = append(menu.Items, m.recent)
		}
	}
	m.update()
	return m
}

// menu returns the menu of that name, which is made where there is none.
func (m *menus) menu(name string) *fyne.Menu {
	i := slices.IndexFunc(m.main.Items, func(menu *fyne.Menu) bool { return menu.Label == name })
	if i < 0 {
		i = len(m.main.Items)
		m.main.Items = append(m.main.Items, fyne.NewMenu(name))
	}
	return m.main.Items[i]
}

func (m *menus) item(a actions.Action) *fyne.MenuItem {
	it := menuItem{fyne.NewMenuItem(a.Label, func() {
		// A shortcut must not reach through an open dialog.
		if !m.w.asking() {
			m.w.do(a.ID)
		}
	}), a, m.w.acts[a.ID]}
	it.IsQuit = a.ID == "quit"
	if len(a.Keys) > 0 {
		it.MenuItem.Shortcut = shown(a.Keys[0])
	}
	m.items = append(m.items, it)
	return it.MenuItem
}

// keyShown is a key without Ctrl at the right of an entry. Typing it is not the
// menu's: in a text field it is a letter.
type keyShown struct{ key actions.Key }

var _ fyne.KeyboardShortcut = keyShown{}

// ShortcutName implements fyne.Shortcut; the toolkit looks for no such name.
func (k keyShown) ShortcutName() string { return "shown: " + k.key.String() }

// Key implements fyne.KeyboardShortcut.
func (k keyShown) Key() fyne.KeyName {
	if k.key.Char != 0 {
		return fyne.KeyName(k.key.String())
	}
	return k.key.Name
}

// Mod implements fyne.KeyboardShortcut.
func (k keyShown) Mod() fyne.KeyModifier { return k.key.Mod }

// shown returns what the menu shows for a key.
func shown(k actions.Key) fyne.Shortcut {
	switch s := k.Shortcut(); {
	case s != nil:
		return s
	case fyne.KeyModifierShortcutDefault == fyne.KeyModifierSuper:
		return nil // the system's own menu would take the key away from text fields
	}
	return keyShown{k}
}

// label returns the entry's text, with the key where the menu can show none.
func (it menuItem) label() string {
	text := it.Action.Label
	if it.now != nil && it.now() != "" {
		text = it.now()
	}
	if it.MenuItem.Shortcut == nil && len(it.Keys) > 0 {
		text += "  (" + it.Keys[0].String() + ")"
	}
	return text
}

// updateRecent lists what was opened lately.
func (m *menus) updateRecent() string {
	list := m.w.c.Recent()
	if old := m.recent.ChildMenu.Items; len(old) == len(list) && slices.EqualFunc(old, list, func(it *fyne.MenuItem, path string) bool { return it.Label == recentName(path) }) {
		return ""
	}
	var items []*fyne.MenuItem
	for _, path := range list {
		items = append(items, fyne.NewMenuItem(recentName(path), func() {
			if !m.w.asking() {
				m.w.Open(path)
			}
		}))
	}
	m.recent.ChildMenu.Items, m.recent.Disabled = items, len(items) == 0
	return strings.Join(list, "\n")
}

// recentName names what was opened: two clips of one name are told by their folders.
func recentName(path string) string { return base(path) + "  -  " + filepath.Dir(path) }

// update enables, checks and names the entries as things are now.
func (m *menus) update() {
	var state strings.Builder
	state.WriteString(m.updateRecent())
	for _, it := range m.items {
		it.MenuItem.Label = it.label()
		it.Disabled = it.can != nil && !it.can()
		it.Checked = it.on != nil && it.on()
		state.WriteString(it.MenuItem.Label + flag(it.Disabled) + flag(it.Checked))
	}
	// Refreshing the menu builds it anew; that is done only if it changed.
	if state.String() != m.state {
		m.state = state.String()
		m.main.Refresh()
	}
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	r[0] = lower(r[0])
	return string(r)
}
