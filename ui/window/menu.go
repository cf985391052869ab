package window

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/ui/actions"
)

// menus is the main menu, as the actions describe it. Entries that make no sense
// at the moment are disabled.
type menus struct {
	w     *Window
	main  *fyne.MainMenu
	items []menuItem
	state string
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
		it.MenuItem.Shortcut = a.Keys[0].Shortcut()
	}
	m.items = append(m.items, it)
	return it.MenuItem
}

// label returns the entry's text, with the key where the toolkit shows none.
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

// update enables, checks and names the entries as things are now.
func (m *menus) update() {
	var state strings.Builder
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
