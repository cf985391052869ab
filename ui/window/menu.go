package window

import (
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

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
	if len(a.Keys) > 0 && native() {
		it.MenuItem.Shortcut = a.Keys[0].Shortcut()
	}
	m.items = append(m.items, it)
	return it.MenuItem
}

// native reports whether the system shows the menu, with keys in its own way.
func native() bool { return fyne.KeyModifierShortcutDefault == fyne.KeyModifierSuper }

// label returns the entry's text.
func (it menuItem) label() string {
	if it.now != nil && it.now() != "" {
		return it.now()
	}
	return it.Action.Label
}

// labels returns the texts of a menu's entries. The toolkit shows keys in a colour
// that is hard to read, so they stand in the text, in a column.
func labels(items []menuItem) []string {
	out, width := make([]string, len(items)), float32(0)
	wide := func(s string) float32 {
		return fyne.MeasureText(s, theme.TextSize(), fyne.TextStyle{}).Width
	}
	for i, it := range items {
		out[i] = it.label()
		width = max(width, wide(out[i]))
	}
	space := wide("x x") - wide("xx")
	for i, it := range items {
		if len(it.Keys) > 0 && !native() {
			n := int((width-wide(out[i]))/space+0.5) + 6
			out[i] += strings.Repeat(" ", n) + it.Keys[0].String()
		}
	}
	return out
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
	of := map[string][]menuItem{}
	for _, it := range m.items {
		of[it.InMenu()] = append(of[it.InMenu()], it)
	}
	for _, items := range of {
		for i, text := range labels(items) {
			items[i].MenuItem.Label = text
		}
	}
	for _, it := range m.items {
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
