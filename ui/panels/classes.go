package panels

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controls"
)

// ClassList is what the panel shows and changes.
type ClassList interface {
	Document() *annotate.Document
	AddClass(name string)
	RenameClass(id annotate.ClassID, name string)
	SetClassColor(id annotate.ClassID, col annotate.Color)
	SetClassKey(id annotate.ClassID, key string)
	DeleteClass(id annotate.ClassID)
}

// Classes is the list of classes: colour, name, key.
type Classes struct {
	Content fyne.CanvasObject
	// PickColor asks for a colour; the window supplies the dialog.
	PickColor func(now annotate.Color, picked func(annotate.Color))
	// Done is called when typing ended, so that keys go to the canvas again.
	Done func()

	c     ClassList
	desk  controls.Desk
	rows  *fyne.Container
	shown []annotate.Class
	fresh *entry
}

// NewClasses returns the panel; load and save carry the list from project to
// project.
func NewClasses(c ClassList, desk controls.Desk, load, save func()) *Classes {
	p := &Classes{c: c, desk: desk, rows: container.NewVBox()}
	p.fresh = newEntry("New class", func(name string) {
		c.AddClass(name)
		p.fresh.set("")
	})
	p.fresh.done = p.done
	text := note("Classes sort objects, such as dog or car. " + actions.Of("class-key").Shown() + ", then the key of a class, puts the selected object into it.")
	p.Content = container.NewBorder(container.NewVBox(text, p.fresh),
		container.NewGridWithColumns(2,
			controls.NewButton(desk, "Load ...", theme.FolderOpenIcon(), "Add the classes of a file that another project saved", load),
			controls.NewButton(desk, "Save ...", theme.DocumentSaveIcon(), "Save the list of classes as a file for other projects", save)),
		nil, nil, container.NewVScroll(p.rows))
	p.Update()
	return p
}

// Update shows the present classes.
func (p *Classes) Update() {
	now := p.c.Document().Classes()
	if same(now, p.shown) {
		return
	}
	p.shown = now
	var rows []fyne.CanvasObject
	for _, k := range now {
		rows = append(rows, p.row(k))
	}
	p.rows.Objects = rows
	p.rows.Refresh()
}

func same(a, b []annotate.Class) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (p *Classes) row(k annotate.Class) fyne.CanvasObject {
	chip := canvas.NewRectangle(rgb(k.Color))
	chip.CornerRadius = 4
	chip.SetMinSize(fyne.NewSquareSize(14))
	swatch := newTappable(container.NewPadded(chip), func() {
		if p.PickColor != nil {
			p.PickColor(k.Color, func(c annotate.Color) { p.c.SetClassColor(k.ID, c) })
		}
	})
	name := newEntry("Name", func(s string) { p.c.RenameClass(k.ID, s) })
	name.set(k.Name)
	key := newEntry("key", func(s string) { p.c.SetClassKey(k.ID, s) })
	key.set(k.Key)
	name.done, key.done = p.done, p.done
	del := controls.NewFlat(p.desk, "", theme.DeleteIcon(), "Delete the class; its objects stay, without one", func() { p.c.DeleteClass(k.ID) })
	return container.NewBorder(nil, nil, container.NewCenter(swatch), container.NewHBox(fixed(key, 48), del), name)
}

func (p *Classes) done() {
	if p.Done != nil {
		p.Done()
	}
}
