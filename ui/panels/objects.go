package panels

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controls"
)

// ObjectList is what the panel shows and changes.
type ObjectList interface {
	Document() *annotate.Document
	Selected() annotate.ObjectID
	Digits() map[annotate.ObjectID]int
	Select(id annotate.ObjectID)
	AddObject()
	DeleteObject(id annotate.ObjectID)
	SetLabel(id annotate.ObjectID, label string)
	SetClass(id annotate.ObjectID, name string)
	SetColor(id annotate.ObjectID, col annotate.Color)
	SetHidden(id annotate.ObjectID, hidden bool)
}

// Objects is the list of objects with the details of the selected one.
type Objects struct {
	Content fyne.CanvasObject
	// PickColor asks for a colour; the window supplies the dialog.
	PickColor func(now annotate.Color, picked func(annotate.Color))
	// Done is called when typing ended, so that keys go to the canvas again.
	Done func()

	c       ObjectList
	desk    controls.Desk
	rows    *fyne.Container
	scroll  *container.Scroll
	empty   *widget.Label
	details *fyne.Container
	label   *entry
	class   *widget.SelectEntry
	shown   annotate.ObjectID // whose details the entries show
}

// NewObjects returns the panel.
func NewObjects(c ObjectList, desk controls.Desk) *Objects {
	p := &Objects{c: c, desk: desk, rows: container.NewVBox(), empty: note("No objects yet: click one in the picture.")}
	p.label = newEntry("Label", func(s string) { c.SetLabel(p.shown, s) })
	p.class = widget.NewSelectEntry(nil)
	p.class.SetPlaceHolder("Class")
	p.class.OnSubmitted = func(string) { p.commitClass(); p.done() }
	p.label.done = func() { p.done() }
	p.details = container.NewVBox(widget.NewSeparator(), container.New(layout.NewFormLayout(),
		widget.NewLabel("Label"), p.label, widget.NewLabel("Class"), p.class))
	add := controls.NewFlat(desk, "New", theme.ContentAddIcon(), actions.Hint("new-object"), c.AddObject)
	p.scroll = container.NewVScroll(container.NewVBox(p.empty, p.rows))
	p.Content = container.NewBorder(heading("Objects", add), p.details, nil, nil, p.scroll)
	p.Update()
	return p
}

// Update shows the present objects.
func (p *Objects) Update() {
	var rows []fyne.CanvasObject
	d, selected, digits := p.c.Document(), p.c.Selected(), p.c.Digits()
	at := -1
	for i, o := range d.Objects() {
		key := ""
		if n, ok := digits[o.ID]; ok {
			key = fmt.Sprint(n)
		}
		if o.ID == selected {
			at = i
		}
		rows = append(rows, p.row(key, o, d, o.ID == selected))
	}
	p.rows.Objects = rows
	p.rows.Refresh()
	defer func(other bool) {
		if other && at >= 0 {
			p.reveal(at)
		}
	}(p.shown != selected)
	controls.SetVisible(p.empty, len(rows) == 0)
	p.showDetails(d, selected)
}

// reveal scrolls to a row.
func (p *Objects) reveal(row int) {
	p.scroll.Refresh() // it has the size of the present rows then
	view, height := p.scroll.Size().Height, p.rows.Objects[row].MinSize().Height
	top := (height + theme.Padding()) * float32(row)
	switch y := p.scroll.Offset.Y; {
	case top < y:
		p.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case top+height > y+view:
		p.scroll.ScrollToOffset(fyne.NewPos(0, top+height-view))
	}
}

func (p *Objects) showDetails(d *annotate.Document, id annotate.ObjectID) {
	if p.shown != id {
		p.commit()
	}
	p.shown = id
	controls.SetVisible(p.details, id != 0)
	if id == 0 {
		return
	}
	o, _ := d.Object(id)
	if !p.label.focused {
		p.label.set(o.Label)
	}
	var names []string
	for _, k := range d.Classes() {
		names = append(names, k.Name)
	}
	p.class.SetOptions(names)
	k, _ := d.Class(o.Class)
	if p.class.Text != k.Name {
		p.class.OnChanged = nil
		p.class.SetText(k.Name)
	}
	// A choice from the list counts at once; typed text when it is entered.
	p.class.OnChanged = func(s string) {
		for _, n := range names {
			if n == s {
				p.c.SetClass(p.shown, s)
			}
		}
	}
}

// commit stores what was typed for the object that is shown.
func (p *Objects) commit() {
	if o, ok := p.c.Document().Object(p.shown); ok && p.label.focused && o.Label != p.label.Text {
		p.c.SetLabel(p.shown, p.label.Text)
	}
}

func (p *Objects) commitClass() { p.c.SetClass(p.shown, p.class.Text) }

func (p *Objects) done() {
	if p.Done != nil {
		p.Done()
	}
}

// EditLabel is called to type the label of the selected object.
func (p *Objects) EditLabel(c fyne.Canvas) {
	if p.shown != 0 {
		c.Focus(p.label)
		p.label.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

func (p *Objects) row(digit string, o annotate.Object, d *annotate.Document, selected bool) fyne.CanvasObject {
	chip := canvas.NewRectangle(rgb(o.Color))
	chip.CornerRadius = 4
	chip.SetMinSize(fyne.NewSquareSize(14))
	swatch := newTappable(container.NewPadded(chip), func() {
		if p.PickColor != nil {
			p.PickColor(o.Color, func(c annotate.Color) { p.c.SetColor(o.ID, c) })
		}
	})
	name := widget.NewLabel(d.Name(o.ID))
	name.Truncation = fyne.TextTruncateEllipsis
	name.TextStyle.Bold = selected
	eye := theme.VisibilityIcon()
	if o.Hidden {
		eye = theme.VisibilityOffIcon()
		name.Importance = widget.LowImportance
	}
	key := widget.NewLabel(digit)
	key.Importance = widget.LowImportance
	hide := controls.NewFlat(p.desk, "", eye, actions.Hint("hide"), func() { p.c.SetHidden(o.ID, !o.Hidden) })
	del := controls.NewFlat(p.desk, "", theme.DeleteIcon(), actions.Hint("delete-object"), func() { p.c.DeleteObject(o.ID) })
	row := newTappable(container.NewBorder(nil, nil, container.NewHBox(container.NewCenter(swatch)),
		container.NewHBox(key, hide, del), name), func() { p.c.Select(o.ID) })
	row.selected = selected
	return row
}
