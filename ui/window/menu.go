package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
)

// menus is the main menu. Entries that make no sense at the moment are disabled.
type menus struct {
	w    *Window
	main *fyne.MainMenu
	// enabled says of each entry when it can be used; nil is always.
	enabled map[*fyne.MenuItem]func() bool
	checked map[*fyne.MenuItem]func() bool
	undo    *fyne.MenuItem
	redo    *fyne.MenuItem
	track   *fyne.MenuItem
	state   string
}

func newMenus(w *Window) *menus {
	m := &menus{w: w, enabled: map[*fyne.MenuItem]func() bool{}, checked: map[*fyne.MenuItem]func() bool{}}
	m.main = fyne.NewMainMenu(m.file(), m.edit(), m.objects(), m.tracking(), m.view(), m.help())
	m.update()
	return m
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func ctrlShift(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

func (m *menus) item(label string, key fyne.Shortcut, when func() bool, f func()) *fyne.MenuItem {
	it := fyne.NewMenuItem(label, func() {
		// A shortcut must not reach through an open dialog.
		if !m.w.asking() {
			f()
		}
	})
	it.Shortcut = key
	m.enabled[it] = when
	return it
}

func (m *menus) check(label string, on func(v *controller.ViewOptions) *bool) *fyne.MenuItem {
	it := fyne.NewMenuItem(label, func() {
		v := m.w.c.View()
		b := on(&v)
		*b = !*b
		m.w.c.SetView(v)
	})
	m.checked[it] = func() bool { v := m.w.c.View(); return *on(&v) }
	return it
}

func (m *menus) file() *fyne.Menu {
	w, open := m.w, m.w.c.IsOpen
	quit := m.item("Quit", ctrl(fyne.KeyQ), nil, w.Close)
	quit.IsQuit = true
	return fyne.NewMenu("File",
		m.item("Open file ...", ctrl(fyne.KeyO), nil, w.showOpen),
		m.item("Open folder of frames ...", ctrlShift(fyne.KeyO), nil, w.showOpenFolder),
		m.item("Open sample", nil, func() bool { return w.conf.Sample != nil }, w.openSample),
		m.item("Close video", ctrl(fyne.KeyW), open, w.c.CloseClip),
		fyne.NewMenuItemSeparator(),
		m.item("Export ...", ctrl(fyne.KeyE), open, w.showExport),
		m.item("Save a copy with the video ...", nil, open, w.showSaveCopy),
		fyne.NewMenuItemSeparator(),
		quit,
	)
}

func (m *menus) edit() *fyne.Menu {
	c, open := m.w.c, m.w.c.IsOpen
	m.undo = m.item("Undo", &fyne.ShortcutUndo{}, func() bool { _, ok := c.CanUndo(); return ok }, m.w.undo)
	m.redo = m.item("Redo", ctrlShift(fyne.KeyZ), func() bool { _, ok := c.CanRedo(); return ok }, c.Redo)
	return fyne.NewMenu("Edit",
		m.undo, m.redo,
		fyne.NewMenuItemSeparator(),
		m.item("Delete point  (Delete)", nil, open, c.DeletePoint),
		m.item("Clear the frame's prompts", ctrl(fyne.KeyDelete), open, c.ClearPrompt),
		fyne.NewMenuItemSeparator(),
		m.item("Set in  ([)", nil, open, c.SetIn),
		m.item("Set out  (])", nil, open, c.SetOut),
		m.item("Clear in/out range", nil, func() bool { d := c.Document(); return d != nil && d.RangeSet() }, c.ClearRange),
		fyne.NewMenuItemSeparator(),
		m.item("Go to frame", ctrl(fyne.KeyG), open, func() { m.w.transport.FocusFrame(m.w.win.Canvas()) }),
	)
}

func (m *menus) objects() *fyne.Menu {
	c := m.w.c
	selected := func() bool { return c.Selected() != 0 }
	return fyne.NewMenu("Object",
		m.item("New object  (A)", nil, c.IsOpen, c.AddObject),
		m.item("Rename  (F2)", nil, selected, m.w.rename),
		m.item("Colour ...", nil, selected, m.w.pickSelectedColor),
		m.item("Hide or show  (H)", nil, selected, m.w.toggleHidden),
		m.item("Previous  (↑)", nil, selected, func() { c.SelectNext(-1) }),
		m.item("Next  (↓)", nil, selected, func() { c.SelectNext(1) }),
		fyne.NewMenuItemSeparator(),
		m.item("Delete object", ctrlShift(fyne.KeyDelete), selected, func() { c.DeleteObject(c.Selected()) }),
	)
}

func (m *menus) tracking() *fyne.Menu {
	c, open := m.w.c, m.w.c.IsOpen
	idle := func() bool { return c.CanTrack() && !c.Tracking() }
	m.track = m.item("Track", ctrl(fyne.KeyT), c.CanTrack, c.Track)
	return fyne.NewMenu("Track",
		m.track,
		m.item("Track everything again", ctrlShift(fyne.KeyT), idle, func() { c.TrackAll(inference.Both) }),
		m.item("Forward only  (F)", nil, idle, func() { c.TrackAll(inference.Forward) }),
		m.item("Backward only  (B)", nil, idle, func() { c.TrackAll(inference.Backward) }),
		fyne.NewMenuItemSeparator(),
		m.item("Next frame to review  (N)", nil, open, c.NextReview),
		m.item("Accept frame  (Enter)", nil, open, c.Accept),
		m.item("Mark frame  (K)", nil, open, c.ToggleMark),
		m.item("Next scene cut", nil, open, c.NextCut),
		fyne.NewMenuItemSeparator(),
		m.item("Models ...", ctrl(fyne.KeyM), func() bool { return m.w.conf.Models != nil }, m.w.showModels),
	)
}

func (m *menus) view() *fyne.Menu {
	w, open := m.w, m.w.c.IsOpen
	return fyne.NewMenu("View",
		m.item("Fit", ctrl(fyne.Key0), open, w.canvas.Fit),
		m.item("100 %", ctrl(fyne.Key1), open, w.canvas.Actual),
		m.item("Zoom in", ctrl(fyne.KeyPlus), open, func() { w.canvas.ZoomBy(1.25) }),
		m.item("Zoom out", ctrl(fyne.KeyMinus), open, func() { w.canvas.ZoomBy(1 / 1.25) }),
		fyne.NewMenuItemSeparator(),
		m.check("Outlines only  (L)", func(v *controller.ViewOptions) *bool { return &v.Outline }),
		m.check("Onion skin  (O)", func(v *controller.ViewOptions) *bool { return &v.Onion }),
		m.check("Light theme", func(v *controller.ViewOptions) *bool { return &v.Light }),
		fyne.NewMenuItemSeparator(),
		m.item("Objects  (F6)", nil, open, func() { w.tabs.SelectIndex(0) }),
		m.item("Review  (F7)", nil, open, func() { w.tabs.SelectIndex(1) }),
		m.item("Settings  (F8)", nil, open, func() { w.tabs.SelectIndex(2) }),
		fyne.NewMenuItemSeparator(),
		m.item("Keyboard cursor  (X)", nil, open, w.c.ToggleCursor),
		m.item("Keys go to the picture", ctrl(fyne.KeyP), open, w.focusCanvas),
		fyne.NewMenuItemSeparator(),
		m.item("Timeline: zoom in", nil, open, func() { w.timeline.Zoom(1.5) }),
		m.item("Timeline: zoom out", nil, open, func() { w.timeline.Zoom(1 / 1.5) }),
		m.item("Timeline: whole video", nil, open, w.timeline.Fit),
	)
}

func (m *menus) help() *fyne.Menu {
	f1 := &desktop.CustomShortcut{KeyName: fyne.KeyF1}
	return fyne.NewMenu("Help",
		m.item("Keys and mouse", f1, nil, m.w.showKeys),
		m.item("About Masklet", nil, nil, m.w.showAbout),
	)
}

// update enables, checks and names the entries as things are now.
func (m *menus) update() {
	c := m.w.c
	m.undo.Label, m.redo.Label, m.track.Label = "Undo", "Redo", "Track"
	if name, ok := c.CanUndo(); ok {
		m.undo.Label = "Undo " + lowerFirst(name)
	}
	if name, ok := c.CanRedo(); ok {
		m.redo.Label = "Redo " + lowerFirst(name)
	}
	if c.Tracking() {
		m.track.Label = "Stop"
	}
	state := m.undo.Label + "\n" + m.redo.Label + "\n" + m.track.Label
	for _, menu := range m.main.Items {
		for _, it := range menu.Items {
			if f := m.enabled[it]; f != nil {
				it.Disabled = !f()
			}
			if f := m.checked[it]; f != nil {
				it.Checked = f()
			}
			state += flag(it.Disabled) + flag(it.Checked)
		}
	}
	// Refreshing the menu builds it anew; that is done only if it changed.
	if state != m.state {
		m.state = state
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
